using System.Diagnostics;
using Hyperdiff.Backends.Cpu.Tiles;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>The kernels that copy and repeat, for an element type.</summary>
internal abstract class SpreadKernels
{
    private static readonly SpreadKernels[] s_byType = Enum.GetValues<DType>().Select(Make).ToArray();

    /// <summary>Copies.</summary>
    public abstract TileKernel Copy { get; }

    /// <summary>Repeats a stored number.</summary>
    public abstract TileKernel Scalar { get; }

    /// <summary>The kernels for an element type.</summary>
    public static SpreadKernels For(DType dtype) => s_byType[(int)dtype];

    /// <summary>Repeats a constant.</summary>
    public abstract TileKernel Constant(double value);

    /// <summary>Repeats a row of this length.</summary>
    public abstract TileKernel Row(int columns);

    /// <summary>Repeats the elements of a column this many times.</summary>
    public abstract TileKernel Column(int columns);

    /// <summary>Copies the part of each row that a window shows.</summary>
    /// <param name="columns">The length of the parts.</param>
    /// <param name="place">Where the first begins, and how far they lie apart.</param>
    public abstract TileKernel Window(int columns, (int Start, int Step) place);

    private static SpreadKernels Make(DType dtype) => dtype switch
    {
        DType.Float64 => new Typed<double>(value => value),
        DType.Float32 => new Typed<float>(value => (float)value),
        DType.Int32 => new Typed<int>(value => (int)value),
        DType.Bool => new Typed<bool>(value => value != 0),
        _ => throw new UnreachableException($"{dtype} is not an element type"),
    };

    private sealed class Typed<T>(Func<double, T> convert) : SpreadKernels
        where T : unmanaged
    {
        public override TileKernel Copy { get; } = new CopyKernel<T>();

        public override TileKernel Scalar { get; } = new SpreadScalarKernel<T>();

        public override TileKernel Constant(double value) => new SpreadConstantKernel<T>(convert(value));

        public override TileKernel Row(int columns) => new SpreadRowKernel<T>(columns);

        public override TileKernel Column(int columns) => new SpreadColumnKernel<T>(columns);

        public override TileKernel Window(int columns, (int Start, int Step) place) => new WindowKernel<T>(columns, place);
    }
}
