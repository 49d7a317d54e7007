using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Hyperdiff.Backends.Cpu.Tiles;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>One of two numbers by a relation of two others, without a mask in between: <c>z = x where a ∘ b, else y</c>, of operands a, b, x, y.</summary>
internal sealed class ChoiceKernel<T, TComparison> : TileKernel
    where T : unmanaged, IFloatingPointIeee754<T>
    where TComparison : struct, IVectorComparison
{
    /// <inheritdoc/>
    public override bool TakesScalar(int operand) => true;

    /// <inheritdoc/>
    public override void Run(in Tile tile, TileInstruction instruction)
    {
        if (instruction.Sources[0].IsScalar)
        {
            Run<Yes>(tile, instruction);
        }
        else
        {
            Run<No>(tile, instruction);
        }
    }

    // which operands are the same for all elements is decided outside of the loop
    private static void Run<TA>(in Tile tile, TileInstruction instruction)
        where TA : struct, IFlag
    {
        if (instruction.Sources[1].IsScalar)
        {
            Run<TA, Yes>(tile, instruction);
        }
        else
        {
            Run<TA, No>(tile, instruction);
        }
    }

    private static void Run<TA, TB>(in Tile tile, TileInstruction instruction)
        where TA : struct, IFlag
        where TB : struct, IFlag
    {
        switch (instruction.Sources[2].IsScalar, instruction.Sources[3].IsScalar)
        {
            case (true, true): Run<TA, TB, Yes, Yes>(tile, instruction); break;
            case (true, false): Run<TA, TB, Yes, No>(tile, instruction); break;
            case (false, true): Run<TA, TB, No, Yes>(tile, instruction); break;
            default: Run<TA, TB, No, No>(tile, instruction); break;
        }
    }

    // optimized at once: a profile of the first runs does not know what the loop is worth
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run<TA, TB, TX, TY>(in Tile tile, TileInstruction instruction)
        where TA : struct, IFlag
        where TB : struct, IFlag
        where TX : struct, IFlag
        where TY : struct, IFlag
    {
        ReadOnlySpan<T> a = Read<TA>(tile, instruction.Sources[0], out T ofA), b = Read<TB>(tile, instruction.Sources[1], out T ofB);
        ReadOnlySpan<T> x = Read<TX>(tile, instruction.Sources[2], out T ofX), y = Read<TY>(tile, instruction.Sources[3], out T ofY);
        Span<T> z = tile.Write<T>(instruction.Target);

        // references and vectors in variables of their own, which stay in registers
        ref T firstA = ref MemoryMarshal.GetReference(a), firstB = ref MemoryMarshal.GetReference(b), firstX = ref MemoryMarshal.GetReference(x);
        ref T firstY = ref MemoryMarshal.GetReference(y), target = ref MemoryMarshal.GetReference(z);
        Vector512<T> numbersA = Vector512.Create(ofA), numbersB = Vector512.Create(ofB), numbersX = Vector512.Create(ofX), numbersY = Vector512.Create(ofY);
        int lanes = Vector512<T>.Count, i = 0;
        for (; i + lanes <= z.Length; i += lanes)
        {
            TComparison.Choose(
                TA.Value ? numbersA : Vector512.LoadUnsafe(ref firstA, (nuint)i),
                TB.Value ? numbersB : Vector512.LoadUnsafe(ref firstB, (nuint)i),
                TX.Value ? numbersX : Vector512.LoadUnsafe(ref firstX, (nuint)i),
                TY.Value ? numbersY : Vector512.LoadUnsafe(ref firstY, (nuint)i)).StoreUnsafe(ref target, (nuint)i);
        }

        for (; i < z.Length; i++)
        {
            z[i] = TComparison.Of(TA.Value ? ofA : a[i], TB.Value ? ofB : b[i]) ? TX.Value ? ofX : x[i] : TY.Value ? ofY : y[i];
        }
    }

    // the elements, or the number that stands for all
    private static ReadOnlySpan<T> Read<TScalar>(in Tile tile, in TileSource source, out T number)
        where TScalar : struct, IFlag
    {
        number = TScalar.Value ? tile.ReadScalar<T>(source) : T.Zero;
        return TScalar.Value ? [] : tile.Read<T>(source);
    }
}
