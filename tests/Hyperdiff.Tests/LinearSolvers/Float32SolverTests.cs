namespace Hyperdiff.Tests.LinearSolvers;

/// <summary>Iterations in float32 keep to a tolerance in float64, and say what was done in which.</summary>
public sealed class Float32SolverTests
{
    private const double Tight = 1e-12;
    private static readonly RandomKey s_key = RandomKey.FromSeed(7);

    [Theory]
    [InlineData("not symmetric")]
    [InlineData("positive definite")]
    [InlineData("indefinite")]
    public void AWellConditionedSystem_IsSolvedInFloat32_ToATightTolerance(string name)
    {
        SystemCase system = SystemCases.Named(name);
        LinearSolution solution = LinearSolver.InFloat32(LinearSolver.Gmres(20, Tight)).Solve(system.Operator, system.RightHandSide());

        Assert.True(solution.Report.Converged, solution.Report.ToString());
        Assert.Equal(DType.Float64, solution.Value[0].DType);
        Assert.InRange(system.Error(solution.Value), 0, Tight * system.Condition);

        // all but the one of each round, whose residual is judged
        (long narrow, long all) = Products(solution.Report);
        Assert.InRange(all - narrow, 2, 5);
    }

    [Fact]
    public void ASystemInFloat32_IsTheInnerSolversAsItIs()
    {
        (LinearOperator matrix, Tensor b) = Diagonal(1, 10, DType.Float32);
        LinearSolution inner = LinearSolver.Gmres().Solve(matrix, [b]), outer = LinearSolver.InFloat32(LinearSolver.Gmres()).Solve(matrix, [b]);

        Assert.Equal(inner.Value[0].ToArray<float>(), outer.Value[0].ToArray<float>());
        Assert.Equal(inner.Report.Solver, outer.Report.Solver);
    }

