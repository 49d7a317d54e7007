using Hyperdiff.Graphs;

namespace Hyperdiff.Tests.LinearSolvers;

/// <summary>Small operators are written out as numbers, once per matrix, and solvers do with the numbers what they do with tensors.</summary>
public sealed class WrittenMatrixTests
{
    private static readonly Tensor s_square = RandomKey.FromSeed(1).Normal([3, 3]);
    private static readonly Tensor s_beside = RandomKey.FromSeed(2).Normal([4, 4]);

    public static TheoryData<string, LinearSolver> Solvers => new()
    {
        { "conjugate gradients", LinearSolver.ConjugateGradient(1e-10) },
        { "GMRES", LinearSolver.Gmres(5, 1e-10) },
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
        Assert.Null(Written(LinearOperator.From(v => 2 * v, new TensorType(DType.Float32, [3]))));
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
    public void Updates_AreTheSameWithNumbers(string name, LinearSolver solver)
    {
        const int Size = 32;
        (LinearOperator small, LinearOperator large) = (Diagonal(Size), Diagonal(Size + 1));
        Tensor right = RandomKey.FromSeed(3).Normal([Size]);
        (List<double> ofSmall, List<double> ofLarge) = ([], []);
        LinearSolution numbers = solver.Solve(small, [right], null, new Told(ofSmall));
        LinearSolution tensors = solver.Solve(large, [Tensor.Concat(0, right, Tensor.Zeros([1]))], null, new Told(ofLarge));

        Assert.NotNull(Written(small));
        Assert.Null(Written(large));
        Assert.Equal((SolveStatus.Converged, tensors.Report.Iterations, tensors.Report.Products, name.Length > 0),
            (numbers.Report.Status, numbers.Report.Iterations, numbers.Report.Products, true));

        // down to 1e-10 of numbers of which sixteen digits are right, on matrices conditioned below 10; the last one may be at rounding
        Assert.Equal(ofLarge.Count, ofSmall.Count);
        Assert.All(ofSmall.Zip(ofLarge), pair => Assert.Equal(pair.Second, pair.First, 1e-4 * Math.Max(pair.Second, 1e-10)));
        Assert.All(numbers.Value[0].ToArray<double>().Zip(tensors.Value[0].ToArray<double>()), pair => Assert.Equal(pair.Second, pair.First, 1e-9));
        Assert.True(numbers.Asymmetry is double.NaN or < 1e-14, $"{numbers.Asymmetry}");
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

    private static LinearOperator Diagonal(int size)
    {
        Tensor diagonal = Tensor.Wrap([.. Enumerable.Range(0, size).Select(i => 0.5 + ((double)(i % 7) / 7))], [size]);
        return LinearOperator.From(v => v * diagonal, Type(size));
    }

    private static WrittenMatrix? Written(LinearOperator matrix) => WrittenMatrix.Of(matrix.Graph, matrix.Residuals);

    private static TensorType Type(params int[] sizes) => new(DType.Float64, new Shape(sizes));

    private sealed class Told(List<double> residuals) : IProgress<SolveProgress>
    {
        public void Report(SolveProgress value) => residuals.Add(value.Residual);
    }
}
