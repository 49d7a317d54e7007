using Hyperdiff.Graphs;

namespace Hyperdiff.Tests.LinearSolvers;

/// <summary>Small operators are written out as numbers, once per matrix, and solvers do with the numbers what they do with tensors.</summary>
public sealed class WrittenMatrixTests
{
    private static readonly Tensor s_square = RandomKey.FromSeed(1).Normal([3, 3]);
    private static readonly Tensor s_beside = RandomKey.FromSeed(2).Normal([4, 4]);

    public static TheoryData<LinearSolver, DType> Solvers => new()
    {
        { LinearSolver.ConjugateGradient(1e-10), DType.Float64 },
        { LinearSolver.Gmres(5, 1e-10), DType.Float64 },
        { LinearSolver.ConjugateGradient(1e-4), DType.Float32 },
        { LinearSolver.Gmres(5, 1e-4), DType.Float32 },
    };

    [Fact]
    public void AMatrix_IsThatOfTheProducts()
    {
        LinearOperator matrix = LinearOperator.From(v => s_square.MatMul(v).MatMul(s_beside) + (v[0].Sum() * Tensor.Ones([3, 4])), Type(3, 4));
        WrittenMatrix written = Written(matrix)!;

        // the columns that products with unit vectors give one by one, from which those of a batch may differ in rounding
        for (int column = 0; column < 12; column++)
        {
            double[] unit = new double[12];
            unit[column] = 1;
            double[] product = DenseMatrix.Numbers(matrix.Apply(DenseMatrix.Leaves(unit, matrix.InputTypes)));
            Assert.All(written.Product(unit).Zip(product), pair => Assert.Equal(pair.Second, pair.First, 1e-14));
            Assert.Equal(product, Enumerable.Range(0, 12).Select(row => written.ToArray()[row, column]), (x, y) => Math.Abs(x - y) <= 1e-14);
        }
    }

    [Fact]
    public void OtherOperators_AreNot()
    {
        Assert.NotNull(Written(Diagonal(32)));
        Assert.Null(Written(Diagonal(33)));
        Assert.False(Written(Diagonal(32, DType.Float32))!.IsExact);
        Assert.Null(Written(LinearOperator.From(v => v.To(DType.Float32).To(DType.Float64), Type(3))));
        Assert.Null(Written(LinearOperator.From(v => 2 * v, v => 2 * v, Type(3))));
        Assert.Null(Written(LinearOperator.From(v => [v[0] + v[1], v[1]], Type(2), Type(2))));

        // a product that rests on a solve, of which each costs as much as many products
        Assert.Null(Written(LinearOperator.From(v => LinearSolve(v), Type(3))));

        // one that computes more than the calls around it cost
        Tensor wide = Tensor.Ones([1000, 20]);
        Assert.Null(Written(LinearOperator.From(v => wide.MatMul(v).MatMul(wide), Type(20))));

        static Tensor LinearSolve(Tensor v)
        {
            Minimization<Tensor, Tensor> minimum = Objective.From<Tensor, Tensor>((w, h) => (w - h).Square().Sum()).MinimizedBy(Minimizer.NewtonCg());
            return Diff.Jvp(h => Argmin.Of(minimum, Tensor.Zeros([3]), h), Tensor.Zeros([3]), v).Tangent;
        }
    }

    [Fact]
    public void MemoryThatWasWrittenToAgain_IsAnotherMatrix()
    {
        LinearOperator shape = Diagonal(3);
        Tensor memory = HostMemory.Allocate(Type(3));
        memory.Overwrite(Tensor.From([1.0, 2, 3]));
        WrittenMatrix first = Written(new LinearOperator(shape.Graph, [memory]))!;
        Assert.Same(first, Written(new LinearOperator(shape.Graph, [memory])));
        memory.Overwrite(Tensor.From([1.0, 2, 4]));

        Assert.Equal([0.0, 0, 3], first.Product([0, 0, 1]));
        Assert.Equal([0.0, 0, 4], Written(new LinearOperator(shape.Graph, [memory]))!.Product([0, 0, 1]));
    }

