using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Hyperdiff.Backends.Cpu.Tiles;
using Hyperdiff.Graphs;
using Hyperdiff.Primitives;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>The kernels of the elementwise primitives that make or read masks: one line each. They are exact.</summary>
internal static class MaskKernels
{
    // what makes a mask, and what chooses by it at once
    private static readonly Dictionary<Type, (Kernels Mask, Kernels Choice)> s_comparisons = new()
    {
        [typeof(Equal)] = Comparison<EqualComparison>(),
        [typeof(Less)] = Comparison<LessComparison>(),
        [typeof(LessOrEqual)] = Comparison<LessOrEqualComparison>(),
        [typeof(IsFinite)] = Comparison<FiniteComparison>(),
    };

    private static readonly Kernels s_interval = new(new IntervalKernel<double>(), new IntervalKernel<float>());

    private static readonly Dictionary<Type, TileKernel> s_logic = new()
    {
        [typeof(And)] = new LogicKernel((x, y, z) => TensorPrimitives.BitwiseAnd(x, y, z)),
        [typeof(Or)] = new LogicKernel((x, y, z) => TensorPrimitives.BitwiseOr(x, y, z)),
        [typeof(Not)] = new LogicKernel((x, _, z) => TensorPrimitives.Xor(x, (byte)1, z)),
    };

    private static readonly Dictionary<DType, TileKernel> s_choices = new()
    {
        [DType.Float64] = new WhereKernel<double>(),
        [DType.Float32] = new WhereKernel<float>(),
        [DType.Int32] = new WhereKernel<int>(),
    };

    private static readonly Dictionary<DType, TileKernel> s_numbers = new()
    {
        [DType.Float64] = new NumbersOfMaskKernel<double>(),
        [DType.Float32] = new NumbersOfMaskKernel<float>(),
        [DType.Int32] = new NumbersOfMaskKernel<int>(),
    };

    /// <summary>The primitives that have a kernel here.</summary>
    public static IEnumerable<Type> Covered => [.. s_comparisons.Keys, .. s_logic.Keys, typeof(Where), typeof(Primitives.Convert)];

    /// <summary>The kernel of a primitive for element types of operands and result; null if there is none.</summary>
    public static TileKernel? Find(Operation operation, ReadOnlySpan<DType> operands, DType result)
    {
        if (s_comparisons.TryGetValue(operation.GetType(), out var kernels) && operands[0].IsFloating())
        {
            return kernels.Mask.Of(operands[0]);
        }

        return operation switch
        {
            Logic => s_logic.GetValueOrDefault(operation.GetType()),
            Where => s_choices.GetValueOrDefault(result),
            Primitives.Convert when operands[0] == DType.Bool => s_numbers.GetValueOrDefault(result),
            _ => null,
        };
    }

    /// <summary>The kernel that chooses by a comparison, of the operands of the comparison and the numbers to choose from; null if there is none.</summary>
    /// <param name="comparison">The comparison.</param>
    /// <param name="dtype">The element type of all of them.</param>
    public static TileKernel? Choice(Operation comparison, DType dtype) =>
        dtype.IsFloating() && s_comparisons.TryGetValue(comparison.GetType(), out var kernels) ? kernels.Choice.Of(dtype) : null;

    /// <summary>The kernel of a choice by an interval.</summary>
    public static TileKernel Interval(DType dtype) => s_interval.Of(dtype);

    private static (Kernels Mask, Kernels Choice) Comparison<TComparison>()
        where TComparison : struct, IVectorComparison => (
            new(new ComparisonKernel<double, TComparison>(), new ComparisonKernel<float, TComparison>()),
            new(new ChoiceKernel<double, TComparison>(), new ChoiceKernel<float, TComparison>()));

    // for both floating types
    private sealed record Kernels(TileKernel Double, TileKernel Single)
    {
        public TileKernel Of(DType dtype) => dtype == DType.Float64 ? Double : Single;
    }

