using Hyperdiff.Tests.Optimization;

namespace Hyperdiff.Tests.Hypergradients.Differences;

/// <summary>Hypergradients by one product with the mixed derivative: which of them are derivatives of something, and what the others say of
/// themselves.</summary>
public sealed class DartsTests
{
    // a few steps of a dozen operations each, on numbers of order 1
    private const double Rounding = 1e-12;
    private const double Rate = 0.1;
    private const double Target = 3;

    private static readonly Tensor s_matrix = RandomKey.FromSeed(1).Normal([4, 3]);
    private static readonly Tensor s_start = RandomKey.FromSeed(2).Normal([3]);
    private static readonly Tensor s_hyper = 0.5 * RandomKey.FromSeed(3).Normal([4]);

    // ∂_λ∇_w f depends on w
    private static readonly Objective<Tensor, Tensor> s_inner = Objective.From<Tensor, Tensor>(
        (w, h) => (h.Exp() * s_matrix.MatMul(w).Softplus()).Sum() + (0.5 * h[3].Exp() * w.Square().Sum()), "Train");

    private static readonly Objective<Tensor, Tensor> s_outer = Objective.From<Tensor, Tensor>((w, h) => (w - 0.3).Square().Sum() + (0.1 * h.Square().Sum()),
        "Validate");

    // f = ½ λ w² − w: B = w, J = 1 − ηλ; F = ½ (w − 3)² + λ
    private static readonly Objective<Tensor, Tensor> s_scalar = Objective.From<Tensor, Tensor>((w, h) => (0.5 * h * w.Square()) - w, "Scalar");
    private static readonly Objective<Tensor, Tensor> s_distance = Objective.From<Tensor, Tensor>((w, h) => (0.5 * (w - Target).Square()) + h, "Distance");

    public static TheoryData<string> Names => OptimizerRules.Names;

