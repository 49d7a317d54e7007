namespace Hyperdiff.Tests.Hypergradients.Differences;

/// <summary>What went wrong in other systems' differences, each with a problem on which it would show.</summary>
public sealed class DifferencePitfalls
{
    private static readonly MixedProduct[] s_products = [MixedProduct.Exact, MixedProduct.CentralDifference(), MixedProduct.Adaptive()];

    /// <summary>Weights moved in place and never, or inexactly, moved back: +ε, −2ε, +ε drifts.</summary>
    [Fact]
    public void PerturbedWeights_KeepTheirBits()
    {
        Tensor w = RandomKey.FromSeed(1).Normal([50]);
        double[] before = [.. w.ToArray<double>()];
        DartsHypergradient<Tensor, Tensor> first = Compute();
        DartsHypergradient<Tensor, Tensor> again = Compute();

        Assert.Equal(before, w.ToArray<double>());
        Assert.Equal(before, first.State.ToArray<double>());
        Assert.Equal(first.Gradient.ToArray<double>(), again.Gradient.ToArray<double>());

        DartsHypergradient<Tensor, Tensor> Compute() => Darts(
            MixedProduct.CentralDifference(), (x, h) => (h * x.Tanh().Square()).Sum(), (x, _) => x.Square().Sum(), w, Tensor.Ones([50]));
    }

    /// <summary>The hyperparameters among the parameters that are moved: the difference then contains ∂²f/∂λ² times the gradient in λ.</summary>
    [Fact]
    public void Hyperparameters_AreNotMovedAlongWithTheWeights()
    {
        // one step of rate ½ from w = 1 at λ = 2: f = ½ λ² w, w' = w − ½ ½λ² = 0; F = 3 w + λ; ∂_λ∇_w f = λ, ∂²f/∂λ² = w
        const double Rate = 0.5;
        Objective<Tensor, Tensor> train = Objective.From<Tensor, Tensor>((w, h) => 0.5 * h.Square() * w);
        Objective<Tensor, Tensor> validate = Objective.From<Tensor, Tensor>((w, h) => (3 * w) + h);
        const double Clean = 1 - (Rate * 2 * 3);
        const double Contaminated = Clean - (Rate * 1 * 1);
        Assert.All(s_products, product =>
        {
            double gradient = Hypergradient.Darts(1, StepDerivative.Scaled(Rate), EvaluationPoint.Start, product)
                .Compute(Bilevel.Problem(train.Unroll(Optimizer.Sgd(Rate)), validate), Tensor.Scalar(1), Tensor.Scalar(2)).Gradient.ToScalar();

            Assert.Equal(Clean, gradient, 1e-12);
            Assert.NotEqual(Contaminated, gradient, 1e-1);
        });
    }

    /// <summary>A batch in chunks, of which only the last one's gradient is kept.</summary>
    [Fact]
    public void Chunks_AreSummed()
    {
        RandomKey[] keys = RandomKey.FromSeed(2).Split(3);
        (Tensor x, Tensor w, Tensor h) = (keys[0].Normal([12, 4]), keys[1].Normal([4]), keys[2].Normal([12]));
        Assert.All(s_products, product =>
        {
            Tensor whole = Darts(product, (v, l) => (l.Sigmoid() * x.MatMul(v).Softplus()).Sum(), (v, _) => v.Square().Sum(), w, h).Gradient;
            Tensor chunks = Darts(product, (v, l) => Chunk(v, l, 0) + Chunk(v, l, 4) + Chunk(v, l, 8), (v, _) => v.Square().Sum(), w, h).Gradient;

            // sums in another order, and in a difference divided by 2ε
            Assert.InRange((whole - chunks).Norm().ToScalar(), 0, 1e-11);
            Assert.All(chunks.ToArray<double>(), slope => Assert.NotEqual(0, slope));
        });

        Tensor Chunk(Tensor v, Tensor l, int from) => (l.Slice(0, from, from + 4).Sigmoid() * x.Slice(0, from, from + 4).MatMul(v).Softplus()).Sum();
    }

    /// <summary>Both displaced gradients equal: the method is silently of first order.</summary>
    [Fact]
    public void EqualGradients_AreReported()
    {
        // one unit in the last place of 10⁶ in float32 is 0.06: a displacement by 0.01 is none
        Tensor w = Tensor.From([1e6f, 2e6f]);
        DartsHypergradient<Tensor, Tensor> g = Single(MixedProduct.CentralDifference());

        Assert.Equal([0f, 0f], g.Indirect.ToArray<float>());
        Assert.True(g.Product.IsLost, g.ToString());
        HypergradientWarning warning = g.Warnings.Single(warning => warning.Kind == WarningKind.LostDifference);
        Assert.Contains("larger radius", warning.Message, StringComparison.Ordinal);

        // a displacement that shows is no longer lost, and neither is the exact product
        Assert.All(new[] { MixedProduct.Exact, MixedProduct.CentralDifference(1e5), MixedProduct.Adaptive() }, product =>
        {
            DartsHypergradient<Tensor, Tensor> found = Single(product);
            Assert.DoesNotContain(found.Warnings, warning => warning.Kind == WarningKind.LostDifference);
            Assert.All(found.Indirect.ToArray<float>().Zip([-2f, -3f]), both => Assert.Equal(both.Second, both.First, 0.05f));
        });

        DartsHypergradient<Tensor, Tensor> Single(MixedProduct product) =>
            Darts(product, (v, h) => (h * v).Sum(), (v, _) => (v * Tensor.From([2f, 3f])).Sum(), w, Tensor.From([1f, 1f]));
    }

