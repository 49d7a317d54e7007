using Hyperdiff.Graphs;
using Hyperdiff.Testing.Samples;
using Hyperdiff.Tests.Evidence;
using Hyperdiff.Transforms;

namespace Hyperdiff.Tests.Transforms;

/// <summary>Lambdas with loops, solves and rules of their own within are compiled once, like those of operations: a later call compiles nothing, and gives the
/// same bits. Those that differ in a setting or a number are other functions.</summary>
[Collection(nameof(Telemetry))]
public sealed class LambdaPlanTests
{
    private static readonly Tensor s_x = 0.1 * Draw.Normal(1, [4]), s_a = Draw.Normal(2, [4]), s_rows = Draw.Normal(3, [3, 4]);

    private static readonly Dictionary<string, Func<Tensor>> s_calls = new()
    {
        ["operations"] = () => Diff.Grad((Tensor x) => (x * s_a).Sin().Sum(), s_x),
        ["loop"] = () => Diff.Grad((Tensor x) => Iterated(x, 5).Sum(), s_x),
        ["loop alone"] = () => Iterated(s_x, 5),
        ["loop with checkpoints"] = () => Diff.Grad((Tensor x) => Iterated(x, 9, Checkpointing.Every(3)).Sum(), s_x),
        ["loop in a loop"] = () => Diff.Grad((Tensor x) => Loop.Iterate(3, (Tensor c) => Iterated(c, 2) + x, x).Sum(), s_x),
        ["bounded loop"] = () => Diff.Grad((Tensor x) => Doubled(x, 30), s_x),
        ["scan"] = () => Diff.Grad((Tensor x) => Loop.Scan((Tensor c, Tensor row) => ((c * row).Sin() + x, c.Sum()), x, s_rows).Outputs.Sum(), s_x),
        ["checkpoint"] = () => Diff.Grad((Tensor x) => Diff.Checkpoint((Tensor v) => (v * s_a).Sin())(x).Sum(), s_x),
        ["tangent of one's own"] = () => Diff.Grad(Diff.CustomTangent((Tensor x) => x.Square().Sum(), (x, tangent) => 2 * (x * tangent).Sum()), s_x),
        ["cotangent of one's own"] = () => Diff.Grad(Diff.CustomCotangent((Tensor x) => x.Square().Sum(), (x, _, back) => 2 * back * x), s_x),
        ["fixed point"] = () => Diff.Grad((Tensor x) => Fixed(x, FixedPoint.Iteration(), LinearSolver.Gmres()), s_x),
        ["minimum"] = () => Diff.Grad((Tensor x) => Minimum(x, Minimizer.NewtonCg()), s_x),
        ["minimum, second order"] = () => Diff.Hvp((Tensor x) => Minimum(x, Minimizer.Lbfgs()), s_x, s_a),
        ["root"] = () => Diff.Grad((Tensor x) => Root.Of(RootCondition.From<Tensor, Tensor>((z, h) => z + (z.Square() * z) - h).SolvedBy(Root.Newton()),
            s_x, x).Sum(), s_x),
        ["factorization"] = () => Diff.Grad((Tensor x) => Linalg.LogDeterminant(x.DiagonalMatrix() + (2 * Tensor.Eye(4))).LogAbsolute, s_x),
        ["batch"] = () => Diff.Vmap((Tensor row) => (row * s_a).Sin().Sum(), s_rows),
        ["batch of solves"] = () => Diff.Vmap((Tensor row) => Fixed(0.1 * row, FixedPoint.Iteration(), LinearSolver.Gmres()), s_rows),
        ["operator"] = () => LinearOperator.From(v => (2 * v) + (s_a * v), s_x.Type).Apply(s_x)[0],
        ["implicit, map"] = () => Hypergradient.Implicit().Compute(
            Bilevel.Problem(Map().SolvedBy(FixedPoint.Iteration()), Outer()), s_x, s_a).Gradient,
        ["implicit, minimum"] = () => Hypergradient.Implicit().Compute(
            Bilevel.Problem(Inner().MinimizedBy(Minimizer.NewtonCg()), Outer()), s_x, s_a).Gradient,
        ["reverse"] = () => Hypergradient.Reverse(6).Compute(Bilevel.Problem(Map(), Outer()), s_x, s_a).Gradient,
        ["forward"] = () => Hypergradient.Forward(6).Compute(Bilevel.Problem(Map(), Outer()), s_x, s_a).Gradient,
        ["unrolled"] = () => Hypergradient.Reverse(6).Compute(Bilevel.Problem(Inner().Unroll(Optimizer.Adam(0.1)), Outer()), s_x, s_a).Gradient,
    };

    public static TheoryData<string> Calls => [.. s_calls.Keys];

    [Theory]
    [MemberData(nameof(Calls))]
    public void ALaterCall_CompilesNothing_AndGivesTheSameBits(string call)
    {
        double[] first = s_calls[call]().ToArray<double>();
        _ = s_calls[call]();
        long compiled = CompilationCount.Of(() => Assert.Equal(first.Select(BitConverter.DoubleToInt64Bits), s_calls[call]().ToArray<double>().Select(
            BitConverter.DoubleToInt64Bits)));

        Assert.Equal(0, compiled);
    }

