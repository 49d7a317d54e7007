using Hyperdiff.Fixtures.Problems;

namespace Hyperdiff.Tests.InnerSolvers;

/// <summary>Roots of conditions: by Newton's method, and by functions of which nothing is known but what they return.</summary>
public sealed class RootTests
{
    private const double Solved = 1e-14;

    private static readonly RootCondition<Tensor, Tensor> s_square = RootCondition.From<Tensor, Tensor>((w, h) => w.Square() - h, "Square");

    // no tensor operation is seen: a derivative through this function would not exist, so that one that is right is the condition's
    private static readonly RootFinding<Tensor, Tensor> s_given = s_square.SolvedBy((_, h) => Tensor.Scalar(Math.Sqrt(h.ToScalar())), 1e-14);
    private static readonly RootFinding<Tensor, Tensor> s_newton = s_square.SolvedBy(Root.Newton(tolerance: Solved));

    [Fact]
    public void SquareRoot_ByAFunctionThatIsNotDifferentiable_HasItsDerivativesToTheThirdOrder() => AssertSquareRoot(s_given);

    [Fact]
    public void SquareRoot_ByNewton_HasItsDerivativesToTheThirdOrder() => AssertSquareRoot(s_newton);

    [Fact]
    public void DerivativeInTheStart_IsZero() =>
        Assert.Equal(0, Diff.Grad(start => Root.Of(s_newton, start, Tensor.Scalar(2)), Tensor.Scalar(1)).ToScalar());

    [Fact]
    public void CapturedVariable_OfAnEnclosingDerivative_IsDifferentiated()
    {
        Tensor Of(Tensor h) => Root.Of(RootCondition.From<Tensor, Tensor>((w, _) => w.Square() - h).SolvedBy(Root.Newton(tolerance: Solved)), Tensor.Scalar(1),
            Tensor.Scalar(0));

        Assert.Equal(0.5 / Math.Sqrt(2), Diff.Grad(Of, Tensor.Scalar(2)).ToScalar(), 1e-14);
    }

    [Fact]
    public void SquareRootsInReversedOrder_OfAFunctionOfArrays_HaveTheirJacobian_BothWays()
    {
        // y = reverse(√(x + 2), −√x), c = reverse(y²) − (x + 2, x)
        Tensor x = Tensor.From([0.5, 1, 2]);
        RootCondition<Tensor, Tensor> condition = RootCondition.From<Tensor, Tensor>((y, h) => y.Square().Flip(0) - Tensor.Concat(0, h + 2, h));
        RootFinding<Tensor, Tensor> finding = condition.SolvedBy(
            (_, h) => Tensor.From([.. h.ToArray<double>().Select(e => Math.Sqrt(e + 2)).Concat(h.ToArray<double>().Select(e => -Math.Sqrt(e))).Reverse()]),
            1e-12);
        Tensor Of(Tensor h) => Root.Of(finding, Tensor.Ones([6]), h);

        double[,] expected = new double[6, 3];
        for (int i = 0; i < 3; i++)
        {
            double e = x.ToArray<double>()[i];
            (expected[5 - i, i], expected[2 - i, i]) = (0.5 / Math.Sqrt(e + 2), -0.5 / Math.Sqrt(e));
        }

        // products and solves of a diagonal system
        AssertNear(expected, Diff.JacobianForward(Of, x), 1e-14);
        AssertNear(expected, Diff.JacobianReverse(Of, x), 1e-14);
        Assert.Equal(Of(x).ToArray<double>(), finding.Solve(Tensor.Ones([6]), x).EnsureConverged().ToArray<double>());
    }

    [Fact]
    public void AWrongRoot_IsAStatusWithItsResidual_AndNoValue()
    {
        RootFinding<Tensor, Tensor> wrong = s_square.SolvedBy((_, h) => h, 1e-10);
        Solution<Tensor> solution = wrong.Solve(Tensor.Scalar(1), Tensor.Scalar(3));

        // 3² − 3, against 1e-10 of 1² − 3
        Assert.Equal((SolveStatus.MaxIterations, 6.0, 1.62e-9), (solution.Report.Status, solution.Report.Residual, Math.Round(solution.Report.Tolerance, 14)));
        Assert.Equal("the solver that was given of Square", solution.Report.Solver);
        Assert.Throws<SolveException>(() => solution.EnsureConverged());
        Assert.Throws<SolveException>(() => Diff.Grad(h => Root.Of(wrong, Tensor.Scalar(1), h), Tensor.Scalar(3)));
    }

