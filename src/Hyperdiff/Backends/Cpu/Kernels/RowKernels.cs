using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Hyperdiff.Backends.Cpu.Tiles;
using Hyperdiff.Graphs;
using Hyperdiff.Primitives;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>Kernels of operations that work on whole rows.</summary>
internal static class RowKernels
{
    /// <summary>The kernel of an operation.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="length">The length of a row.</param>
    /// <param name="dtype">The element type.</param>
    public static TileKernel Of(Operation? operation, int length, DType dtype) => (operation, dtype) switch
    {
        (Softmax, DType.Float64) => new SoftmaxKernel<double>(length),
        (Softmax, _) => new SoftmaxKernel<float>(length),
        (ShareDerivative { IsTransposed: true }, DType.Float64) => new ShareTransposeKernel<double>(length),
        (ShareDerivative { IsTransposed: true }, _) => new ShareTransposeKernel<float>(length),
        (ShareDerivative derivative, DType.Float64) => new ShareTangentKernel<double>(length, derivative.OfLogarithm),
        (ShareDerivative derivative, _) => new ShareTangentKernel<float>(length, derivative.OfLogarithm),
        _ => throw new UnreachableException($"{operation} does not work on whole rows"),
    };

    /// <summary>How many elements are a number.</summary>
    /// <param name="x">The row.</param>
    /// <param name="number">The number.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static T Count<T>(ReadOnlySpan<T> x, T number)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ref T source = ref MemoryMarshal.GetReference(x);
        Vector512<T> all = Vector512.Create(number), counts = Vector512<T>.Zero;
        int lanes = Vector512<T>.Count, i = 0;
        for (; i + lanes <= x.Length; i += lanes)
        {
            counts += Vector512.Equals(Vector512.LoadUnsafe(ref source, (nuint)i), all) & Vector512<T>.One;
        }

        // whole numbers, whose sums are exact in any order
        T count = Vector512.Sum(counts);
        for (; i < x.Length; i++)
        {
            count += x[i] == number ? T.One : T.Zero;
        }

        return count;
    }

    /// <summary>The greatest; NaN if one is. Of zeros of either sign it is one of them.</summary>
    /// <param name="x">Two vectors or more.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static T Greatest<T>(ReadOnlySpan<T> x)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ref T source = ref MemoryMarshal.GetReference(x);
        int lanes = Vector512<T>.Count, last = x.Length - lanes;
        Vector512<T> a = Vector512.LoadUnsafe(ref source), b = Vector512.LoadUnsafe(ref source, (nuint)last);
        Vector512<T> isNumber = Vector512.Equals(a, a) & Vector512.Equals(b, b);
        for (int i = lanes; i < last; i += 2 * lanes)
        {
            // the last vectors may hold elements of others
            Vector512<T> one = Vector512.LoadUnsafe(ref source, (nuint)i), next = Vector512.LoadUnsafe(ref source, (nuint)Math.Min(i + lanes, last));
            isNumber &= Vector512.Equals(one, one) & Vector512.Equals(next, next);
            (a, b) = (Vector512.MaxNative(a, one), Vector512.MaxNative(b, next));
        }

        if (isNumber.AsByte() != Vector512<byte>.AllBitsSet)
        {
            return T.NaN;
        }

        a = Vector512.MaxNative(a, b);
        Vector256<T> half = Vector256.MaxNative(a.GetLower(), a.GetUpper());
        Vector128<T> quarter = Vector128.MaxNative(half.GetLower(), half.GetUpper());
        T greatest = quarter[0];
        for (int lane = 1; lane < Vector128<T>.Count; lane++)
        {
            greatest = quarter[lane] > greatest ? quarter[lane] : greatest;
        }

        return greatest;
    }
}

/// <summary>The softmax of each row.</summary>
internal sealed class SoftmaxKernel<T>(int length) : TileKernel
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public override void Run(in Tile tile, TileInstruction instruction)
    {
        ReadOnlySpan<T> x = tile.Read<T>(instruction.Sources[0]);
        Span<T> y = tile.Write<T>(instruction.Target);
        for (int first = 0; first < y.Length; first += length)
        {
            Row(x.Slice(first, length), y.Slice(first, length));
        }
    }

    private static void Row(ReadOnlySpan<T> x, Span<T> y)
    {
        // an infinite maximum shifts nothing: ∞ − ∞ is not a number
        T greatest = RowKernels.Greatest(x);
        Powers(x, T.IsFinite(greatest) ? greatest : T.Zero, y);
        ArithmeticKernels<Division>.Apply(y, PairwiseSum.Of<T>(y), y);
    }

    // e^(x − shift)
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Powers(ReadOnlySpan<T> x, T shift, Span<T> y)
    {
        ref T source = ref MemoryMarshal.GetReference(x), target = ref MemoryMarshal.GetReference(y);
        Vector512<T> shifts = Vector512.Create(shift);
        int lanes = Vector512<T>.Count, i = 0;
        for (; i + lanes <= x.Length; i += lanes)
        {
            VectorMath.Exp(Vector512.LoadUnsafe(ref source, (nuint)i) - shifts).StoreUnsafe(ref target, (nuint)i);
        }

        if (i < x.Length)
        {
            Span<T> rest = stackalloc T[lanes];
            rest.Fill(shift);
            x[i..].CopyTo(rest);
            VectorMath.Exp(Vector512.Create<T>(rest) - shifts).CopyTo(rest);
            rest[..(x.Length - i)].CopyTo(y[i..]);
        }
    }
}
