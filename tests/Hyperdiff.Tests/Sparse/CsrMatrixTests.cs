using FsCheck.Xunit;
using Hyperdiff.Testing.Samples;

namespace Hyperdiff.Tests.Sparse;

public sealed class CsrMatrixTests
{
    // [[0, 2, 0, 1], [0, 0, 0, 0], [3, 0, −1, 0]]
    private static readonly CsrMatrix s_a = CsrMatrix.From([2.0, 1, 3, -1], [1, 3, 0, 2], [0, 2, 2, 4], 4);
    private static readonly double[] s_dense = [0, 2, 0, 1, 0, 0, 0, 0, 3, 0, -1, 0];
    private static readonly Tensor s_x = Tensor.From([1.0, 10, 100, 1000]);
    private static readonly Tensor s_y = Tensor.From([1.0, 10, 100]);

    [Fact]
    public void Products_OfAKnownMatrix()
    {
        Assert.Equal((3, 4, 4), (s_a.Rows, s_a.Columns, s_a.Entries));
        Assert.Equal(s_dense, s_a.ToDense().ToArray<double>());
        Assert.Equal([1020.0, 0, -97], s_a.MatMul(s_x).ToArray<double>());
        Assert.Equal([300.0, 2, -100, 1], s_a.TransposedMatMul(s_y).ToArray<double>());
        Assert.Equal([1020.0, 2040, 0, 0, -97, -194], s_a.MatMul(s_x.Outer(Tensor.From([1.0, 2]))).ToArray<double>());
        Assert.Equal(new Shape(4, 0), s_a.TransposedMatMul(Tensor.Zeros([3, 0])).Shape);
        Assert.Equal("CsrMatrix float64 [3, 4], 4 entries", s_a.ToString());
    }

    [Fact]
    public void EveryWayToMakeIt_MakesTheSame()
    {
        var coordinates = CsrMatrix.FromCoordinates([2, 0, 0, 2, 0], [0, 3, 1, 2, 1], Tensor.From([3.0, 1, 0.5, -1, 1.5]), 3, 4);
        var dense = CsrMatrix.FromDense(Tensor.From<double>(s_dense, [3, 4]));

        Assert.All([coordinates, dense, s_a.WithValues(s_a.Values)], made =>
        {
            Assert.Equal(s_a.Values.ToArray<double>(), made.Values.ToArray<double>());
            Assert.Equal(s_a.ColumnIndices.ToArray<int>(), made.ColumnIndices.ToArray<int>());
            Assert.Equal(s_a.RowPointers.ToArray<int>(), made.RowPointers.ToArray<int>());
            Assert.Equal(4, made.Columns);
        });
        Assert.Equal(0, CsrMatrix.FromDense(Tensor.Zeros([2, 3])).Entries);
        Assert.Equal(1, CsrMatrix.FromDense(Tensor.From([double.NaN, 0]).Unsqueeze(0)).Entries);

        // duplicates each get the derivative of their sum
        Assert.Equal([1.0, 2, 2], Differentiate(v => CsrMatrix.FromCoordinates([0, 0, 0], [0, 1, 1], v, 1, 2).MatMul(Tensor.From([1.0, 2])).Sum(),
            Tensor.Ones([3])));
        Assert.Equal([0.0, 10, 0, 1000], Differentiate(d => CsrMatrix.FromDense(d.Reshape(1, 4)).MatMul(s_x).Sum(), Tensor.From([0.0, 2, 0, 1])));
    }