    [Fact]
    public void ANaNFromTheFunction_IsAStatus() =>
        Assert.Equal(SolveStatus.NonFiniteIterate, s_given.Solve(Tensor.Scalar(1), Tensor.Scalar(-1)).Report.Status);

    [Fact]
    public void AFunctionIsAsked_EvenWhereTheConditionIsNotDefinedAtTheStart()
    {
        RootFinding<Tensor, Tensor> log = RootCondition.From<Tensor, Tensor>((w, h) => w.Log() - h)
            .SolvedBy((_, h) => Tensor.Scalar(Math.Exp(h.ToScalar())), 1e-14);

        Assert.Equal(Math.E, log.Solve(Tensor.Scalar(-1), Tensor.Scalar(1)).EnsureConverged().ToScalar(), 1e-14);
    }

    [Fact]
    public void AStartThatIsARoot_NeedsNoCall()
    {
        RootFinding<Tensor, Tensor> throwing = s_square.SolvedBy((_, _) => throw new InvalidOperationException("asked"), 1e-10);

        Assert.Equal(0, throwing.Solve(Tensor.Scalar(2), Tensor.Scalar(4)).Report.Iterations);
    }

    [Fact]
    public void AFunctionThatReturnsAnotherShape_Throws_WithBoth()
    {
        RootFinding<Tensor, Tensor> wrong = s_square.SolvedBy((_, h) => h.Reshape(1));
        ShapeMismatchException exception = Assert.Throws<ShapeMismatchException>(() => wrong.Solve(Tensor.Scalar(1), Tensor.Scalar(3)));

        Assert.Contains("The solver of Square must return a state like the one it was given: leaf w is float64 [] in one and float64 [1] in the other",
            exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AConditionOfAnotherShape_Throws_WithBoth()
    {
        RootCondition<Tensor, Tensor> scalar = RootCondition.From<Tensor, Tensor>((w, h) => w.Sum() - h, "Balance");
        ShapeMismatchException exception = Assert.Throws<ShapeMismatchException>(
            () => scalar.SolvedBy(Root.Newton()).Solve(Tensor.Zeros([3]), Tensor.Scalar(1)));

        Assert.Contains(
            "Balance must return a structure like the state it was given, one number per unknown: leaf w is float64 [3] in one and float64 [] in the other",
            exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AConditionOfAnotherStructure_Throws_WithBoth()
    {
        Tree<Tensor[]> array = Tree.Array(Tree.Tensor);
        RootCondition<Tensor[], Tensor> missing = RootCondition.From<Tensor[], Tensor>((w, h) => [w[0] - h], "Balance", array);
        ArgumentException exception = Assert.Throws<ArgumentException>(
            () => missing.SolvedBy(Root.Newton()).Solve([Tensor.Scalar(0), Tensor.Scalar(0)], Tensor.Scalar(1)));

        Assert.Contains("Balance must return a structure like the state it was given", exception.Message, StringComparison.Ordinal);
        Assert.Matches("2 leaves and .* against 1 and ", exception.Message);
    }

    [Fact]
    public void Newton_NeedsItsBacktracking()
    {
        // full Newton steps on arctan from 3 go ever farther away
        RootFinding<Tensor, Tensor> finding = RootCondition.From<Tensor, Tensor>((w, h) => (w - h).Tanh()).SolvedBy(Root.Newton(tolerance: 1e-13));
        Solution<Tensor> solution = finding.Solve(Tensor.Scalar(3), Tensor.Scalar(1));

        Assert.Equal(1, solution.EnsureConverged().ToScalar(), 1e-12);
    }

    public static TheoryData<LinearSolver> LinearSolvers => [LinearSolver.Gmres(), LinearSolver.Lsmr(), LinearSolver.Auto()];

    [Theory]
    [MemberData(nameof(LinearSolvers))]
    public void Newton_ByAnyLinearSolver_ConvergesSuperlinearly(LinearSolver linear)
    {
        var contraction = Contraction.InNorm(331, 40, 3);
        var history = new ResidualHistory();
        Solution<Tensor> solution = RootCondition.OfMap(contraction.Map).SolvedBy(Root.Newton(linear, 1e-13)).Solve(contraction.Start,
            contraction.Hyper, history);

        // the residual of 1e-13 of that at the start, over 1 − ‖J‖
        Assert.InRange(Dense.RelativeError(contraction.Solution(), solution.EnsureConverged()), 0, 1e-13 * 40 / 0.2);
        Assert.InRange(solution.Report.Iterations, 3, 12);
        Assert.True(solution.Report.Products > solution.Report.Iterations);
        Assert.Equal(UsesTransposes(linear), solution.Report.TransposedProducts > 0);
        double[] residuals = [.. history.Residuals];
        Assert.True(residuals[^1] / residuals[^2] < 0.01 * (residuals[1] / residuals[0]), string.Join(", ", residuals));
    }

    private static bool UsesTransposes(LinearSolver linear) => linear.Solve(
        LinearOperator.From(v => 2 * v, new TensorType(DType.Float64, [1])), [Tensor.Ones([1])]).Report.TransposedProducts > 0;

    [Fact]
    public void Newton_SaysHowItFailed()
    {
        Solution<Tensor> Run(Func<Tensor, Tensor, Tensor> c, double start, int limit = 100, CancellationToken cancellation = default) =>
            RootCondition.From(c).SolvedBy(Root.Newton(maxIterations: limit)).Solve(Tensor.Scalar(start), Tensor.Scalar(1), cancellation: cancellation);
        using var source = new CancellationTokenSource();
        source.Cancel();

        Assert.Equal(SolveStatus.NonFiniteInput, Run((w, h) => w.Log() - h, -1).Report.Status);
        Assert.Equal(SolveStatus.Singular, Run((w, h) => w.Square() + h, 0).Report.Status);
        Assert.Equal(SolveStatus.MaxIterations, Run((w, h) => w.Square() - h, 9, limit: 2).Report.Status);
        Assert.Equal(SolveStatus.Cancelled, Run((w, h) => w.Square() - h, 9, cancellation: source.Token).Report.Status);

        // there is no root: the norm has a minimum above zero
        Assert.False(Run((w, h) => w.Square() + h, 3, limit: 10).Report.Converged);
        Assert.Throws<ArgumentOutOfRangeException>(() => Root.Newton(tolerance: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Root.Newton(maxIterations: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => s_square.SolvedBy((w, _) => w, double.NaN));
    }

    [Fact]
    public void Vmap_OfARoot_SolvesEveryItem_WhateverSolvesIt()
    {
        Tensor many = Tensor.From([1.0, 2, 9]);
        foreach (RootFinding<Tensor, Tensor> finding in new[] { s_given, s_newton })
        {
            Tensor roots = Diff.Vmap(h => Root.Of(finding, Tensor.Scalar(1), h), many);
            Tensor slopes = Diff.Vmap(h => Diff.Grad(g => Root.Of(finding, Tensor.Scalar(1), g), h), many);

            Assert.All(many.ToArray<double>().Zip(roots.ToArray<double>(), (h, root) => (h, root)), item => Assert.Equal(Math.Sqrt(item.h), item.root, 1e-12));
            Assert.All(many.ToArray<double>().Zip(slopes.ToArray<double>(), (h, slope) => (h, slope)),
                item => Assert.Equal(0.5 / Math.Sqrt(item.h), item.slope, 1e-12));
        }
    }

    [Fact]
    public void Vmap_OfVmap_OfARoot_SolvesEveryItem()
    {
        Tensor many = Tensor.From(new double[,] { { 1, 2, 9 }, { 4, 5, 6 } });
        Tensor roots = Diff.Vmap(row => Diff.Vmap(h => Root.Of(s_given, Tensor.Scalar(1), h), row), many);

        Assert.All(many.ToArray<double>().Zip(roots.ToArray<double>(), (h, root) => (h, root)), item => Assert.Equal(Math.Sqrt(item.h), item.root, 1e-12));
    }

    [Fact]
    public void FrozenLeaves_StayAsTheyWere_WhateverTheSolverReturns()
    {
        // an index is a leaf without derivative: the function returns another one
        Tree<(Tensor, Tensor)> pair = Tree.Tuple(Tree.Tensor, Tree.Tensor);
        RootCondition<(Tensor, Tensor), Tensor> condition = RootCondition.From<(Tensor, Tensor), Tensor>((w, h) => (w.Item1.Square() - h, w.Item2),
            "Square", pair);
        RootFinding<(Tensor, Tensor), Tensor> finding = condition.SolvedBy((w, h) => (Tensor.Scalar(Math.Sqrt(h.ToScalar())), w.Item2 + 1), 1e-14);
        (Tensor root, Tensor index) = finding.Solve((Tensor.Scalar(1), Tensor.Scalar(7, DType.Int32)), Tensor.Scalar(2)).EnsureConverged();

        Assert.Equal((Math.Sqrt(2), 7.0), (root.ToScalar(), index.ToScalar()));
    }

    [Fact]
    public void Float32_ConvergesToItsOwnPrecision()
    {
        Tensor Of(Tensor h) => Root.Of(s_square.SolvedBy(Root.Newton(tolerance: 1e-6)), Tensor.Scalar(1, DType.Float32), h, LinearSolver.Auto(1e-6));
        Tensor slope = Diff.Grad(Of, Tensor.Scalar(2, DType.Float32));

        Assert.Equal(DType.Float32, slope.DType);
        Assert.Equal(0.5 / Math.Sqrt(2), slope.ToScalar(), 1e-6);
    }

    [Fact]
    public void Apply_IsTheCondition()
    {
        Assert.Equal(7, s_square.Evaluate(Tensor.Scalar(3), Tensor.Scalar(2)).ToScalar());
        FixedPointMap<Tensor, Tensor> map = FixedPointMap.From<Tensor, Tensor>((w, h) => (0.5 * w) + h, "Step");
        RootCondition<Tensor, Tensor> residual = RootCondition.OfMap(map);

        Assert.Equal(-0.5, residual.Evaluate(Tensor.Scalar(3), Tensor.Scalar(2)).ToScalar());
        Assert.Equal("residual of Step", residual.Name);
    }

    private static void AssertSquareRoot(RootFinding<Tensor, Tensor> finding)
    {
        Tensor Of(Tensor h) => Root.Of(finding, Tensor.Scalar(1), h);
        Tensor two = Tensor.Scalar(2);
        (Tensor value, Tensor first) = Diff.Jvp(Of, two, Tensor.Scalar(1));
        (_, Tensor third) = Diff.Jvp(h => Diff.Grad(g => Diff.Grad(Of, g), h), two, Tensor.Scalar(1));

        Assert.Equal(Math.Sqrt(2), value.ToScalar(), 1e-14);
        Assert.Equal(0.5 * Math.Pow(2, -0.5), first.ToScalar(), 1e-14);
        Assert.Equal(0.5 * Math.Pow(2, -0.5), Diff.Grad(Of, two).ToScalar(), 1e-14);
        Assert.Equal(-0.25 * Math.Pow(2, -1.5), Diff.Grad(h => Diff.Grad(Of, h), two).ToScalar(), 1e-14);
        Assert.Equal(-0.25 * Math.Pow(2, -1.5), Diff.Hessian(Of, two).ToScalar(), 1e-14);
        Assert.Equal(0.375 * Math.Pow(2, -2.5), third.ToScalar(), 1e-14);
    }

    private static void AssertNear(double[,] expected, Tensor actual, double tolerance)
    {
        Assert.Equal(new Shape(expected.GetLength(0), expected.GetLength(1)), actual.Shape);
        Assert.All(expected.Cast<double>().Zip(actual.ToArray<double>()), pair => Assert.Equal(pair.First, pair.Second, tolerance));
    }
}
