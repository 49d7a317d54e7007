using System.Numerics;
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

    private static void Run<TA, TB, TX, TY>(in Tile tile, TileInstruction instruction)
        where TA : struct, IFlag
        where TB : struct, IFlag
        where TX : struct, IFlag
        where TY : struct, IFlag
    {
        var a = new Operand<TA>(tile, instruction.Sources[0]);
        var b = new Operand<TB>(tile, instruction.Sources[1]);
        var x = new Operand<TX>(tile, instruction.Sources[2]);
        var y = new Operand<TY>(tile, instruction.Sources[3]);
        Span<T> z = tile.Write<T>(instruction.Target);
        ref T target = ref MemoryMarshal.GetReference(z);
        int lanes = Vector512<T>.Count, i = 0;
        for (; i + lanes <= z.Length; i += lanes)
        {
            Vector512.ConditionalSelect(TComparison.Of(a.At(i), b.At(i)), x.At(i), y.At(i)).StoreUnsafe(ref target, (nuint)i);
        }

        for (; i < z.Length; i++)
        {
            z[i] = TComparison.Of(a[i], b[i]) ? x[i] : y[i];
        }
    }

    private readonly ref struct Operand<TScalar>
        where TScalar : struct, IFlag
    {
        private readonly ReadOnlySpan<T> _elements;
        private readonly T _number;
        private readonly Vector512<T> _numbers;

        public Operand(in Tile tile, in TileSource source)
        {
            if (TScalar.Value)
            {
                _number = tile.ReadScalar<T>(source);
                _numbers = Vector512.Create(_number);
            }
            else
            {
                _elements = tile.Read<T>(source);
            }
        }

        public T this[int place] => TScalar.Value ? _number : _elements[place];

        public Vector512<T> At(int place) =>
            TScalar.Value ? _numbers : Vector512.LoadUnsafe(ref MemoryMarshal.GetReference(_elements), (nuint)place);
    }
}