    // a state that is a value type, whose default is not null
    [Fact]
    public void ATupleOfTensors_IsAStateLikeAnother()
    {
        Objective<(Tensor A, Tensor B), Tensor> Of(Objective<Tensor, Tensor> one) =>
            Objective.From<(Tensor A, Tensor B), Tensor>((w, h) => one.Evaluate(Tensor.Concat(0, w.A, w.B), h));
        var problem = Bilevel.Problem(s_inner.Unroll(Optimizer.Adam(Rate)), s_outer);
        var split = Bilevel.Problem(Of(s_inner).Unroll(Optimizer.Adam(Rate)), Of(s_outer));
        foreach (StepDerivative step in (StepDerivative[])[StepDerivative.Differentiated, StepDerivative.Sama, StepDerivative.Scaled(Rate)])
        {
            DartsMethod method = Hypergradient.Darts(2, step, EvaluationPoint.BeforeLastStep);
            Tensor expected = method.Compute(problem, s_start, s_hyper).Gradient;
            Assert.InRange(Distance(expected, method.Compute(split, (s_start[..1], s_start[1..]), s_hyper).Gradient), 0, Rounding);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void LastStepDifferentiated_IsTheReverseOfTheLastStep_ThroughAnyOptimizer(string rule)
    {
        UnrolledProblem<Tensor, Tensor> problem = Bilevel.Problem(s_inner.Unroll(OptimizerRules.All[rule]), s_outer);
        foreach (int steps in new[] { 1, 4 })
        {
            Tensor expected = Hypergradient.Reverse(steps, truncate: 1).Compute(problem, s_start, s_hyper).Gradient;
            DartsHypergradient<Tensor, Tensor> exact = LastStep(steps, MixedProduct.Exact).Compute(problem, s_start, s_hyper);
            DartsHypergradient<Tensor, Tensor> adaptive = LastStep(steps, MixedProduct.Adaptive()).Compute(problem, s_start, s_hyper);

            Assert.True(exact.Converged && adaptive.Converged, $"{exact}\n{adaptive}");
            Assert.InRange(Distance(expected, exact.Gradient), 0, Rounding);
            Assert.InRange(Distance(expected, adaptive.Gradient), 0, Rounding + adaptive.Product.Error);
            Assert.Equal(steps == 1 ? [] : [WarningKind.Truncated], exact.Warnings.Select(warning => warning.Kind));
        }

        static DartsMethod LastStep(int steps, MixedProduct product) =>
            Hypergradient.Darts(steps, StepDerivative.Differentiated, EvaluationPoint.BeforeLastStep, product);
    }

    [Fact]
    public void Scale_IsThatOfTheOptimizer_WithNesterovAndDampening()
    {
        const double Momentum = 0.9;
        const double Dampening = 0.4;
        (Optimizer Rule, int Steps, double Scale)[] cases =
        [
            (Optimizer.Sgd(Rate), 2, Rate),
            (Optimizer.Sgd(Rate, Momentum, weightDecay: 0.03), 2, Rate),
            (Optimizer.Nesterov(Rate, Momentum), 2, Rate * (1 + Momentum)),
            (Optimizer.Sgd(Rate, Momentum, Dampening), 2, Rate * (1 - Dampening)),

            // dampening begins with the second step
            (Optimizer.Sgd(Rate, Momentum, Dampening), 1, Rate),
        ];
        Assert.All(cases, item =>
        {
            UnrolledProblem<Tensor, Tensor> problem = Bilevel.Problem(s_inner.Unroll(item.Rule), s_outer);
            Tensor expected = Hypergradient.Darts(item.Steps, StepDerivative.Scaled(item.Scale), EvaluationPoint.BeforeLastStep).Compute(problem, s_start,
                s_hyper).Gradient;
            Tensor actual = Hypergradient.Darts(item.Steps, StepDerivative.Differentiated, EvaluationPoint.BeforeLastStep).Compute(problem, s_start,
                s_hyper).Gradient;

            Assert.InRange(Distance(expected, actual), 0, Rounding);
        });
    }

    [Fact]
    public void IdentityForTheInverseHessian_IsThePhantomGradientOfOneTerm()
    {
        MinimizationProblem<Tensor, Tensor> problem = Bilevel.Problem(s_inner.MinimizedBy(Minimizer.NewtonCg()), s_outer);
        DartsHypergradient<Tensor, Tensor> g = Hypergradient.Darts(0, StepDerivative.Scaled(0.7), EvaluationPoint.End).Compute(problem, s_start, s_hyper);

        Assert.True(g.Converged, g.ToString());
        Assert.InRange(Distance(Hypergradient.Phantom(1, 0.7).Compute(problem, s_start, s_hyper).Gradient, g.Gradient), 0, Rounding);
        Assert.Equal(WarningKind.Approximation, Assert.Single(g.Warnings).Kind);
        Assert.Contains("0.7 times the identity", g.Warnings[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void PublishedForms_HaveTheirScale_AndTheirPlace()
    {
        const int Steps = 5;
        double[] w = Trajectory(1.5, 2, Steps);
        double g = w[Steps] - Target;
        (StepDerivative Scale, EvaluationPoint At, double Expected)[] forms =
        [
            (StepDerivative.Scaled(1), EvaluationPoint.End, 1 - (w[Steps] * g)),
            (StepDerivative.Scaled(Rate), EvaluationPoint.Start, 1 - (Rate * w[0] * g)),
            (StepDerivative.Differentiated, EvaluationPoint.BeforeLastStep, 1 - (Rate * w[Steps - 1] * g)),
        ];
        MixedProduct[] products = [MixedProduct.Exact, MixedProduct.CentralDifference(0.01), MixedProduct.Adaptive()];
        Assert.All(forms.SelectMany(form => products.Select(product => (form.Scale, form.At, form.Expected, Product: product))), form =>
        {
            DartsHypergradient<Tensor, Tensor> actual = Hypergradient.Darts(Steps, form.Scale, form.At, form.Product)
                .Compute(Bilevel.Problem(s_scalar.Unroll(Optimizer.Sgd(Rate)), s_distance), Tensor.Scalar(1.5), Tensor.Scalar(2));

            // f is quadratic in w, so that a central difference is exact but for rounding; ten times its estimate, which counts one unit per gradient
            Assert.Equal(form.Expected, actual.Gradient.ToScalar(), Rounding + (10 * actual.Product.Rounding));
            Assert.Equal(1, actual.Direct.ToScalar());
        });
    }

    [Fact]
    public void AggregatedLoss_TakesTheInnerOnesPlace_InStepsAndProduct()
    {
        const double Share = 0.3;
        Objective<Tensor, Tensor> aggregated = s_scalar.Aggregate(s_distance, Share);
        Objective<Tensor, Tensor> written = Objective.From<Tensor, Tensor>(
            (w, h) => (Share * ((0.5 * (w - Target).Square()) + h)) + ((1 - Share) * ((0.5 * h * w.Square()) - w)));
        double[] gradients = [.. new[] { aggregated, written }.Select(
            inner => Hypergradient.Darts(4, StepDerivative.Scaled(Rate), EvaluationPoint.Start, MixedProduct.CentralDifference())
            .Compute(Bilevel.Problem(inner.Unroll(Optimizer.Sgd(Rate)), s_distance), Tensor.Scalar(1.5), Tensor.Scalar(2)).Gradient.ToScalar())];

        // α is the part of F: with α = 1 nothing of f is left
        Assert.Equal(gradients[1], gradients[0], Rounding);
        Assert.Equal(s_distance.Evaluate(s_start[0], s_hyper[0]).ToScalar(), s_scalar.Aggregate(s_distance, 1).Evaluate(s_start[0], s_hyper[0]).ToScalar());
        Assert.Throws<ArgumentOutOfRangeException>(() => s_scalar.Aggregate(s_distance, 1.5));
    }

    [Fact]
    public void DynamicInitialization_DescendsAlongTheEndOfTheReverseRecursion()
    {
        const int Steps = 5;
        UnrolledProblem<Tensor, Tensor> problem = Bilevel.Problem(s_scalar.Unroll(Optimizer.Sgd(Rate)), s_distance);
        DartsHypergradient<Tensor, Tensor> g = Hypergradient.Darts(Steps, StepDerivative.Scaled(Rate), EvaluationPoint.Start)
            .Compute(problem, Tensor.Scalar(1.5), Tensor.Scalar(2));
        double adjoint = Trajectory(1.5, 2, Steps)[Steps] - Target;

        // α₀ = (1 − ηλ)ᵀ g, and not g
        Assert.Equal(Math.Pow(1 - (Rate * 2), Steps) * adjoint, g.DifferentiateStart().ToScalar(), Rounding);
        Assert.Equal(Math.Pow(1 - (Rate * 2), Steps) * adjoint, g.DifferentiateStart(Checkpointing.Every(2)).ToScalar(), Rounding);

        DartsHypergradient<Tensor, Tensor> minimum = Hypergradient.Darts(0, StepDerivative.Scaled(1), EvaluationPoint.End)
            .Compute(Bilevel.Problem(s_scalar.MinimizedBy(Minimizer.NewtonCg()), s_distance), Tensor.Scalar(1.5), Tensor.Scalar(2));
        Assert.Contains("Unroll", Assert.Throws<InvalidOperationException>(() => minimum.DifferentiateStart()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void StepNumbersThatAreHyperparameters_HaveTheirPart()
    {
        // the rate is the hyperparameter: dF/dη = −g γ, and the objective does not know it
        UnrolledProblem<Tensor, Tensor> problem = Bilevel.Problem(
            Objective.From<Tensor, Tensor>((w, _) => 0.5 * w.Square(), "Bowl")
                .Unroll(h => Optimizer.Sgd(h)), Objective.From<Tensor, Tensor>((w, _) => 0.5 * (w - Target).Square()));
        DartsHypergradient<Tensor, Tensor> g = Hypergradient.Darts(1, StepDerivative.Differentiated, EvaluationPoint.BeforeLastStep)
            .Compute(problem, Tensor.Scalar(2), Tensor.Scalar(Rate));
        DartsHypergradient<Tensor, Tensor> scaled = Hypergradient.Darts(1, StepDerivative.Scaled(Rate), EvaluationPoint.BeforeLastStep)
            .Compute(problem, Tensor.Scalar(2), Tensor.Scalar(Rate));

        Assert.Equal(-2 * ((2 * (1 - Rate)) - Target), g.Gradient.ToScalar(), Rounding);
        Assert.Empty(g.Warnings);
        Assert.Equal(0, scaled.Gradient.ToScalar());
        Assert.Equal([WarningKind.UnusedHyperparameter, WarningKind.Approximation], scaled.Warnings.Select(warning => warning.Kind));
    }

    [Fact]
    public void Structures_KeepFrozenAndIntegerLeaves_InBothElementTypes()
    {
        Tree<(Tensor, Tensor, Tensor)> triple = Tree.Tuple(Tree.Tensor, Tree.Tensor, Tree.Tensor);
        Tensor indices = Tensor.From([2, 0]);
        Objective<(Tensor, Tensor, Tensor), (Tensor, Tensor, Tensor)> inner = Objective.From<(Tensor, Tensor, Tensor), (Tensor, Tensor, Tensor)>(
            (w, h) => (h.Item1 * w.Item1.Take(w.Item3).Square()).Sum().To(DType.Float64) + (h.Item2 * w.Item2.Square()).Sum(), "Train", triple, triple);
        Objective<(Tensor, Tensor, Tensor), (Tensor, Tensor, Tensor)> outer = Objective.From<(Tensor, Tensor, Tensor), (Tensor, Tensor, Tensor)>(
            (w, _) => w.Item1.Square().Sum().To(DType.Float64) + w.Item2.Sum(), "Validate", triple, triple);
        (Tensor, Tensor, Tensor) w = (Tensor.From([1.0f, 2, 3]), Tensor.From([4.0]), indices);
        (Tensor, Tensor, Tensor) h = (Tensor.From([0.5f, 0.25f]), Tensor.From([2.0]), indices);
        MinimizationProblem<(Tensor, Tensor, Tensor),
            (Tensor, Tensor, Tensor)> problem = Bilevel.Problem(inner.MinimizedBy(Minimizer.NewtonCg(maxIterations: 0)), outer);
        foreach (MixedProduct product in new[] { MixedProduct.Exact, MixedProduct.CentralDifference(1), MixedProduct.Adaptive() })
        {
            DartsHypergradient<(Tensor, Tensor, Tensor), (Tensor, Tensor, Tensor)> g = Hypergradient.Darts(0, StepDerivative.Scaled(1), EvaluationPoint.End,
                product).Compute(problem, w, h);

            // −Bᵀg = −2 w ⊙ g at the chosen elements, g = (2 w, 1); a quadratic has exact differences, in float32 to some units of 3²
            Assert.All(g.Gradient.Item1.ToArray<float>().Zip([-36f, -4f]), both => Assert.Equal(both.Second, both.First, 1e-3f));
            Assert.All(g.Gradient.Item2.ToArray<double>(), slope => Assert.Equal(-8, slope, 1e-5));
            Assert.Equal(indices.ToArray<int>(), g.Gradient.Item3.ToArray<int>());
            Assert.Equal(DType.Float32, g.Gradient.Item1.DType);
        }
    }

    [Fact]
    public void WhatIsNotDefined_IsRefused_WithTheRemedy()
    {
        MinimizationProblem<Tensor, Tensor> minimum = Bilevel.Problem(s_inner.MinimizedBy(Minimizer.NewtonCg()), s_outer);
        UnrolledProblem<Tensor, Tensor> rms = Bilevel.Problem(s_inner.Unroll(Optimizer.RmsProp()), s_outer);
        Refused("Unroll", () => Hypergradient.Darts(1, StepDerivative.Scaled(1), EvaluationPoint.End).Compute(minimum, s_start, s_hyper));
        Refused("Unroll", () => Hypergradient.Darts(0, StepDerivative.Differentiated, EvaluationPoint.End).Compute(minimum, s_start, s_hyper));
        Refused("Unroll", () => Hypergradient.Darts(0, StepDerivative.Scaled(1), EvaluationPoint.BeforeLastStep).Compute(minimum, s_start, s_hyper));
        Refused("steps: 1", () => Hypergradient.Darts(0, StepDerivative.Differentiated, EvaluationPoint.End).Compute(rms, s_start, s_hyper));
        Refused("Optimizer.RmsProp", () => Hypergradient.Darts(1, StepDerivative.Sama, EvaluationPoint.End).Compute(rms, s_start, s_hyper));
        Refused("StepDerivative.Differentiated",
            () => Hypergradient.Darts(1, StepDerivative.TensorwiseAdam, EvaluationPoint.End).Compute(rms, s_start, s_hyper));
        Assert.Throws<ArgumentOutOfRangeException>(() => Hypergradient.Darts(-1, StepDerivative.Scaled(1), EvaluationPoint.End));
        Assert.Throws<ArgumentOutOfRangeException>(() => Hypergradient.Darts(1, StepDerivative.Scaled(1), (EvaluationPoint)7));
        Assert.Throws<ArgumentOutOfRangeException>(() => StepDerivative.Scaled(double.NaN));

        static void Refused(string part, Func<object> action) =>
            Assert.Contains(part, Assert.Throws<InvalidOperationException>(action).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Figure2OfDarts_EndsWhereItsStepSizeSays()
    {
        // L_val = αw − 2α + 1, L_train = (w − α)²: first order ends at (2, 2), second order, with a step of ½, at the bilevel solution (1, 1)
        Objective<Tensor, Tensor> train = Objective.From<Tensor, Tensor>((w, a) => w.Square() - (2 * a * w) + a.Square());
        Objective<Tensor, Tensor> validate = Objective.From<Tensor, Tensor>((w, a) => (a * w) - (2 * a) + 1);
        UnrolledProblem<Tensor, Tensor> problem = Bilevel.Problem(train.Unroll(Optimizer.Sgd(0.5)), validate);
        (DartsMethod Method, double End)[] cases =
        [
            (Hypergradient.Darts(0, StepDerivative.Scaled(0), EvaluationPoint.End), 2),
            (Hypergradient.Darts(1, StepDerivative.Differentiated, EvaluationPoint.BeforeLastStep, MixedProduct.CentralDifference()), 1),
        ];
        Assert.All(cases, item =>
        {
            (Tensor alpha, Tensor w) = (Tensor.Scalar(2), Tensor.Scalar(-2));
            for (int t = 0; t < 100; t++)
            {
                alpha -= 0.3 * item.Method.Compute(problem, w, alpha).Gradient;
                w -= 0.3 * train.Gradient(w, alpha);
            }

            // both settle at a rate of 0.7 per update or better: 100 of them leave 1e-15
            Assert.Equal(item.End, alpha.ToScalar(), 1e-10);
            Assert.Equal(item.End, w.ToScalar(), 1e-10);
        });
    }

    private static double[] Trajectory(double w, double lambda, int steps)
    {
        var trajectory = new List<double> { w };
        for (int t = 0; t < steps; t++)
        {
            w -= Rate * ((lambda * w) - 1);
            trajectory.Add(w);
        }

        return [.. trajectory];
    }

    private static double Distance(Tensor expected, Tensor actual) => (actual - expected).Norm().ToScalar();
}