    /// <summary>An unknown more, of which nothing is asked, makes a system one that is not written out, with the same iterates.</summary>
    [Theory]
    [MemberData(nameof(Solvers))]
    public void Updates_AreTheSameWithNumbers(LinearSolver solver, DType dtype)
    {
        const int Size = 32;
        double accuracy = solver.Tolerance.RelativeAt(0);
        (LinearOperator small, LinearOperator large) = (Diagonal(Size, dtype), Diagonal(Size + 1, dtype));
        Tensor right = RandomKey.FromSeed(3).Normal([Size], DType.Float64).To(dtype);
        (List<double> ofSmall, List<double> ofLarge) = ([], []);
        LinearSolution numbers = solver.Solve(small, [right], null, new Told(ofSmall));
        LinearSolution tensors = solver.Solve(large, [Tensor.Concat(0, right, Tensor.Zeros([1], dtype))], null, new Told(ofLarge));

        Assert.NotNull(Written(small));
        Assert.Null(Written(large));
        Assert.Equal((SolveStatus.Converged, tensors.Report.Iterations, tensors.Report.Products),
            (numbers.Report.Status, numbers.Report.Iterations, numbers.Report.Products));

        // down to 1e-10 of numbers of which sixteen digits are right, 1e-4 of seven, on matrices conditioned below 10; the last one may be at rounding
        (double digits, double last) = dtype == DType.Float64 ? (1e-4, 1e-9) : (1e-2, 1e-3);
        Assert.Equal(ofLarge.Count, ofSmall.Count);
        Assert.All(ofSmall.Zip(ofLarge), pair => Assert.Equal(pair.Second, pair.First, digits * Math.Max(pair.Second, accuracy)));
        Assert.All(DenseMatrix.Numbers(numbers.Value).Zip(DenseMatrix.Numbers(tensors.Value)), pair => Assert.Equal(pair.Second, pair.First, last));
        Assert.True(numbers.Asymmetry is double.NaN or < 1e-14, $"{numbers.Asymmetry}");
    }

    /// <summary>A matrix whose products round less than its entries do: the residual that is reported is that of the products.</summary>
    [Fact]
    public void InFloat32_TheResidualIsThatOfProducts()
    {
        const int Size = 20;
        RandomKey[] keys = RandomKey.FromSeed(4).Split(3);
        Tensor values = Tensor.From([.. Enumerable.Range(0, Size).Select(i => Math.Pow(10, -2.5 * i / (Size - 1)))]);
        Tensor x = (Linalg.Qr(keys[0].Normal([Size, Size], DType.Float64)).Q * values).MatMul(Linalg.Qr(keys[1].Normal([Size, Size], DType.Float64)).Q)
            .To(DType.Float32);
        Tensor b = keys[2].Normal([Size], DType.Float32);
        var matrix = LinearOperator.From((Tensor v) => x.Transpose().MatMul(x.MatMul(v)), b.Type);
        LinearSolution found = LinearSolver.Gmres(Size, 1e-6).Solve(matrix, [b]);

        Assert.NotNull(Written(matrix));
        Assert.Equal((b - matrix.Apply(found.Value)[0]).To(DType.Float64).Norm().ToScalar(), found.Report.Residual, 1e-6 * found.Report.Residual);
        Assert.Equal(found.Report.Residual <= found.Report.Tolerance, found.Report.Converged);
    }

    [Fact]
    public void ConjugateGradients_TellWhatIsNotForThem()
    {
        Tensor indefinite = Tensor.From([1.0, -2, 3]), skewed = Tensor.From(new[,] { { 3.0, 1 }, { -1, 3 } });
        LinearSolution negative = LinearSolver.ConjugateGradient().Solve(LinearOperator.From(v => indefinite * v, Type(3)), [Tensor.From([0.0, 1, 0])]);
        LinearSolution asymmetric = LinearSolver.ConjugateGradient().Solve(LinearOperator.From(skewed.MatMul, Type(2)), [Tensor.From([1.0, 0.5])]);

        Assert.Equal((SolveStatus.Breakdown, BreakdownCause.Curvature, 0), (negative.Report.Status, negative.Cause, negative.Report.Iterations));
        Assert.Equal([0.0, 0, 0], negative.Value[0].ToArray<double>());
        Assert.InRange(asymmetric.Asymmetry, 0.01, 1);
    }

    private static LinearOperator Diagonal(int size, DType? dtype = null)
    {
        Tensor diagonal = Tensor.From([.. Enumerable.Range(0, size).Select(i => 0.5 + ((double)(i % 7) / 7))]).To(dtype ?? DType.Float64);
        return LinearOperator.From(v => v * diagonal, diagonal.Type);
    }

    private static WrittenMatrix? Written(LinearOperator matrix) => WrittenMatrix.Of(matrix.Graph, matrix.Residuals);

    private static TensorType Type(params int[] sizes) => new(DType.Float64, new Shape(sizes));

    private sealed class Told(List<double> residuals) : IProgress<SolveProgress>
    {
        public void Report(SolveProgress value) => residuals.Add(value.Residual);
    }
}
