using System.Numerics;
using Hyperdiff.Backends.Cpu.MatrixProducts;
using Hyperdiff.Backends.Cpu.Threads;

namespace Hyperdiff.Tests.Backends.Cpu.MatrixProducts;

/// <summary>Of <c>M·Mᵀ</c> of one matrix half is computed: by managed code with the bits of the whole product.</summary>
public sealed class GramTests : IDisposable
{
    // Rows and inner sizes around every edge: one part and several of every block, panels that the diagonal crosses, the least inner size.
    private static readonly (int Size, int Inner)[] s_sizes =
        [(17, 30_000), (40, 6000), (256, 127), (256, 128), (257, 128), (211, 200), (257, 300), (700, 260), (1600, 130), (2100, 129)];

    private readonly WorkerPool _pool = new(2);

    public static TheoryData<string> Names => Implementations.AsTheory;

    public void Dispose() => _pool.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public void Multiply_OfOneMatrix_IsTheProductWithACopy(string name)
    {
        int seed = 1;
        foreach ((int size, int inner) in s_sizes)
        {
            foreach (ProductShape shape in Shapes(size, inner))
            {
                Check<double>(name, shape, seed++);
                Check<float>(name, shape, seed++);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Multiply_OfOneBatch_IsTheProductWithACopy(string name)
    {
        ProductShape dense = ProductShape.Batch(3, 240, 150, 240);
        Check<double>(name, dense with { LeftTransposed = true }, 1001);
        Check<float>(name, dense with { RightTransposed = true }, 1002);
        Check<double>(name, dense with { RightTransposed = true, LeftBatchStep = 0, RightBatchStep = 0 }, 1003);

        // every item with one matrix: no item is a matrix with its transpose but the first
        Check<double>(name, dense with { LeftTransposed = true, RightBatchStep = 0 }, 1004);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Multiply_OfOneMatrixInAnotherLayout_IsTheProductWithACopy(string name)
    {
        Check<double>(name, new ProductShape(220, 220, 220), 2001);
        Check<double>(name, new ProductShape(220, 220, 220) { LeftTransposed = true, RightTransposed = true }, 2002);
        Check<double>(name, new ProductShape(220, 220, 220) { LeftTransposed = true, RightStride = 222 }, 2003);
        Check<float>(name, new ProductShape(220, 200, 220) { LeftTransposed = true, Accumulate = true }, 2004);
        Check<float>(name, new ProductShape(220, 200, 240) { LeftTransposed = true, LeftStride = 250, RightStride = 250 }, 2005);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Multiply_OfOneMatrix_IsSymmetricToTheBit(string name)
    {
        const int Size = 700;
        ProductShape shape = new(Size, 300, Size) { LeftTransposed = true };
        ProductCase<double> product = new(shape, 3001);
        double[] result = [.. product.Initial];
        Implementations.Make(name, _pool).Multiply<double>(shape, product.Left, product.Left, result);

        Assert.All(Enumerable.Range(0, Size), i => Assert.All(Enumerable.Range(0, i), j => Assert.Equal(result[(j * Size) + i], result[(i * Size) + j])));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Multiply_OfOneMatrix_ByEveryThreadCount_GivesTheSameBits(string name)
    {
        foreach (ProductShape shape in Shapes(700, 300))
        {
            ProductCase<double> product = new(shape, 4001);
            double[] expected = Multiply(name, shape, product.Left, product.Left, product.Initial, WorkerPool.Inline);
            foreach (int threads in new[] { 2, 3, 8 })
            {
                using WorkerPool pool = new(threads);
                Assert.Equal(expected, Multiply(name, shape, product.Left, product.Left, product.Initial, pool));
            }
        }
    }

    private static IEnumerable<ProductShape> Shapes(int size, int inner) =>
    [
        new(size, inner, size) { LeftTransposed = true },
        new(size, inner, size) { RightTransposed = true },
        new(size, inner, size) { LeftTransposed = true, LeftStride = size + 3, RightStride = size + 3, ResultStride = size + 2 },
    ];

    private static T[] Multiply<T>(string name, ProductShape shape, T[] left, T[] right, T[] initial, WorkerPool pool)
        where T : unmanaged
    {
        T[] result = [.. initial];
        Implementations.Make(name, pool).Multiply<T>(shape, left, right, result);
        return result;
    }

    private void Check<T>(string name, ProductShape shape, int seed)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        // the longer operand of the two layouts
        ProductCase<T> product = new(shape, seed);
        T[] one = product.Left.Length >= product.Right.Length ? product.Left : product.Right;
        Compare(name, shape, one, product.Initial);

        // and with what is not finite, and zeros of both signs
        Random random = new(seed);
        T[] special = [.. one];
        T greatest = T.BitDecrement(T.PositiveInfinity);
        foreach (T number in (T[])[T.NaN, T.PositiveInfinity, T.NegativeInfinity, T.Zero, T.NegativeZero, greatest, -greatest])
        {
            special[random.Next(special.Length)] = number;
        }

        Compare(name, shape, special, product.Initial);
    }

    private void Compare<T>(string name, ProductShape shape, T[] one, T[] initial)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T[] expected = Multiply(name, shape, one, [.. one], initial, _pool), actual = Multiply(name, shape, one, one, initial, _pool);
        bool isNative = name == Implementations.Native;

        // a library may sum in an order of its own at the edge of a tile: each of the two is within k·ε·Σ|a||b| of the exact sum, and |a|, |b| ≤ 1/2
        double bound = (shape.Inner + 1) * double.CreateChecked(T.BitIncrement(T.One) - T.One) * shape.Inner / 2;
        for (int i = 0; i < expected.Length; i++)
        {
            (T left, T right) = (expected[i], actual[i]);
            bool isOrdinary = T.Abs(left) <= T.CreateChecked(shape.Inner);
            if (!(isNative && isOrdinary ? double.CreateChecked(T.Abs(left - right)) <= bound : IsSame(left, right)))
            {
                Assert.Fail($"element {i} is {right}, and {left} with a copy: {shape}");
            }
        }
    }

    // to the bit; a NaN is a NaN
    private static bool IsSame<T>(T left, T right)
        where T : unmanaged, IFloatingPointIeee754<T> => left.Equals(right) && (T.IsNaN(left) || T.IsNegative(left) == T.IsNegative(right));
}