    [Fact]
    public void FunctionsThatDifferInASettingWithin_AreDifferentGraphs()
    {
        Graph[] graphs =
        [
            Known(x => Iterated(x, 5).Sum()), Known(x => Iterated(x, 6).Sum()), Known(x => Iterated(x, 5, Checkpointing.Every(2)).Sum()),
            Known(x => Iterated(x, 5, Checkpointing.Every(3)).Sum()), Known(x => Loop.Iterate(5, (Tensor c) => (c * s_a).Cos() + x, x).Sum()),
            Known(x => Doubled(x, 30)), Known(x => Doubled(x, 31)), Known(x => Doubled(x, 30, 1.5)),
            Known(x => Fixed(x, FixedPoint.Iteration(), LinearSolver.Gmres())), Known(x => Fixed(x, FixedPoint.Iteration(1e-9), LinearSolver.Gmres())),
            Known(x => Fixed(x, FixedPoint.Damped(0.5), LinearSolver.Gmres())), Known(x => Fixed(x, FixedPoint.Damped(0.4), LinearSolver.Gmres())),
            Known(x => Fixed(x, FixedPoint.Iteration(), LinearSolver.Gmres(10))), Known(x => Fixed(x, FixedPoint.Iteration(), LinearSolver.FixedPoint())),
            Known(x => Fixed(x, FixedPoint.Iteration() with { StopsOnSuspicion = false }, LinearSolver.Gmres())),
            Known(x => Minimum(x, Minimizer.NewtonCg())), Known(x => Minimum(x, Minimizer.NewtonCg() with { ChecksCurvature = false })),
            Known(x => Minimum(x, Minimizer.GradientDescent(StepSize.Fixed(0.1)))), Known(x => Minimum(x, Minimizer.GradientDescent(StepSize.Fixed(0.2)))),
        ];

        Assert.Equal(graphs.Length, graphs.Distinct().Count());
        Assert.Same(graphs[10], Known(x => Fixed(x, FixedPoint.Damped(0.5), LinearSolver.Gmres())));
    }

    [Fact]
    public void WhatALambdaCapturesWithin_IsWhatItIsAtEachCall()
    {
        // (λ c)ⁿ x has the slope (λ c)ⁿ, and the fixed point of z ↦ c z + x the slope 1/(1 − c)
        for (int i = 1; i < 6; i++)
        {
            Tensor c = Tensor.Full([4], 0.1 * i);

            Assert.Equal(Math.Pow(0.1 * i, 3), Diff.Grad((Tensor x) => Loop.Iterate(3, (Tensor at) => c * at, x).Sum(), s_x).ToArray<double>()[0], 1e-15);
            Tensor slope = Diff.Grad((Tensor x) => FixedPoint.Of(FixedPointMap.From<Tensor, Tensor>((z, h) => (c * z) + h)
                .SolvedBy(FixedPoint.Iteration(1e-14)), s_x, x, LinearSolver.Gmres(tolerance: 1e-14)).Sum(), s_x);
            Assert.Equal(1 / (1 - (0.1 * i)), slope.ToArray<double>()[0], 1e-11);
        }
    }

    [Fact]
    public void EqualSolvesOfOneFunction_AreBothToldOf()
    {
        TracedFunction twice = TracedFunction.Of(
            x => [Fixed(x[0], FixedPoint.Iteration(), LinearSolver.Gmres()) * Fixed(x[0], FixedPoint.Iteration(), LinearSolver.Gmres())], [s_x]);
        GraphResult result = twice.Graph.Call([s_x, .. twice.Captures]);

        Assert.Equal(2, twice.Graph.Reports.Length);
        Assert.Equal(2, result.Reports.Length);
        Assert.All(result.Reports, report => Assert.True(report.Converged));
    }

    private static Tensor Iterated(Tensor x, int count, Checkpointing? checkpointing = null) =>
        Loop.Iterate(count, (Tensor c) => (c * s_a).Sin() + x, x, checkpointing: checkpointing);

    private static Tensor Doubled(Tensor x, int limit, double factor = 2) =>
        Loop.While(c => c.Norm() < 10, c => (factor * c) + x.Square(), x, limit).Carry.Sum();

    private static Tensor Fixed(Tensor x, FixedPointSolver by, LinearSolver adjoint) => FixedPoint.Of(Map().SolvedBy(by), s_x, x, adjoint).Sum();

    private static Tensor Minimum(Tensor x, Minimizer by) => Argmin.Of(Inner().MinimizedBy(by), s_x, x).Sum();

    private static FixedPointMap<Tensor, Tensor> Map() => FixedPointMap.From<Tensor, Tensor>((z, h) => (0.5 * z.Tanh()) + h);

    private static Objective<Tensor, Tensor> Inner() => Objective.From<Tensor, Tensor>((z, h) => (z - h).Square().Sum() + (0.1 * (z * z.Sin()).Sum()));

    private static Objective<Tensor, Tensor> Outer() => Objective.From<Tensor, Tensor>((z, _) => (z - 1).Square().Sum());

    private static Graph Known(Func<Tensor, Tensor> function) =>
        KnownGraphs.Simplified(TracedFunction.Of(x => [function(x[0])], [s_x]).Graph);
}
