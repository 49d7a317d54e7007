using System.Runtime.CompilerServices;
using Hyperdiff.Backends.Cpu.Tiles;
using Hyperdiff.Graphs;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>An elementwise primitive without a kernel of its own here: its definition, applied to the windows of the tile.</summary>
/// <param name="operation">The primitive: elementwise, so that any run of elements can be computed by itself.</param>
/// <param name="operands">The element types of the operands.</param>
/// <param name="result">The element type of the result.</param>
internal sealed class ReferenceKernel(Operation operation, DType[] operands, DType result) : TileKernel
{
    private Length? _first;
    private Length? _second;

    /// <summary>The definition promises nothing for a result that overlaps an operand.</summary>
    public override bool WorksInPlace => false;

    /// <inheritdoc/>
    public override void Run(in Tile tile, TileInstruction instruction)
    {
        Shape shape = ShapeOf(tile.Length);
        var windows = default(Windows);
        for (int i = 0; i < operands.Length; i++)
        {
            windows[i] = tile.Window(instruction.Sources[i], new TensorType(operands[i], shape));
        }

        operation.Evaluate(((Span<HostArray>)windows)[..operands.Length], tile.Window(instruction.Target.AsSource(), new TensorType(result, shape)));
    }

    // tiles of a program have two lengths, that of the last one and that of the others
    private Shape ShapeOf(int length)
    {
        Length? first = _first, second = _second;
        if (first?.Shape.ElementCount == length)
        {
            return first.Shape;
        }

        if (second?.Shape.ElementCount == length)
        {
            return second.Shape;
        }

        (_second, _first) = (first, new Length(new Shape(length)));
        return _first.Shape;
    }

    /// <summary>The most operands that an elementwise primitive has here.</summary>
    public const int MostOperands = 4;

    [InlineArray(MostOperands)]
    private struct Windows
    {
        private HostArray _element;
    }

    private sealed record Length(Shape Shape);
}
