using System.Numerics;
using System.Runtime.Intrinsics;
using Hyperdiff.Backends.Cpu.MatrixProducts;
using Hyperdiff.Backends.Cpu.Threads;

namespace Hyperdiff.Tests.Backends.Cpu.MatrixProducts;

/// <summary>A product of a few terms has the digits that it has as a part of a large one, so that no digit depends on what stands beside it.</summary>
public sealed class TinyProductTests
{
    private const int Items = 5;

    // far above what is tiny, whatever the other sizes
    private const int Long = 600;

    public static TheoryData<string> Names => Implementations.AsTheory;

    [Theory]
    [MemberData(nameof(Names))]
    public void Multiply_OfABatch_HasTheBitsOfALargeProduct(string name)
    {
        int seed = 7001;
        for (int size = 0; size < 5 * 6 * 5; size++)
        {
            (int rows, int inner, int columns) = (1 + (size % 5), 1 + (size / 5 % 6), 1 + (size / 30));
            for (int flags = 0; flags < 8; flags++)
            {
                ProductShape shape = new(rows, inner, columns)
                {
                    LeftTransposed = (flags & 1) != 0,
                    RightTransposed = (flags & 2) != 0,
                    Accumulate = (flags & 4) != 0,
                };
                // of a matrix and a vector, rows of two vectors and more are added up in another order where they are fewer than four (RowKernels)
                bool fewRowsDiffer = name == nameof(VectorWidth.Bits128) && inner >= 2 * Vector128<double>.Count && (rows == 1 || columns == 1);
                if (!fewRowsDiffer)
                {
                    AssertSame<double>(name, shape, seed);
                }

                AssertSame<float>(name, shape, seed++);
            }
        }
    }

    // Items are blocks of rows of the large product, with a row between them; of a single row, blocks of columns.
    private static void AssertSame<T>(string name, ProductShape shape, int seed)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        bool isWide = shape.Rows == 1 && shape.Columns > 1;
        int gap = 1 + (isWide ? shape.Columns : shape.Rows);
        ProductCase<T> large = new(isWide ? shape with { Columns = Long } : shape with { Rows = Long }, seed);
        ProductShape whole = large.Shape;
        ProductShape batch = shape with
        {
            BatchCount = Items,
            LeftStride = whole.LeftStride,
            RightStride = whole.RightStride,
            ResultStride = whole.ResultStride,
            LeftBatchStep = isWide ? 0 : gap * (shape.LeftTransposed ? 1 : whole.LeftStride),
            RightBatchStep = !isWide ? 0 : gap * (shape.RightTransposed ? whole.RightStride : 1),
            ResultBatchStep = gap * (isWide ? 1 : whole.ResultStride),
        };
        MatrixProduct product = Implementations.Make(name, WorkerPool.Inline);
        T[] expected = large.Compute(product), actual = [.. large.Initial];
        product.Multiply<T>(batch, large.Left, large.Right, actual);
        for (int item = 0; item < Items; item++)
        {
            for (int i = 0; i < shape.Rows; i++)
            {
                for (int j = 0; j < shape.Columns; j++)
                {
                    int at = (item * batch.ResultBatchStep) + (i * batch.ResultStride) + j;
                    Assert.True(expected[at].Equals(actual[at]), $"{name}, {typeof(T).Name}, {shape}, seed {seed}, item {item}, [{i}, {j}]: {actual[at]:R} "
                        + $"and {expected[at]:R} in {whole}");
                }
            }
        }
    }
}