    [Property(Replay = "(4660,22137)", MaxTest = 200, EndSize = 40)]
    public void RandomMatrices_MultiplyAsTheirDenseForms(byte[] places, byte width)
    {
        (int rows, int columns, int n) = (5, 7, width % 12);
        int[] row = [.. places.Select(place => place % rows)], column = [.. places.Select(place => place / rows % columns)];
        Tensor values = Numbers([places.Length], 1), x = Numbers([columns, n], 2), y = Numbers([rows, n], 3);
        var a = CsrMatrix.FromCoordinates(row, column, values, rows, columns);
        double[] dense = new double[rows * columns];
        for (int i = 0; i < places.Length; i++)
        {
            dense[(row[i] * columns) + column[i]] += values.ToArray<double>()[i];
        }

        Tensor matrix = Tensor.From<double>(dense, [rows, columns]);
        Near(matrix, a.ToDense(), places.Length);
        Near(matrix.MatMul(x), a.MatMul(x), places.Length + columns);
        Near(matrix.Transpose().MatMul(y), a.TransposedMatMul(y), places.Length + rows);
    }

    [Fact]
    public void Derivatives_InValuesAndOperand_AreThoseOfTheDenseForm()
    {
        Tensor b = Tensor.From([1.0, 2, 3]);
        Tensor x = s_x / 100;
        Tensor residual = s_a.MatMul(x) - b;

        // f = ‖A x − b‖²: ∂f/∂A = 2 r xᵀ at the entries, ∂f/∂x = 2 Aᵀ r, the Hessian in x is 2 Aᵀ A
        CsrMatrix gradient = Diff.Grad((CsrMatrix a) => (a.MatMul(x) - b).Square().Sum(), s_a);
        double[] outer = (2 * residual.Outer(x)).ToArray<double>();
        Assert.Equal([outer[1], outer[3], outer[8], outer[10]], gradient.Values.ToArray<double>());
        Assert.Equal(s_a.ColumnIndices.ToArray<int>(), gradient.ColumnIndices.ToArray<int>());
        Assert.Equal((2 * s_a.TransposedMatMul(residual)).ToArray<double>(), Differentiate(t => (s_a.MatMul(t) - b).Square().Sum(), x));
        Tensor v = Tensor.From([1.0, -1, 0.5, 2]);
        Assert.Equal((2 * s_a.TransposedMatMul(s_a.MatMul(v))).ToArray<double>(), Diff.Hvp(t => (s_a.MatMul(t) - b).Square().Sum(), x, v).ToArray<double>());

        // the mixed derivative, of the gradient in x along a direction of A: 2 Ȧᵀ r + 2 Aᵀ Ȧ x
        CsrMatrix direction = s_a.WithValues(Tensor.From([0.5, -1, 2, 0.25]));
        (Tensor _, Tensor mixed) = Diff.Jvp((CsrMatrix a) => Diff.Grad(t => (a.MatMul(t) - b).Square().Sum(), x), s_a, direction);
        Near((2 * direction.TransposedMatMul(residual)) + (2 * s_a.TransposedMatMul(direction.MatMul(x))), mixed, 64);
    }

    [Fact]
    public void Matrices_AreVectorsOfTheirValues()
    {
        CsrMatrix moved = VectorSpace.Add(CsrMatrix.Tree, s_a,
            VectorSpace.Scale(CsrMatrix.Tree, -0.5, Diff.Grad((CsrMatrix a) => 0.5 * a.Values.Square().Sum(), s_a)));

        Assert.Equal((0.5 * s_a.Values).ToArray<double>(), moved.Values.ToArray<double>());
        Assert.Same(s_a.RowPointers, moved.RowPointers);
        Assert.Throws<ArgumentException>(() => VectorSpace.Add(Tree.Of<CsrMatrix>(), s_a, CsrMatrix.From([2.0, 1, 3, -1], [1, 3, 0, 2], [0, 2, 2, 4], 5)));
    }

