using Hyperdiff.Graphs;

namespace Hyperdiff.Tests.InnerSolvers;

/// <summary>Batches of solves: every item is solved as if it were alone.</summary>
public sealed class BatchedSolveTests
{
    // from the smallest to the largest scale there are twelve digits: what is judged together loses the small ones
    private static readonly double[] s_scales = [1, 1e-6, 1e6, 3, 1e-3];
    private static readonly Tensor s_base = Tensor.From([1.5, -0.7]);
    private static readonly Tensor s_many = Tensor.Stack(0, [.. s_scales.Select(scale => scale * s_base)]);

    public static TheoryData<string> Functions => new(SolvedFunctions.All.Select(item => item.Name));

    [Fact]
    public void EveryInnerSolver_IsInTheTable()
    {
        IEnumerable<Type> solvers = typeof(InnerSolver).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(InnerSolver)) && !type.IsAbstract);

        Assert.Empty(solvers.Except(SolvedFunctions.All.Select(item => item.Solver)));
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public void Items_AreToTheLastBitWhatTheyAreAlone(string name)
    {
        Func<Tensor, Tensor> solve = Function(name);
        Tensor gradient(Tensor h) => Diff.Grad(g => solve(g).Square().Sum(), h);
        Tensor curvature(Tensor h) => Diff.Hvp(g => solve(g).Square().Sum(), h, s_base);

        foreach (Func<Tensor, Tensor> function in new[] { solve, gradient, curvature })
        {
            Tensor together = Diff.Vmap(function, s_many);
            for (int item = 0; item < s_scales.Length; item++)
            {
                AssertSame(function(s_many[item]), together[item]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public void Items_DoNotSeeEachOther(string name)
    {
        Func<Tensor, Tensor> solve = Function(name);
        Tensor gradient(Tensor h) => Diff.Grad(g => solve(g).Square().Sum(), h);
        Tensor others = Tensor.Stack(0, [.. s_scales.Select((scale, item) => item == 1 ? scale * s_base : -7 * s_base)]);

        AssertSame(Diff.Vmap(solve, s_many)[1], Diff.Vmap(solve, others)[1]);
        AssertSame(Diff.Vmap(gradient, s_many)[1], Diff.Vmap(gradient, others)[1]);
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public void GradientOfABatch_IsThatOfItsItems(string name)
    {
        // the sum of squares of all items: the gradient in each is its own; in what they share, the sum
        Func<Tensor, Tensor> solve = Function(name);
        Tensor all = Diff.Grad(h => Diff.Vmap(solve, h).Square().Sum(), s_many);
        Tensor shared = Diff.Grad(shift => Diff.Vmap(h => solve(h + shift), s_many).Sum(), Tensor.Zeros([2]));
        Tensor one = Diff.Grad(h => solve(h).Sum(), s_base);

        for (int item = 0; item < s_scales.Length; item++)
        {
            AssertSame(Diff.Grad(h => solve(h).Square().Sum(), s_many[item]), all[item]);
        }

        // the solutions are linear in λ, to the tolerances of 1e-8 of the solves, and conditioned below 10
        Assert.All(shared.ToArray<double>().Zip(one.ToArray<double>()), pair => Assert.Equal(s_scales.Length * pair.Second, pair.First, 1e-6));
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public void EveryItem_HasAReportOfItsOwn_AndCostsWhatItCostsAlone(string name)
    {
        Func<Tensor, Tensor> solve = Function(name);
        BatchResult<Tensor> together = Diff.VmapWithReports(solve, s_many);

        Assert.Equal(s_scales.Length, together.Reports.Length);
        for (int item = 0; item < s_scales.Length; item++)
        {
            SolveReport alone = Assert.Single(Diff.ValueAndGrad(h => solve(h).Sum(), s_many[item]).Reports,
                report => report.Solver.StartsWith("inner", StringComparison.Ordinal));
            Assert.Equal(alone with { Solver = $"{alone.Solver}, item {item} of {s_scales.Length}" }, Assert.Single(together.Reports[item]));
        }
    }

    [Fact]
    public void ItemsThatFail_AreNamed_AndDoNotLoseTheOthers()
    {
        // √h for h < 0 has no root
        Func<Tensor, Tensor> root = h => Root.Of(RootCondition.From<Tensor, Tensor>((w, g) => w.Square() - g).SolvedBy(Root.Newton()), Tensor.Scalar(3), h);
        Tensor many = Tensor.From([1.0, -1, 4, -9]);

        SolveException exception = Assert.Throws<SolveException>(() => Diff.Vmap(root, many));
        BatchResult<Tensor> result = Diff.VmapWithReports(root, many);

        Assert.Equal(["item 1 of 4", "item 3 of 4"], exception.Reports.Where(report => !report.Converged).Select(report => report.Solver[^11..]));
        Assert.Equal<int>([1, 3], result.FailedItems);

        // Newton's residual is at most 1e-10 of the first, 8, and the slope there is 4
        Assert.Equal(2.0, result.Value[2].ToScalar(), 1e-9);
        Assert.StartsWith("2 of 4 items converged", result.ToString(), StringComparison.Ordinal);
        Assert.Throws<SolveException>(result.EnsureConverged);
        Assert.Equal(2.0, Diff.VmapWithReports(root, Tensor.From([1.0, 4])).EnsureConverged()[1].ToScalar(), 1e-9);
    }

    /// <summary>A solve within a function that is solved throws, alone; in a batch it ends its item, and no other.</summary>
    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void SolvesWithinSolvedFunctions_EndTheirItemAlone(double bad)
    {
        FixedPointMap<Tensor, Tensor> within = FixedPointMap.From<Tensor, Tensor>((u, h) => (0.5 * u.Sin()) + h);
        Minimization<Tensor, Tensor> minimum = Objective.From<Tensor, Tensor>((w, h) => (w - FixedPoint.Of(within, Tensor.Zeros([2]), h)).Square().Sum())
            .MinimizedBy(Minimizer.NewtonCg());
        Tensor solve(Tensor h) => Argmin.Of(minimum, Tensor.Zeros([2]), h);
        Tensor slope(Tensor h) => Diff.Grad((Tensor x) => solve(x).Square().Sum(), h);
        Tensor[] items = [Tensor.From([0.3, -0.2]), Tensor.From([bad, 1]), Tensor.From([2.0, 1e-3])];
        Assert.All(Diff.VmapWithReports(solve, Tensor.Stack(0, items)).Value[1].ToArray<double>(), element => Assert.True(double.IsNaN(element)));
        foreach (Func<Tensor, Tensor> function in (Func<Tensor, Tensor>[])[solve, slope, h => Diff.Jvp(solve, h, Tensor.Ones([2])).Tangent])
        {
            BatchResult<Tensor> result = Diff.VmapWithReports(function, Tensor.Stack(0, items));
            Assert.Equal<int>([1], result.FailedItems);
            Assert.Equal(function(items[0]).ToArray<double>(), result.Value[0].ToArray<double>());
            Assert.Equal(function(items[2]).ToArray<double>(), result.Value[2].ToArray<double>());
            Assert.Contains("item 1 of 3", Assert.Throws<SolveException>(() => Diff.Vmap(function, Tensor.Stack(0, items))).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void AThousandItems_OfWhichOneFails_AreAShortMessage()
    {
        Func<Tensor, Tensor> root = h => Root.Of(RootCondition.From<Tensor, Tensor>((w, g) => w.Square() - g).SolvedBy(Root.Newton()), Tensor.Scalar(3), h);
        double[] numbers = [.. Enumerable.Range(1, 1000).Select(i => i == 778 ? -1.0 : i)];

        string message = Assert.Throws<SolveException>(() => Diff.Vmap(root, Tensor.From(numbers))).Message;

        Assert.Contains("item 777 of 1000: ", message, StringComparison.Ordinal);
        Assert.EndsWith("and 992 more that converged", message, StringComparison.Ordinal);
        Assert.InRange(message.Split('\n').Length, 3, 12);
    }

    [Fact]
    public void NestedBatches_ReportByBothIndices()
    {
        Func<Tensor, Tensor> root = h => Root.Of(RootCondition.From<Tensor, Tensor>((w, g) => w.Square() - g).SolvedBy(Root.Newton()), Tensor.Scalar(3), h);
        Tensor many = Tensor.From(new double[,] { { 1, 4, 9 }, { 16, -1, 25 } });

        SolveException exception = Assert.Throws<SolveException>(() => Diff.Vmap(row => Diff.Vmap(root, row), many));
        BatchResult<Tensor> result = Diff.VmapWithReports(row => Diff.Vmap(root, row), many);

        Assert.EndsWith("item 1 of 2, item 1 of 3", Assert.Single(exception.Reports, report => !report.Converged).Solver, StringComparison.Ordinal);
        Assert.Equal([3, 3], result.Reports.Select(item => item.Length));
        Assert.Equal<int>([1], result.FailedItems);
        Graph graph = TracedFunction.Of(rows => [Diff.Vmap(row => Diff.Vmap(root, row), rows[0])], [many.Type]).Graph;
        Assert.Equal<int>([2, 3, SolveReport.TensorType.Shape[0]], Assert.Single(graph.Reports).Value.Type.Shape.Sizes);
    }

    [Fact]
    public void Adjoints_HaveTolerancesOfTheirOwn_WhateverSolvesThem()
    {
        // one matrix for all, and one for each: the cotangents have scales that are twelve digits apart
        Func<Tensor, Tensor> of(LinearSolver adjoint) => h => Diff.Grad(g => (h * SolvedFunctions.All[0].Of(g, adjoint)).Sum(), s_base);
        foreach (LinearSolver adjoint in new[] { LinearSolver.FixedPoint(), LinearSolver.Gmres(), LinearSolver.BiCgStab(), LinearSolver.Lsmr(),
            LinearSolver.Broyden(), LinearSolver.Anderson(), LinearSolver.Auto() })
        {
            Func<Tensor, Tensor> gradient = of(adjoint);
            Tensor together = Diff.Vmap(gradient, s_many);
            for (int item = 0; item < s_scales.Length; item++)
            {
                // to the tolerance of 1e-10, conditioned below 10
                Assert.All(gradient(s_many[item]).ToArray<double>().Zip(together[item].ToArray<double>()),
                    pair => Assert.Equal(pair.First / s_scales[item], pair.Second / s_scales[item], 1e-8));
            }
        }
    }

    [Fact]
    public void Loops_StepEveryItemsSolvesByThemselves()
    {
        // the solve of an item that is done, or would divide by zero, must neither run nor fail
        Func<Tensor, Tensor> solve = h => SolvedFunctions.All[0].Of(h, null);
        Func<Tensor, Tensor> scan = h => Loop.Iterate(3, w => 0.1 * solve(w), h);
        Func<Tensor, Tensor> bounded = h => Loop.While(w => w.Abs().Sum() > 1e-4, w => 0.1 * solve(w), h, 60).Carry;
        Func<Tensor, Tensor> checkpointed = h => Diff.Checkpoint((Tensor g) => solve(g))(h);
        foreach (Func<Tensor, Tensor> function in new[] { scan, bounded, checkpointed })
        {
            Tensor gradient(Tensor h) => Diff.Grad(g => function(g).Square().Sum(), h);
            (Tensor values, Tensor gradients) = (Diff.Vmap(function, s_many), Diff.Vmap(gradient, s_many));
            for (int item = 0; item < s_scales.Length; item++)
            {
                AssertSame(function(s_many[item]), values[item]);
                AssertSame(gradient(s_many[item]), gradients[item]);
            }
        }
    }

    [Fact]
    public void ASolveThatRestsOnNoItem_IsToldWithEach()
    {
        // the map is linear and F is too: one adjoint for all points, and conjugate gradients do not solve it, since J is not symmetric
        Tensor j = Tensor.From(new double[,] { { 0.5, 0.4 }, { -0.3, 0.3 } });
        FixedPointMap<Tensor, Tensor> map = FixedPointMap.From<Tensor, Tensor>((w, h) => j.MatMul(w) + h);
        Func<Tensor, Tensor> gradient = h => Diff.Grad(
            g => (Tensor.From([1.0, -2]) * FixedPoint.Of(map, Tensor.Zeros([2]), g, LinearSolver.ConjugateGradient(maxIterations: 5))).Sum(), h);

        Assert.Throws<SolveException>(() => gradient(s_base));
        Assert.Throws<SolveException>(() => Diff.Vmap(gradient, s_many));
        BatchResult<Tensor> result = Diff.VmapWithReports(gradient, s_many);
        Assert.Equal(s_scales.Length, result.FailedItems.Length);
        Assert.Throws<SolveException>(result.EnsureConverged);

        // nor is it lost in other transformations
        Assert.Throws<SolveException>(() => Diff.Jvp(gradient, s_base, s_base));
        Assert.Throws<SolveException>(() => Diff.Jacobian(gradient, s_base));
        Assert.Throws<SolveException>(() => Diff.Vmap(row => Diff.Vmap(gradient, row), s_many.Unsqueeze(0)));
        Assert.Contains(Diff.JvpWithReport(gradient, s_base, s_base).Reports, report => !report.Converged);
        Assert.Contains(Diff.GradWithReport(h => (gradient(h) * h).Sum(), s_base).Reports, report => !report.Converged);
    }

    [Fact]
    public void WhileLoops_HaveAReportForEveryItem()
    {
        Func<Tensor, Tensor> halved = c => Loop.While(x => x > 1, x => x * 0.5, c, 5).Carry;

        BatchResult<Tensor> result = Diff.VmapWithReports(halved, Tensor.From([1.0, 3, 1e6, double.NaN]));

        Assert.Equal([SolveStatus.Converged, SolveStatus.Converged, SolveStatus.MaxIterations, SolveStatus.NonFiniteIterate],
            result.Reports.Select(item => Assert.Single(item).Status));
        Assert.Equal([0, 2, 5, 0], result.Reports.Select(item => item[0].Iterations));
        Assert.Equal([1, 0.75], result.Value[..2].ToArray<double>());
    }

    [Fact]
    public void EmptyBatches_AreEmpty()
    {
        BatchResult<Tensor> result = Diff.VmapWithReports(Function("Newton-CG"), Tensor.Zeros([0, 2]));

        Assert.Equal<int>([0, 2], result.Value.Shape.Sizes);
        Assert.Empty(result.Reports);
    }

    private static Func<Tensor, Tensor> Function(string name) => h => SolvedFunctions.All.Single(item => item.Name == name).Of(h, null);

    private static void AssertSame(Tensor expected, Tensor actual) => Assert.Equal(expected.ToArray<double>(), actual.ToArray<double>());
}
