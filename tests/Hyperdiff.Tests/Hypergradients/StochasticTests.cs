using Hyperdiff.Fixtures.Problems;

namespace Hyperdiff.Tests.Hypergradients;

/// <summary>What adjoints on minibatches say of themselves, and what they refuse.</summary>
public sealed class StochasticTests
{
    private static readonly SampledRegression s_problem = new(3, samples: 8, size: 3);

    [Fact]
    public void SameKey_SameBits_AnotherKey_Others()
    {
        StochasticMethod method = Hypergradient.Stochastic(Optimizer.Adam(0.1), 20, 2, 2, 3);

        Assert.Equal(Compute(method, 1).Gradient.ToArray<double>(), Compute(method, 1).Gradient.ToArray<double>());
        Assert.NotEqual(Compute(method, 1).Gradient.ToArray<double>(), Compute(method, 2).Gradient.ToArray<double>());
    }

    [Fact]
    public void Result_TellsOfTheMinibatches_AndOfWhatWasLeft()
    {
        StochasticHypergradient<Tensor, Tensor> g = Compute(Hypergradient.Stochastic(Optimizer.Sgd(0.1), 50, 4, 4, 3), 1);

        Assert.True(g.Converged, g.ToString());
        Assert.Equal((50, 51L, double.PositiveInfinity), (g.AdjointReport.Iterations, g.AdjointReport.TransposedProducts, g.AdjointReport.Tolerance));
        Assert.Equal("adjoint, Optimizer.Sgd on minibatches of 3", g.AdjointReport.Solver);
        Assert.Equal([WarningKind.Truncated, WarningKind.Sampled], g.Warnings.Select(warning => warning.Kind));
        Assert.Contains("with a standard error of", g.ToString(), StringComparison.Ordinal);
        Assert.True(g.StandardError > 0);
    }

    [Fact]
    public void WarmStart_GoesOnFromTheAdjoint()
    {
        // all samples, so that what is drawn does not differ
        StochasticMethod ten = Hypergradient.Stochastic(Optimizer.Sgd(0.2), 10);
        StochasticHypergradient<Tensor, Tensor> again = ten.Compute(
            s_problem.Problem, s_problem.State, s_problem.Hyper, new() { Key = RandomKey.FromSeed(1), WarmStart = Compute(ten, 1).WarmStart });

        Assert.Equal(Compute(Hypergradient.Stochastic(Optimizer.Sgd(0.2), 20), 1).Adjoint.ToArray<double>(), again.Adjoint.ToArray<double>());
    }

    [Fact]
    public void ZeroOuterGradient_GivesExactlyTheDirectPart()
    {
        Objective<Tensor, Tensor> direct = Objective.From<Tensor, Tensor>((w, h) => (0 * w.Sum()) + h.Square().Sum());
        StochasticHypergradient<Tensor, Tensor> g = Hypergradient.Stochastic(Optimizer.Adam(0.1), 10, 2, 0, 3)
            .Compute(Bilevel.Problem(s_problem.Inner.MinimizedBy(Minimizer.NewtonCg()), direct), s_problem.State, s_problem.Hyper,
            new() { Key = RandomKey.FromSeed(1) });

        Assert.Equal((2 * s_problem.Hyper).ToArray<double>(), g.Gradient.ToArray<double>());
        Assert.Equal([0.0, 0, 0], g.Adjoint.ToArray<double>());
    }

    [Fact]
    public void TooLargeARate_IsAStatus()
    {
        Assert.Equal(SolveStatus.Diverged, Compute(Hypergradient.Stochastic(Optimizer.Sgd(5), 5, batchSize: 3), 1).AdjointReport.Status);
        StochasticHypergradient<Tensor, Tensor> overflow = Compute(Hypergradient.Stochastic(Optimizer.Sgd(1e9), 1000, batchSize: 3), 1);
        Assert.Equal(SolveStatus.NonFiniteIterate, overflow.AdjointReport.Status);
        Assert.InRange(overflow.AdjointReport.Iterations, 10, 100);
        Assert.Throws<SolveException>(overflow.EnsureConverged);
    }