    // where a relation of two numbers holds, or of one
    private sealed class ComparisonKernel<T, TComparison> : TileKernel
        where T : unmanaged, IFloatingPointIeee754<T>
        where TComparison : struct, IVectorComparison
    {
        public override bool TakesScalar(int operand) => true;

        [SkipLocalsInit]
        public override void Run(in Tile tile, TileInstruction instruction)
        {
            Span<T> roomOfX = stackalloc T[MaskVectors.Count], roomOfY = stackalloc T[MaskVectors.Count];
            ReadOnlySpan<T> x = MaskVectors.Read(tile, instruction.Sources[0], roomOfX, out nuint stepOfX);
            ReadOnlySpan<T> y = MaskVectors.Read(tile, instruction.Sources[^1], roomOfY, out nuint stepOfY);
            Span<byte> z = MemoryMarshal.AsBytes(tile.Write<bool>(instruction.Target));
            ref T left = ref MemoryMarshal.GetReference(x), right = ref MemoryMarshal.GetReference(y);
            ref byte target = ref MemoryMarshal.GetReference(z);
            nuint i = 0, end = (nuint)z.Length;
            for (; i + MaskVectors.Count <= end; i += MaskVectors.Count)
            {
                ref T a = ref Unsafe.Add(ref left, i * stepOfX);
                ref T b = ref Unsafe.Add(ref right, i * stepOfY);
                Vector512<byte> mask = typeof(T) == typeof(float)
                    ? MaskVectors.Bytes(
                        Of(ref a, ref b, 0).AsInt32(), Of(ref a, ref b, 1).AsInt32(), Of(ref a, ref b, 2).AsInt32(), Of(ref a, ref b, 3).AsInt32())
                    : MaskVectors.Bytes(
                        MaskVectors.Halves(Of(ref a, ref b, 0), Of(ref a, ref b, 1)), MaskVectors.Halves(Of(ref a, ref b, 2), Of(ref a, ref b, 3)),
                        MaskVectors.Halves(Of(ref a, ref b, 4), Of(ref a, ref b, 5)), MaskVectors.Halves(Of(ref a, ref b, 6), Of(ref a, ref b, 7)));
                mask.StoreUnsafe(ref target, i);
            }

            for (; i < end; i++)
            {
                Unsafe.Add(ref target, i) = TComparison.Of(Unsafe.Add(ref left, i * stepOfX), Unsafe.Add(ref right, i * stepOfY)) ? (byte)1 : (byte)0;
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector512<T> Of(ref T x, ref T y, int vector)
        {
            nuint at = (nuint)(vector * Vector512<T>.Count);
            return TComparison.Of(Vector512.LoadUnsafe(ref x, at), Vector512.LoadUnsafe(ref y, at));
        }
    }

    // a function of one or two truth values
    private sealed class LogicKernel(BinaryMap<byte> map) : TileKernel
    {
        public override void Run(in Tile tile, TileInstruction instruction) => map(
            MemoryMarshal.AsBytes(tile.Read<bool>(instruction.Sources[0])), MemoryMarshal.AsBytes(tile.Read<bool>(instruction.Sources[^1])),
            MemoryMarshal.AsBytes(tile.Write<bool>(instruction.Target)));
    }

    // one of two numbers
    private sealed class WhereKernel<T> : TileKernel
        where T : unmanaged, INumberBase<T>
    {
        public override bool TakesScalar(int operand) => operand > 0;

        [SkipLocalsInit]
        public override void Run(in Tile tile, TileInstruction instruction)
        {
            Span<T> roomOfX = stackalloc T[MaskVectors.Count], roomOfY = stackalloc T[MaskVectors.Count];
            ReadOnlySpan<T> x = MaskVectors.Read(tile, instruction.Sources[1], roomOfX, out nuint stepOfX);
            ReadOnlySpan<T> y = MaskVectors.Read(tile, instruction.Sources[2], roomOfY, out nuint stepOfY);
            MaskVectors.Choose(
                MemoryMarshal.AsBytes(tile.Read<bool>(instruction.Sources[0])), x, y, (stepOfX, stepOfY), tile.Write<T>(instruction.Target));
        }
    }

    // 0 and 1
    private sealed class NumbersOfMaskKernel<T> : TileKernel
        where T : unmanaged, INumberBase<T>
    {
        [SkipLocalsInit]
        public override void Run(in Tile tile, TileInstruction instruction)
        {
            Span<T> one = stackalloc T[MaskVectors.Count], zero = stackalloc T[MaskVectors.Count];
            one.Fill(T.One);
            zero.Fill(T.Zero);
            MaskVectors.Choose<T>(MemoryMarshal.AsBytes(tile.Read<bool>(instruction.Sources[0])), one, zero, (0, 0), tile.Write<T>(instruction.Target));
        }
    }
}
