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
        (ShareDerivative { IsTransposed: true } derivative, DType.Float64) => new ShareTransposeKernel<double>(length, derivative.OfLogarithm),
        (ShareDerivative { IsTransposed: true } derivative, _) => new ShareTransposeKernel<float>(length, derivative.OfLogarithm),
        (ShareDerivative derivative, DType.Float64) => new ShareTangentKernel<double>(length, derivative.OfLogarithm),
        (ShareDerivative derivative, _) => new ShareTangentKernel<float>(length, derivative.OfLogarithm),
        _ => throw new UnreachableException($"{operation} does not work on whole rows"),
    };

    /// <summary>1 where an element is the greatest of its row, 0 elsewhere and where one is not a number.</summary>
    /// <param name="x">The row.</param>
    /// <param name="attains">Of its length.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Attains<T>(ReadOnlySpan<T> x, Span<T> attains)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T greatest = Greatest(x);
        ref T source = ref MemoryMarshal.GetReference(x), target = ref MemoryMarshal.GetReference(attains);
        Vector512<T> all = Vector512.Create(greatest), one = Vector512<T>.One;
        int lanes = Vector512<T>.Count, i = 0;
        for (; i + lanes <= x.Length; i += lanes)
        {
            (Vector512.Equals(Vector512.LoadUnsafe(ref source, (nuint)i), all) & one).StoreUnsafe(ref target, (nuint)i);
        }

        for (; i < x.Length; i++)
        {
            attains[i] = x[i] == greatest ? T.One : T.Zero;
        }
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

/// <summary>The tangent of a softmax or its logarithm, of x, its shares and the tangent of x.</summary>
internal sealed class ShareTangentKernel<T>(int length, bool ofLogarithm) : TileKernel
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    [SkipLocalsInit]
    public override void Run(in Tile tile, TileInstruction instruction)
    {
        ReadOnlySpan<T> x = tile.Read<T>(instruction.Sources[0]), p = tile.Read<T>(instruction.Sources[1]), v = tile.Read<T>(instruction.Sources[2]);
        Span<T> y = tile.Write<T>(instruction.Target), attains = stackalloc T[length], terms = stackalloc T[length];
        for (int first = 0; first < y.Length; first += length)
        {
            ReadOnlySpan<T> shares = p.Slice(first, length), tangent = v.Slice(first, length);
            Span<T> result = y.Slice(first, length);
            RowKernels.Attains(x.Slice(first, length), attains);
            ArithmeticKernels<Multiplication>.Apply(tangent, attains, terms);
            T mean = PairwiseSum.Of<T>(terms) / PairwiseSum.Of<T>(attains);

            // seen from the greatest; what attains it is not read again, and its memory is taken
            Span<T> seen = attains;
            ArithmeticKernels<Subtraction>.Apply(tangent, mean, seen);
            ArithmeticKernels<Multiplication>.Apply(shares, seen, terms);
            ArithmeticKernels<Subtraction>.Apply(seen, PairwiseSum.Of<T>(terms), ofLogarithm ? result : seen);
            if (!ofLogarithm)
            {
                ArithmeticKernels<Multiplication>.Apply(shares, seen, result);
            }
        }
    }
}

/// <summary>The transpose of that, of x, its shares and the cotangent of the result.</summary>
internal sealed class ShareTransposeKernel<T>(int length, bool ofLogarithm) : TileKernel
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    [SkipLocalsInit]
    public override void Run(in Tile tile, TileInstruction instruction)
    {
        ReadOnlySpan<T> x = tile.Read<T>(instruction.Sources[0]), p = tile.Read<T>(instruction.Sources[1]), v = tile.Read<T>(instruction.Sources[2]);
        Span<T> y = tile.Write<T>(instruction.Target), attains = stackalloc T[length], moved = stackalloc T[length], terms = stackalloc T[length];
        for (int first = 0; first < y.Length; first += length)
        {
            ReadOnlySpan<T> shares = p.Slice(first, length);
            scoped ReadOnlySpan<T> cotangent = v.Slice(first, length);
            RowKernels.Attains(x.Slice(first, length), attains);
            if (!ofLogarithm)
            {
                ArithmeticKernels<Multiplication>.Apply(shares, cotangent, terms);
                cotangent = terms;
            }

            ArithmeticKernels<Multiplication>.Apply(shares, -PairwiseSum.Of(cotangent), moved);
            ArithmeticKernels<Addition>.Apply(cotangent, moved, moved);
            T mean = -PairwiseSum.Of<T>(moved) / PairwiseSum.Of<T>(attains);
            ArithmeticKernels<Multiplication>.Apply(attains, mean, attains);
            ArithmeticKernels<Addition>.Apply(moved, attains, y.Slice(first, length));
        }
    }
}