    [Fact]
    public void NaN_InTheOuterData_IsAStatus()
    {
        Objective<Tensor, Tensor> broken = Objective.From<Tensor, Tensor>((w, _) => (w * double.NaN).Sum());
        StochasticHypergradient<Tensor, Tensor> g = Hypergradient.Stochastic(Optimizer.Sgd(0.1), 10, 1, 0, 3)
            .Compute(Bilevel.Problem(s_problem.Inner.MinimizedBy(Minimizer.NewtonCg()), broken), s_problem.State, s_problem.Hyper,
            new() { Key = RandomKey.FromSeed(1) });

        Assert.Equal((SolveStatus.NonFiniteInput, 0), (g.AdjointReport.Status, g.AdjointReport.Iterations));
    }

    [Fact]
    public void Cancellation_IsAStatus()
    {
        StochasticHypergradient<Tensor, Tensor> g = Hypergradient.Stochastic(Optimizer.Sgd(0.1), 10, batchSize: 3)
            .Compute(s_problem.Problem, s_problem.State, s_problem.Hyper,
            new() { Key = RandomKey.FromSeed(1), Cancellation = new CancellationToken(canceled: true) });

        Assert.Equal(SolveStatus.Cancelled, g.AdjointReport.Status);
    }

    [Fact]
    public void Minibatches_CompileOncePerSize()
    {
        int before = s_problem.Inner.Traces;
        Compute(Hypergradient.Stochastic(Optimizer.Sgd(0.1), 40, 4, 4, 5), 1);
        Compute(Hypergradient.Stochastic(Optimizer.Sgd(0.1), 40, 4, 4, 5), 2);

        // that size, and at most once all samples
        Assert.InRange(s_problem.Inner.Traces - before, 1, 2);
    }

    [Fact]
    public void Structures_WithFrozenLeaves_InFloat32()
    {
        Tree<(Tensor, Tensor)> pair = Tree.Tuple(Tree.Tensor, Tree.Tensor);
        var form = new ObjectiveForm<(Tensor, Tensor), (Tensor, Tensor), (Tensor, Tensor)>(
            "Train",
            (w, h, d) => (0.5f * ((d.Item1.Take(w.Item2) * h.Item1).MatMul(w.Item1) - d.Item2).Square().Mean())
                + (0.5f * h.Item1.Exp() * w.Item1.Square().Sum()),
            pair,
            pair,
            pair,
            "Item2");
        Tensor table = Tensor.From(new float[,] { { 1, 2 }, { 3, -1 }, { 0.5f, 1 } });
        Objective<(Tensor, Tensor), (Tensor, Tensor)> inner = form.Bind((table, Tensor.From([1f, 2, 3])));
        Objective<(Tensor, Tensor), (Tensor, Tensor)> outer = Objective.From<(Tensor, Tensor), (Tensor, Tensor)>(
            (w, h) => w.Item1.Square().Sum() + (h.Item1 * h.Item1), state: pair, hyper: pair);
        (Tensor, Tensor) start = (Tensor.Zeros([2], DType.Float32), Tensor.From([0, 1, 2]));
        (Tensor, Tensor) hyper = (Tensor.Scalar(0.3f, DType.Float32), Tensor.From([7]));
        StochasticHypergradient<(Tensor, Tensor), (Tensor, Tensor)> g = Hypergradient.Stochastic(Optimizer.Sgd(0.05), 400, 1, 0)
            .Compute(Bilevel.Problem(inner.MinimizedBy(Minimizer.NewtonCg(1e-6)), outer), start, hyper, new() { Key = RandomKey.FromSeed(1) });
        ImplicitHypergradient<(Tensor, Tensor), (Tensor, Tensor)> exact = Hypergradient.Implicit(adjoint: LinearSolver.ConjugateGradient(1e-6))
            .Compute(Bilevel.Problem(inner.MinimizedBy(Minimizer.NewtonCg(1e-6)), outer), start, hyper);

        Assert.Equal(DType.Float32, g.Gradient.Item1.DType);
        Assert.Equal(exact.Gradient.Item1.ToScalar(), g.Gradient.Item1.ToScalar(), 1e-3 * Math.Abs(exact.Gradient.Item1.ToScalar()));
        Assert.Equal([7], g.Gradient.Item2.ToArray<int>());
    }

