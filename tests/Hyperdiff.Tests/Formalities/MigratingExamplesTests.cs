namespace Hyperdiff.Tests.Formalities;

/// <summary>The code that docs/migrating.md shows beside that of other systems: a ridge regression whose penalty e^λ is tuned. Every way
/// finds the same derivative.</summary>
public sealed class MigratingExamplesTests
{
    private static readonly Tensor s_x = Tensor.From([1, 0.3, -1, 1.2, 0.5, -0.7, 2, 0.4], [4, 2]);
    private static readonly Tensor s_y = Tensor.From([2.1, -1.7, 0.8, 4.2]);
    private static readonly Tensor s_xv = Tensor.From([1.5, -1, -0.5, 0.8, 0.2, 1.1], [3, 2]);
    private static readonly Tensor s_yv = Tensor.From([3.0, -1.0, 0.4]);
    private static readonly Tensor s_w0 = Tensor.Zeros([2]);
    private static readonly Tensor s_h0 = Tensor.Scalar(-1);

    // 300 steps of 0.1 leave (1 − 0.1 · 2 e⁻¹)³⁰⁰ < 1e-9 of the start; solves end at 1e-8 of their right-hand sides, which the
    // derivative, of the order of 1, inherits
    private const double Tolerance = 1e-6;

    private static Tensor Train(Tensor w, Tensor h) => (s_x.MatMul(w) - s_y).Square().Mean() + (h.Exp() * w.Square().Sum());

    private static Tensor Validate(Tensor w, Tensor h) => (s_xv.MatMul(w) - s_yv).Square().Mean() + (0 * h);

    [Fact]
    public void TheWaysOfOtherSystems_FindTheSameDerivative()
    {
        (Tensor w0, Tensor h0) = (s_w0, s_h0);
        Objective<Tensor, Tensor> train = Objective.From<Tensor, Tensor>(Train, "Train"), validate = Objective.From<Tensor, Tensor>(Validate, "Validate");

        // hypertorch
        var inner = train.GradientDescentMap(0.1).SolvedBy(FixedPoint.Iteration(tolerance: 1e-8));
        var method = Hypergradient.Implicit(adjoint: LinearSolver.ConjugateGradient(tolerance: 1e-8, maxIterations: 20));
        var g = method.Compute(Bilevel.Problem(inner, validate), w0, h0);

        // jaxopt
        Tensor Loss(Tensor h) => validate.Evaluate(Argmin.Of(train.MinimizedBy(Minimizer.Lbfgs(tolerance: 1e-8)), w0, h), h);
        Tensor gradient = Diff.Grad((Tensor h) => Loss(h), h0);

        // BOAT
        var rad = Hypergradient.Reverse(steps: 300).Compute(Bilevel.Problem(train.Unroll(Optimizer.Sgd(0.1)), validate), w0, h0);

        double expected = g.EnsureConverged().ToScalar();
        Assert.NotEqual(0, expected, 0.01);
        Assert.Equal(expected, gradient.ToScalar(), Tolerance);
        Assert.Equal(expected, rad.Gradient.ToScalar(), Tolerance);
    }

    [Fact]
    public void AStepsOwnNumbers_HaveADerivative()
    {
        (Tensor w0, Tensor h0) = (s_w0, s_h0);
        Objective<Tensor, Tensor> train = Objective.From<Tensor, Tensor>((w, _) => Train(w, s_h0), "Train");
        Objective<Tensor, Tensor> validate = Objective.From<Tensor, Tensor>(Validate, "Validate");

        // TorchOpt
        var problem = Bilevel.Problem(train.Unroll(h => Optimizer.Adam(h.Exp())), validate);
        var g = Hypergradient.Reverse(steps: 5).Compute(problem, w0, h0);

        double At(double rate) => Hypergradient.Reverse(steps: 5).Compute(problem, w0, Tensor.Scalar(rate)).Value;

        // a central difference over 1e-5: off by about 1e-10 and by rounding, 1e-16 / 1e-5
        Assert.Equal((At(-1 + 1e-5) - At(-1 - 1e-5)) / 2e-5, g.Gradient.ToScalar(), 1e-8);
    }

    [Fact]
    public void AnEngine_LowersTheLoss()
    {
        // Betty
        Level<Tensor> penalty = Level.Of("penalty", s_h0), weights = Level.Of("weights", s_w0);
        MultiLevel problems = MultiLevel.Of(
            penalty.Minimizes((h, at) => Validate(at.Solution(weights), h)),
            weights.Minimizes((w, at) => Train(w, at.Parameters(penalty))));
        OuterLoop<LevelPoint, Tensor> engine = OuterLoop.Over(problems, penalty, weights.StepsBy(Optimizer.Sgd(0.1), steps: 10))
            .With(Optimizer.Adam(0.1)).Until(Stop.AfterSteps(30));

        OuterStep<LevelPoint, Tensor>[] steps = [.. engine.From(problems.Start, s_h0)];
        Assert.True(steps[^1].Value < steps[0].Value);
    }
}