    /// <summary><c>(p − n) / 2 * ε</c> instead of <c>(p − n) / (2 ε)</c>: an indirect part that is ε² too small.</summary>
    [Fact]
    public void TwiceTheStep_DividesAsAWhole()
    {
        // f = ½ λ w²: Bᵀv = w v, of which a central difference is exact for every step
        Assert.All(new[] { 1e-3, 1e-2, 1.0, 10 }, radius =>
        {
            DartsHypergradient<Tensor, Tensor> g = Darts(
                MixedProduct.CentralDifference(radius), (w, h) => 0.5 * h * w.Square(), (w, _) => 7 * w, Tensor.Scalar(3), Tensor.Scalar(1));

            Assert.Equal(-21, g.Gradient.ToScalar(), 1e-9);
            Assert.Equal(radius / 7, g.Product.Step, 1e-15);
        });
    }

    /// <summary>R/‖v‖ with v = 0: 0 · ∞ = NaN.</summary>
    [Fact]
    public void ZeroAdjoint_GivesExactlyTheDirectPart()
    {
        Tensor h = RandomKey.FromSeed(3).Normal([4]);
        Assert.All(s_products, product =>
        {
            DartsHypergradient<Tensor, Tensor> g = Darts(product, (w, l) => (l * w.Square()).Sum(), (_, l) => l.Exp().Sum(), Tensor.Ones([4]), h);

            Assert.Equal(h.Exp().ToArray<double>(), g.Gradient.ToArray<double>());
            Assert.Equal((0.0, 0.0, 0), (g.Product.Step, g.Product.Error, g.Product.Gradients));
            Assert.True(g.Converged, g.ToString());
            Assert.DoesNotContain(g.Warnings, warning => warning.Kind == WarningKind.LostDifference);
        });
    }

    /// <summary>Two evaluations on different minibatches: the difference is noise over ε.</summary>
    [Fact]
    public void BothEvaluations_SeeTheSameMinibatch()
    {
        // the step's own batch: drawn from a key of the step, so that the product of the last step is with its batch
        RandomKey key = RandomKey.FromSeed(4);
        Dynamics<Tensor, Tensor> dynamics = Dynamics.From<Tensor, Tensor>((w, h, t) => (h * key.Fold(t).Normal([3]) * w.Square()).Sum(),
            _ => Optimizer.Sgd(0.1));
        UnrolledProblem<Tensor, Tensor> problem = Bilevel.Problem(dynamics, Objective.From<Tensor, Tensor>((w, _) => w.Square().Sum()));
        (Tensor w, Tensor h) = (RandomKey.FromSeed(5).Normal([3]), Tensor.Ones([3]));
        foreach (int steps in new[] { 1, 3 })
        {
            Tensor expected = Hypergradient.Reverse(steps, truncate: 1).Compute(problem, w, h).Gradient;
            Assert.All(s_products, product =>
            {
                DartsHypergradient<Tensor, Tensor> g = Hypergradient.Darts(steps, StepDerivative.Differentiated, EvaluationPoint.BeforeLastStep, product)
                    .Compute(problem, w, h);

                // f is quadratic in w: no truncation
                Assert.InRange((g.Gradient - expected).Norm().ToScalar(), 0, 1e-11);
            });
        }
    }

    /// <summary>The minibatch of another step than that whose derivative is meant.</summary>
    [Fact]
    public void Minibatch_IsThatOfTheFirstStepAtTheStart_AndThatOfTheLastStepElsewhere()
    {
        // f_t = Σ λ b_t ⊙ w²: −B_tᵀv = −2 b_t ⊙ w_e ⊙ v
        const int Steps = 3;
        const int Taken = 4;
        RandomKey key = RandomKey.FromSeed(6);
        Tensor Batch(int t) => key.Fold(t).Normal([3]);
        Dynamics<Tensor, Tensor> dynamics = Dynamics.From<Tensor, Tensor>((w, h, t) => (h * key.Fold(t).Normal([3]) * w.Square()).Sum(),
            _ => Optimizer.Sgd(0.1));
        UnrolledProblem<Tensor, Tensor> problem = Bilevel.Problem(dynamics, Objective.From<Tensor, Tensor>((w, _) => w.Sum()));
        Tensor hyper = Tensor.Ones([3]);
        OptimizerState<Tensor> start = dynamics.Start(RandomKey.FromSeed(7).Normal([3]), hyper);
        for (int t = 0; t < Taken; t++)
        {
            start = dynamics.Next(start, hyper);
        }

        List<OptimizerState<Tensor>> states = [start];
        for (int t = 0; t < Steps; t++)
        {
            states.Add(dynamics.Next(states[^1], hyper));
        }

        (EvaluationPoint At, Tensor State, int Batch)[] cases =
        [
            (EvaluationPoint.Start, start.Parameters, Taken),
            (EvaluationPoint.BeforeLastStep, states[^2].Parameters, Taken + Steps - 1),
            (EvaluationPoint.End, states[^1].Parameters, Taken + Steps - 1),
        ];
        Assert.All(cases, item =>
        {
            Tensor indirect = Hypergradient.Darts(Steps, StepDerivative.Scaled(1), item.At).Compute(problem.WithMemory, start, hyper).Indirect;

            // steps as a graph and as tensors may differ in the last place
            Assert.InRange((indirect + (2 * Batch(item.Batch) * item.State)).Norm().ToScalar(), 0, 1e-14);
        });
    }

    private static DartsHypergradient<Tensor, Tensor> Darts(
        MixedProduct product, Func<Tensor, Tensor, Tensor> inner, Func<Tensor, Tensor, Tensor> outer, Tensor w, Tensor h) =>
        Hypergradient.Darts(0, StepDerivative.Scaled(1), EvaluationPoint.End, product)
            .Compute(Bilevel.Problem(Objective.From(inner).Unroll(Optimizer.Sgd(1)), Objective.From(outer)), w, h);
}