    [Fact]
    public void ObjectivesWithoutBatchParameters_Throw_WithTheRemedy()
    {
        Objective<Tensor, Tensor> plain = Objective.From<Tensor, Tensor>((w, h) => (h * w.Square()).Sum(), "Plain");
        StochasticMethod method = Hypergradient.Stochastic(Optimizer.Sgd(0.1), 10, batchSize: 3);
        string inner = Assert.Throws<InvalidOperationException>(
            () => method.Compute(
            Bilevel.Problem(plain.MinimizedBy(Minimizer.NewtonCg()), s_problem.Outer), s_problem.State, s_problem.Hyper,
            new() { Key = RandomKey.FromSeed(1) })).Message;
        string outer = Assert.Throws<InvalidOperationException>(
            () => method.Compute(
            Bilevel.Problem(s_problem.Inner.MinimizedBy(Minimizer.NewtonCg()), plain), s_problem.State, s_problem.Hyper,
            new() { Key = RandomKey.FromSeed(1) })).Message;

        Assert.Equal(
            "Hypergradient.Stochastic: Plain has no [Batch] parameters to draw minibatches from; mark those whose first axis counts samples, or leave out "
                + "batchSize to use all data.", inner);
        Assert.EndsWith("or pass outerBatches: 0 to use all data.", outer, StringComparison.Ordinal);
    }

    [Fact]
    public void TooLargeMinibatches_Throw_WithBothSizes()
    {
        string message = Assert.Throws<InvalidOperationException>(() => Compute(Hypergradient.Stochastic(Optimizer.Sgd(0.1), 10, batchSize: 8), 1)).Message;

        Assert.Equal(
            "Hypergradient.Stochastic: a minibatch of 8 samples is larger than the data of Validate, which has 7; take a smaller one, or pass outerBatches: 0 "
                + "to use all data.", message);
        Assert.Contains("leave out batchSize",
            Assert.Throws<InvalidOperationException>(() => Compute(Hypergradient.Stochastic(Optimizer.Sgd(0.1), 10, batchSize: 9), 1)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void SeveralKeys_Throw() => Assert.Throws<ArgumentException>(() =>
        Hypergradient.Stochastic(Optimizer.Sgd(0.1), 1)
            .Compute(s_problem.Problem, s_problem.State, s_problem.Hyper, new() { Key = RandomKey.FromSeed(1).SplitBatch(3) }));

    [Fact]
    public void NumbersWithoutAMeaning_Throw_NamingThem()
    {
        Optimizer sgd = Optimizer.Sgd(0.1);

        Assert.Throws<ArgumentNullException>("optimizer", () => Hypergradient.Stochastic(null!, 1));
        Assert.Throws<ArgumentOutOfRangeException>("iterations", () => Hypergradient.Stochastic(sgd, -1));
        Assert.Throws<ArgumentOutOfRangeException>("innerBatches", () => Hypergradient.Stochastic(sgd, 1, 0));
        Assert.Throws<ArgumentOutOfRangeException>("outerBatches", () => Hypergradient.Stochastic(sgd, 1, 1, -1));
        Assert.Throws<ArgumentOutOfRangeException>("batchSize", () => Hypergradient.Stochastic(sgd, 1, batchSize: 0));
        Assert.Throws<ArgumentOutOfRangeException>("outerBatchSize", () => Hypergradient.Stochastic(sgd, 1, outerBatchSize: 0));
        Assert.Throws<ArgumentOutOfRangeException>("mapRate", () => Hypergradient.Stochastic(sgd, 1, mapRate: 0));
    }

    private static StochasticHypergradient<Tensor, Tensor> Compute(StochasticMethod method, int seed) =>
        method.Compute(s_problem.Problem, s_problem.State, s_problem.Hyper, new() { Key = RandomKey.FromSeed(seed) });
}
