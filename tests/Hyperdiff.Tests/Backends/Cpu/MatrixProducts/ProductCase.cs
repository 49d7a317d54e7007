using System.Globalization;
using System.Numerics;
using Hyperdiff.Backends.Cpu.MatrixProducts;

namespace Hyperdiff.Tests.Backends.Cpu.MatrixProducts;

/// <summary>A product with random operands, its gaps between rows marked, and the definition to compare with.</summary>
internal sealed class ProductCase<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    // No computed element equals it, so a write into a gap shows.
    private static readonly T s_mark = T.CreateChecked(-12345.5);

    public ProductCase(ProductShape shape, int seed)
    {
        Shape = shape;
        Random random = new(seed);
        Left = Fill(random, Extent(shape.LeftTransposed ? shape.Inner : shape.Rows, shape.LeftTransposed ? shape.Rows : shape.Inner, shape.LeftStride,
            shape.LeftBatchStep));
        Right = Fill(
            random, Extent(shape.RightTransposed ? shape.Columns : shape.Inner, shape.RightTransposed ? shape.Inner : shape.Columns, shape.RightStride,
                shape.RightBatchStep));
        Initial = new T[Extent(shape.Rows, shape.Columns, shape.ResultStride, shape.ResultBatchStep) + 8];
        Array.Fill(Initial, s_mark);
        foreach ((int item, int i, int j) in Elements)
        {
            Initial[ResultIndex(item, i, j)] = T.CreateChecked(random.NextDouble() - 0.5);
        }
    }

    public ProductShape Shape { get; }

    public T[] Left { get; }

    public T[] Right { get; }

    public T[] Initial { get; }

    private IEnumerable<(int Item, int Row, int Column)> Elements =>
        from item in Enumerable.Range(0, Shape.BatchCount)
        from i in Enumerable.Range(0, Shape.Rows)
        from j in Enumerable.Range(0, Shape.Columns)
        select (item, i, j);

    public T[] Compute(MatrixProduct product)
    {
        T[] result = [.. Initial];
        product.Multiply<T>(Shape, Left, Right, result);
        return result;
    }

    /// <summary>
    /// Compares with the triple loop in double, within k·ε·Σ|a||b| (k the number of terms plus 1 for the addition to C): the standard bound on the error of
    /// a sum of k products in any order (Higham 2002, Accuracy and Stability of Numerical Algorithms, eq. 3.5). Twice that, since for T = double the triple
    /// loop errs as well.
    /// </summary>
    public void AssertCorrect(T[] actual)
    {
        T[] gaps = [.. actual];
        double[] left = [.. Left.Select(double.CreateChecked)], right = [.. Right.Select(double.CreateChecked)];
        int leftStep = Shape.LeftTransposed ? Shape.LeftStride : 1, rightStep = Shape.RightTransposed ? 1 : Shape.RightStride;
        double epsilon = double.CreateChecked(T.BitIncrement(T.One) - T.One);
        foreach ((int item, int i, int j) in Elements)
        {
            int at = ResultIndex(item, i, j);
            int leftAt = (item * Shape.LeftBatchStep) + (Shape.LeftTransposed ? i : i * Shape.LeftStride);
            int rightAt = (item * Shape.RightBatchStep) + (Shape.RightTransposed ? j * Shape.RightStride : j);
            double sum = Shape.Accumulate ? double.CreateChecked(Initial[at]) : 0, magnitude = Math.Abs(sum);
            for (int p = 0; p < Shape.Inner; p++, leftAt += leftStep, rightAt += rightStep)
            {
                double term = left[leftAt] * right[rightAt];
                sum += term;
                magnitude += Math.Abs(term);
            }

            double bound = 2 * (Shape.Inner + 1) * epsilon * magnitude, value = double.CreateChecked(actual[at]);
            if (!(Math.Abs(value - sum) <= bound))
            {
                Assert.Fail(string.Create(CultureInfo.InvariantCulture, $"C[{i}, {j}] of item {item} is {value}, expected {sum} ± {bound}: {Shape}"));
            }

            gaps[at] = s_mark;
        }

        Assert.DoesNotContain(gaps, gap => gap != s_mark);
    }

    private static T[] Fill(Random random, int length)
    {
        T[] values = new T[length];
        for (int i = 0; i < length; i++)
        {
            values[i] = T.CreateChecked(random.NextDouble() - 0.5);
        }

        return values;
    }

    private int ResultIndex(int item, int i, int j) => (item * Shape.ResultBatchStep) + (i * Shape.ResultStride) + j;

    private int Extent(int rows, int width, int stride, int batchStep) =>
        rows == 0 || width == 0 || Shape.BatchCount == 0 ? 0 : ((Shape.BatchCount - 1) * batchStep) + ((rows - 1) * stride) + width;
}