    [Theory]
    [InlineData(1e9, 1.0)]
    [InlineData(10.0, 1e60)]
    [InlineData(10.0, 1e-60)]
    [InlineData(10.0, 1e200)]
    public void WhatFloat32CannotSolve_IsLeftToFloat64(double condition, double unit)
    {
        (LinearOperator matrix, Tensor b) = Diagonal(unit, condition, DType.Float64);
        LinearSolution solution = LinearSolver.InFloat32(LinearSolver.Gmres(100, Tight, maxIterations: 400)).Solve(matrix, [b]);
        double[] exact = (b / matrix.Apply(Tensor.Ones(b.Shape))[0]).ToArray<double>(), found = solution.Value[0].ToArray<double>();

        Assert.True(solution.Report.Converged, solution.Report.ToString());
        double largest = exact.Max(Math.Abs);
        Assert.All(exact.Zip(found), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, Tight * condition * largest));
    }

    [Theory]
    [InlineData(60, -60)]
    [InlineData(-500, 60)]
    [InlineData(900, 0)]
    public void ASystemInAnotherUnit_GivesTheSameBits_WhileFloat32HoldsTheMatrix(int ofRightHandSide, int ofMatrix)
    {
        (LinearOperator matrix, Tensor b) = Diagonal(1, 10, DType.Float64);
        (LinearOperator scaled, _) = Diagonal(Math.ScaleB(1, ofMatrix), 10, DType.Float64);
        LinearSolver solver = LinearSolver.InFloat32(LinearSolver.Gmres(20, Tight));
        LinearSolution one = solver.Solve(matrix, [b]), other = solver.Solve(scaled, [Math.ScaleB(1, ofRightHandSide) * b]);

        Assert.Equal((Math.ScaleB(1, ofRightHandSide - ofMatrix) * one.Value[0]).ToArray<double>(), other.Value[0].ToArray<double>());
        Assert.Equal(one.Report.Products, other.Report.Products);
    }

    [Fact]
    public void AnOperatorWithoutAFormInFloat32_IsSolvedInFloat64_AndSaysSo()
    {
        (LinearOperator matrix, Tensor b) = Diagonal(1, 10, DType.Float64);
        var given = LinearOperator.From(v => matrix * v, v => matrix * v, b.Type);
        LinearSolution solution = LinearSolver.InFloat32(LinearSolver.Gmres(20, Tight)).Solve(given, [b]);

        Assert.True(solution.Report.Converged, solution.Report.ToString());
        Assert.Contains("in float64: the operator has no form in float32", solution.Report.Solver, StringComparison.Ordinal);
    }

    [Fact]
    public void ConstantsBeyondFloat32_HaveNoFormThere()
    {
        var matrix = LinearOperator.From((Tensor v) => 1e-60 * (1e60 * v), new TensorType(DType.Float64, [3]));
        LinearSolution solution = LinearSolver.InFloat32(LinearSolver.Gmres(tolerance: Tight)).Solve(matrix, [Tensor.From([1.0, 2.0, 3.0])]);

        Assert.True(solution.Report.Converged, solution.Report.ToString());
        Assert.Contains("in float64", solution.Report.Solver, StringComparison.Ordinal);
    }

    [Fact]
    public void ATighterToleranceThanFloat64Has_EndsAsTheInnerSolverWould()
    {
        (LinearOperator matrix, Tensor b) = Diagonal(1, 10, DType.Float64);
        LinearSolution solution = LinearSolver.InFloat32(LinearSolver.Gmres(20, 0, maxIterations: 200)).Solve(matrix, [b]);

        Assert.NotEqual(SolveStatus.Converged, solution.Report.Status);
        Assert.InRange(solution.Report.Residual, 0, 100 * DType.Float64.Epsilon() * b.Norm().ToScalar());
    }

    [Fact]
    public void LoopsAndRulesWithinAMap_AreIteratedInFloat32()
    {
        Tensor weights = 0.3 * s_key.Normal([6, 6]) / Math.Sqrt(6);
        Func<Tensor, Tensor> activation = Diff.CustomTangent((Tensor x) => x.Tanh(), (x, dx) => dx * (1 - x.Tanh().Square()));
        FixedPointMap<Tensor, Tensor> map = FixedPointMap.From((Tensor w, Tensor h) =>
            Loop.Iterate(3, state => activation(weights.MatMul(state) + h), w));
        var outer = Objective.From((Tensor w, Tensor h) => w.Square().Sum());
        Tensor h = s_key.Fold(1).Normal([6]);
        LinearSolver inner = LinearSolver.Gmres(20, Tight);
        ImplicitHypergradient<Tensor, Tensor> wide = Compute(inner), narrow = Compute(LinearSolver.InFloat32(inner));

        Assert.Contains("in float32", narrow.AdjointReport.Solver, StringComparison.Ordinal);
        double[] expected = wide.Gradient.ToArray<double>(), actual = narrow.Gradient.ToArray<double>();
        double size = expected.Max(Math.Abs);

        // the adjoint is contracted by 0.3 and more: its condition is below 10
        Assert.All(expected.Zip(actual), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, 10 * Tight * size));

        ImplicitHypergradient<Tensor, Tensor> Compute(LinearSolver adjoint) =>
            Hypergradient.Implicit(adjoint).Compute(Bilevel.Problem(map.SolvedBy(FixedPoint.Iteration(Tight)), outer), Tensor.Zeros([6]), h);
    }

    [Fact]
    public void AStateOfBothTypes_IsSolvedInThem()
    {
        var matrix = LinearOperator.From(
            (Tensor[] v) => [(5 * v[0]) + v[1].To(DType.Float64).Sum(), (3 * v[1]) + v[0].Sum().To(DType.Float32)],
            new TensorType(DType.Float64, [2]), new TensorType(DType.Float32, [3]));
        Tensor[] b = [Tensor.From([1.0, 2]), Tensor.From([1.0, -1, 3]).To(DType.Float32)];
        LinearSolution found = LinearSolver.InFloat32(LinearSolver.Gmres()).Solve(matrix, b);
        LinearSolution expected = LinearSolver.DenseLu().Solve(matrix, b);

        // the least singular value is above 1, the tolerance that of float32
        Assert.True(found.Report.Converged, found.Report.ToString());
        Assert.Equal(b.Select(leaf => leaf.Type), found.Value.Select(leaf => leaf.Type));
        Assert.Equal(0, (new LeafVector(found.Value) - expected.Value).Magnitude(), 2 * found.Report.Tolerance);
    }

    [Fact]
    public void DataAreConvertedOnce()
    {
        Tensor data = s_key.Normal([50, 50]);
        Tensor first = Hyperdiff.Transforms.Precision.Narrowed(data), second = Hyperdiff.Transforms.Precision.Narrowed(data);

        Assert.Same(first, second);
        Assert.Equal(DType.Float32, first.DType);
        Assert.Equal(1, Hyperdiff.Transforms.Precision.Narrowed(data.Reshape(2500)).Rank);
    }

    [Fact]
    public void BadSettings_AreRefused()
    {
        Assert.Throws<ArgumentNullException>(() => LinearSolver.InFloat32(null!));
        Assert.Throws<ArgumentOutOfRangeException>(() => LinearSolver.InFloat32(LinearSolver.Gmres(), -1));
    }

    // entries from unit to condition times that
    private static (LinearOperator Matrix, Tensor RightHandSide) Diagonal(double unit, double condition, DType dtype)
    {
        const int Size = 40;
        Tensor diagonal = Tensor.From([.. Enumerable.Range(0, Size).Select(i => unit * Math.Pow(condition, i / (Size - 1.0)))]).To(dtype);
        return (LinearOperator.From((Tensor v) => diagonal * v, diagonal.Type), s_key.Normal([Size]).To(dtype));
    }

    // "…, 12 of 14 products"
    private static (long Narrow, long All) Products(SolveReport report)
    {
        string[] words = report.Solver.Split(' ');
        return (long.Parse(words[^4], System.Globalization.CultureInfo.InvariantCulture), report.Products + report.TransposedProducts);
    }
}