    [Fact]
    public void WrongParts_AreNamed()
    {
        void Throws<TException>(Func<object> action, string message)
            where TException : Exception => Assert.Contains(message, Assert.Throws<TException>(action).Message, StringComparison.Ordinal);
        Tensor two = Tensor.Ones([2]), columns = Tensor.From([0, 1]), pointers = Tensor.From([0, 1, 2]);

        Throws<DTypeMismatchException>(() => new CsrMatrix(columns, columns, pointers, 2), "CsrMatrix works on float32 and float64");
        Throws<DTypeMismatchException>(() => new CsrMatrix(two, two, pointers, 2), "CsrMatrix: column indices and row pointers are int32");
        Throws<ShapeMismatchException>(() => new CsrMatrix(Tensor.Ones([3]), columns, pointers, 2),
            "CsrMatrix: values of shape [3] and column indices of shape [2]");
        Throws<ShapeMismatchException>(() => new CsrMatrix(two, columns, Tensor.From(Array.Empty<int>()), 2), "there is one pointer more than rows");
        Throws<ShapeMismatchException>(() => new CsrMatrix(two, columns.Unsqueeze(0), pointers.Unsqueeze(0), 2), "do not describe a matrix");
        Throws<ArgumentException>(() => new CsrMatrix(two, columns, Tensor.From([0, 1]), 2),
            "CsrMatrix: row pointers run from 0 to 1; they must run from 0 to the number of entries, 2.");
        Throws<ArgumentException>(() => new CsrMatrix(two, columns, Tensor.From([0, 2, 1, 2]), 2), "CsrMatrix: row pointers descend from 2 to 1 at row 1");
        Throws<ArgumentException>(() => new CsrMatrix(two, columns, Tensor.From([0, 3, 2]), 2), "at row 0, or leave the 2 entries");
        Throws<ArgumentOutOfRangeException>(() => new CsrMatrix(two, columns, pointers, 1),
            "CsrMatrix: column index 1 is outside 1 columns; indices run from 0 to 0.");
        Throws<ArgumentOutOfRangeException>(() => new CsrMatrix(two, columns, pointers, -1), "columns");
        Throws<ShapeMismatchException>(() => s_a.WithValues(two), "CsrMatrix.WithValues: values of shape [2] for 4 entries.");
        Throws<ShapeMismatchException>(() => s_a.MatMul(s_y),
            "CsrMatrix.MatMul: a matrix [3, 4] and [3]: takes a vector or a matrix with a first axis of size 4.");
        Throws<ShapeMismatchException>(() => s_a.TransposedMatMul(s_x),
            "CsrMatrix.TransposedMatMul: a matrix [3, 4]ᵀ and [4]: takes a vector or a matrix with a first axis of size 3.");
        Throws<DTypeMismatchException>(() => s_a.MatMul(s_x.To(DType.Float32)),
            "SparseMatMul: element types float64 of the values and float32 of the dense matrix differ");
        Throws<ShapeMismatchException>(() => CsrMatrix.FromDense(s_x), "CsrMatrix.FromDense: shape [4] is not that of a matrix.");
        Throws<ShapeMismatchException>(() => CsrMatrix.FromCoordinates([0], [0, 1], two, 1, 2), "1 row indices, 2 column indices and values of shape [2]");
        Throws<ArgumentOutOfRangeException>(() => CsrMatrix.FromCoordinates([0, 3], [0, 1], two, 3, 2),
            "FromCoordinates, rows: index 3 is outside an axis of size 3");
        Throws<ArgumentOutOfRangeException>(() => CsrMatrix.FromCoordinates([0, 2], [0, -1], two, 3, 2),
            "FromCoordinates, columns: index -1 is outside an axis of size 2");
    }

    private static double[] Differentiate(Func<Tensor, Tensor> f, Tensor at) => Diff.Grad(f, at).ToArray<double>();

    private static Tensor Numbers(Shape shape, int seed) => Tensor.From(OperandSample.Spread(shape.ElementCount, -1, 1, seed), shape);

    // sums of at most so many terms of size up to 4, in any order
    private static void Near(Tensor expected, Tensor actual, int terms)
    {
        Assert.Equal(expected.Shape, actual.Shape);
        Assert.All(expected.ToArray<double>().Zip(actual.ToArray<double>()),
            pair => Assert.Equal(pair.First, pair.Second, 4 * (terms + 1) * (terms + 1) * DType.Float64.Epsilon()));
    }
}
