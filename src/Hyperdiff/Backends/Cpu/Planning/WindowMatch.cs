using Hyperdiff.Backends.Cpu.WindowSums;
using Hyperdiff.Graphs;
using Hyperdiff.Primitives;

namespace Hyperdiff.Backends.Cpu.Planning;

/// <summary>An equation that sums over what a window sees as it moves with stride 1: a convolution, its cotangents, or the sum of a pool.</summary>
/// <remarks>Masks of a contraction, and zeros around a source that the definition does not have, change a result only where it is not finite: then, and only
/// then, the equation is computed by its definition.</remarks>
/// <param name="Shape">The window.</param>
/// <param name="Source">The value that it moves along, or the cotangent of what it made.</param>
/// <param name="Weights">The weights; null for ones. The cotangent of the sums, where the weights are computed.</param>
/// <param name="Between">The values in between, which need not be computed for this equation.</param>
internal sealed record WindowMatch(WindowShape Shape, Value Source, Value? Weights, Value[] Between)
{
    // beyond, more places of the canvas would be left out than counted
    private const int MostPlacesPerPosition = 2;

    /// <summary>Whether the definition counts where the result is not finite.</summary>
    public bool IsGuarded { get; init; }

    /// <summary>The match of an equation; null if it is none.</summary>
    public static WindowMatch? Of(Equation equation)
    {
        WindowMatch? match = equation.Primitive switch
        {
            Sum sum => OfPool(sum, equation.Operands[0]) ?? OfSummedWeights(sum, equation.Operands[0]),
            MatMul { TransposeLeft: false, TransposeRight: true } => OfWeights(equation),
            MatMul { TransposeRight: false } product => OfConvolution(product, equation),
            MaskedContraction { Contraction: MatMul } => OfMasked(equation),
            OverlapAdd overlap => OfTranspose(overlap, equation.Operands[0], null),
            Slice slice when equation.Operands[0].Definition is { Primitive: OverlapAdd overlap } whole =>
                OfTranspose(overlap, whole.Operands[0], slice) is { } part ? part with { Between = [.. part.Between, equation.Operands[0]] } : null,
            _ => null,
        };
        return match is { Shape: { Terms: > 0 } shape } && equation.Results[0].Type is { DType: DType.Float64 or DType.Float32, Shape.ElementCount: > 0 }
            && shape.Run <= (long)MostPlacesPerPosition * WindowShape.Product(shape.Positions) ? match : null;
    }

    /// <summary>The equation and what is between as a graph of its own, and the values that are its inputs.</summary>
    public (Graph Graph, Value[] Inputs) Definition(Equation equation)
    {
        var builder = new GraphBuilder();
        var copies = new Dictionary<Value, Value>();
        var inputs = new List<Value>();
        var between = new HashSet<Value>(Between);
        return (builder.Build(Copied(equation)), [.. inputs]);

        Value Copied(Equation made)
        {
            Value[] operands = [.. made.Operands.Select(Copy)];
            return builder.Add(made.Primitive, operands)[0];
        }

        Value Copy(Value value)
        {
            if (!copies.TryGetValue(value, out Value? copy))
            {
                bool isInput = value.Definition is null || !between.Contains(value);
                copies[value] = copy = isInput ? builder.Input(value.Type) : Copied(value.Definition!);
                inputs.AddRange(isInput ? [value] : []);
            }

            return copy;
        }
    }

    // what is not finite of the plain product is computed anew, without what masks leave out
    private static WindowMatch? OfMasked(Equation equation)
    {
        var between = new List<Value>();
        return Product(equation.Results[0], between) is { } product && Of(product) is { } match
            ? match with { IsGuarded = true, Between = [.. match.Between, .. between] } : null;
    }

    // weights of the items of a batch, added up
    private static WindowMatch? OfSummedWeights(Sum sum, Value operand)
    {
        var between = new List<Value>();
        Value made = Unreshaped(operand, between);
        int[] reduced = [.. sum.Reduced.Items.Order()];
        int items = WindowShape.Product(operand.Type.Shape.Sizes.AsSpan()[..reduced.Length]);
        return reduced.SequenceEqual(Enumerable.Range(0, reduced.Length)) && items > 0
            && made.Definition is { Primitive: MatMul or MaskedContraction } product && Of(product) is { Shape.IsOfWeights: true } match
            && match.Shape.Batch % items == 0
            ? match with { Shape = match.Shape with { Weights = match.Shape.Batch / items }, Between = [.. match.Between, .. between, made] } : null;
    }

    private static WindowMatch? OfPool(Sum sum, Value operand)
    {
        if (operand.Definition is not { Primitive: Windows windows } definition || !windows.Strides.Items.All(stride => stride == 1))
        {
            return null;
        }

        int moved = windows.Kernel.Count, leading = operand.Type.Shape.Rank - (2 * moved);
        return sum.Reduced.Items.Order().SequenceEqual(Enumerable.Range(leading, moved)) ? OfWindows(windows, definition, (1, 1, 1), [operand]) : null;
    }

    // weights [b, o, c·k] times windows [b, c·k, p]
    private static WindowMatch? OfConvolution(MatMul multiplication, Equation equation)
    {
        (Value left, Value right) = (equation.Operands[0], equation.Operands[1]);
        var between = new List<Value>();
        if (Unreshaped(right, between) is not { Definition: { Primitive: Windows windows } definition } seen)
        {
            return null;
        }

        (Shape product, int kernel) = (right.Type.Shape, WindowShape.Product(windows.Kernel.Items.AsSpan()));
        if (product[^1] != WindowShape.Product(windows.Positions.Items.AsSpan()) || kernel == 0 || product[^2] % kernel != 0)
        {
            return null;
        }

        (Value weights, bool transposed) = Unstretched(left, multiplication.TransposeLeft, between);
        int outputs = equation.Results[0].Type.Shape[^2], item = outputs * product[^2];
        between.Add(seen);
        return item > 0 && !transposed && weights.Type.Shape.ElementCount % item == 0
            ? OfWindows(windows, definition, (product[^2] / kernel, outputs, weights.Type.Shape.ElementCount / item), between) with { Weights = weights }
            : null;
    }

    // [b, o, c·k] from cotangents [b, o, p] times windows [b, c·k, p] turned
    private static WindowMatch? OfWeights(Equation equation)
    {
        (Value left, Value right) = (equation.Operands[0], equation.Operands[1]);
        var between = new List<Value>();
        if (Unreshaped(right, between) is not { Definition: { Primitive: Windows windows } definition } seen)
        {
            return null;
        }

        int kernel = WindowShape.Product(windows.Kernel.Items.AsSpan()), terms = right.Type.Shape[^2];
        between.Add(seen);
        if (right.Type.Shape[^1] != WindowShape.Product(windows.Positions.Items.AsSpan()) || kernel == 0 || terms % kernel != 0)
        {
            return null;
        }

        WindowMatch match = OfWindows(windows, definition, (terms / kernel, left.Type.Shape[^2], 1), between);
        return match with { Shape = match.Shape with { IsOfWeights = true, Weights = match.Shape.Batch }, Weights = left, IsGuarded = true };
    }

    // [b, c, o·k, p] from weights [b, c, o·k] turned times cotangents [b, c, p]; or cotangents that are the same for all of the window. Of all that they
    // are added to, or of a slice of it
    private static WindowMatch? OfTranspose(OverlapAdd overlap, Value operand, Slice? slice)
    {
        int moved = overlap.Sizes.Count;
        Shape shape = operand.Type.Shape;
        int[] kernel = [.. shape.Sizes[^(2 * moved)..^moved]], positions = [.. shape.Sizes[^moved..]], dilations = [.. overlap.Dilations.Items];
        int[] spans = [.. kernel.Select((k, axis) => (k - 1) * dilations[axis])], before = spans, sizes = [.. overlap.Sizes.Items];
        var between = new List<Value>();
        Value made = Unreshaped(operand, between);
        if (!overlap.Strides.Items.All(stride => stride == 1))
        {
            return null;
        }

        if (slice is not null)
        {
            int[] starts = [.. slice.Starts.Items[^moved..]], kept = [.. slice.Counts.Items[^moved..]];
            before = [.. spans.Select((span, axis) => span - starts[axis])];
            int[] after = [.. spans.Select((span, axis) => span - (sizes[axis] - starts[axis] - kept[axis]))];
            if (before.Concat(after).Any(count => count < 0) || slice.Steps.Items.Any(step => step != 1)
                || !slice.Counts.Items[..^moved].SequenceEqual(shape.Sizes[..^(2 * moved)].ToArray()))
            {
                return null;
            }

            sizes = kept;
        }

        var window = new WindowShape
        {
            Batch = WindowShape.Product(shape.Sizes.AsSpan()[..^(2 * moved)]),
            Channels = 1,
            Outputs = 1,
            Weights = 1,
            Sizes = positions,
            Before = before,
            Canvas = [.. sizes.Select((size, axis) => size + spans[axis])],
            Kernel = kernel,
            Strides = [.. sizes.Select(_ => 1)],
            Dilations = dilations,
            Positions = sizes,
            IsTransposed = true,
        };
        int count = WindowShape.Product(positions), ofKernel = WindowShape.Product(kernel);
        between.Add(made);
        if (made.Definition is { Primitive: BroadcastTo, Operands: [var stretched] })
        {
            int[] leading = [.. shape.Sizes[..^(2 * moved)]], expected = [.. leading, .. kernel.Select(_ => 1), .. positions];
            return made == operand && stretched.Type.Shape.Sizes.SequenceEqual(expected) ? new WindowMatch(window, stretched, null, [.. between]) : null;
        }

        if (Product(made, between) is not { Primitive: MatMul { TransposeRight: false } multiplication, Operands: [var factors, var right] }
            || made.Type.Shape[^1] != count || ofKernel == 0 || made.Type.Shape[^2] % ofKernel != 0)
        {
            return null;
        }

        (Value weights, bool transposed) = Unstretched(factors, multiplication.TransposeLeft, between);
        (int channels, int outputs) = (right.Type.Shape[^2], made.Type.Shape[^2] / ofKernel);
        int item = channels * made.Type.Shape[^2];
        return item == 0 || !transposed || weights.Type.Shape.ElementCount % item != 0 ? null : new WindowMatch(
            window with { Batch = window.Batch / outputs, Channels = channels, Outputs = outputs, Weights = weights.Type.Shape.ElementCount / item },
            right, weights, [.. between])
        { IsGuarded = true };
    }

    private static WindowMatch OfWindows(Windows windows, Equation definition, (int Channels, int Outputs, int Weights) counts, List<Value> between)
    {
        Value canvas = definition.Operands[0], source = canvas;
        int moved = windows.Kernel.Count;
        int[] before = new int[moved];
        if (canvas.Definition is { Primitive: Pad pad, Operands: [var padded] } && IsAround(pad, padded.Type.Shape, moved))
        {
            (source, before) = (padded, [.. pad.Starts.Items[^moved..]]);
            between.Add(canvas);
        }

        return new WindowMatch(
            new WindowShape
            {
                Batch = canvas.Type.Shape.ElementCount / Math.Max(1, counts.Channels * WindowShape.Product(canvas.Type.Shape.Sizes.AsSpan()[^moved..])),
                Channels = counts.Channels,
                Outputs = counts.Outputs,
                Weights = counts.Weights,
                Sizes = [.. source.Type.Shape.Sizes[^moved..]],
                Before = before,
                Canvas = [.. canvas.Type.Shape.Sizes[^moved..]],
                Kernel = [.. windows.Kernel.Items],
                Strides = [.. windows.Strides.Items],
                Dilations = [.. windows.Dilations.Items],
                Positions = [.. windows.Positions.Items],
            },
            source, null, [.. between]);
    }

    // zeros around planes only
    private static bool IsAround(Pad pad, Shape padded, int moved) => pad.Steps.Items.All(step => step == 1)
        && pad.Starts.Items[..^moved].All(start => start == 0) && padded.Sizes[..^moved].SequenceEqual(pad.Target.Sizes[..^moved]);

    // the equation of a product, behind the masks of its operands
    private static Equation? Product(Value made, List<Value> between)
    {
        if (made.Definition is not { Primitive: MaskedContraction { Contraction: MatMul } } masked)
        {
            return made.Definition;
        }

        between.Add(masked.Operands[0]);
        foreach (Value operand in masked.Operands.AsSpan()[1..])
        {
            Value value = operand;
            while (value.Definition is { Primitive: Reshape or BroadcastTo or Permute or Windows or Pad, Operands: [var moved] })
            {
                between.Add(value);
                value = moved;
            }
        }

        return masked.Operands[0].Definition;
    }

    private static Value Unreshaped(Value value, List<Value> between)
    {
        while (value.Definition is { Primitive: Reshape, Operands: [var operand] })
        {
            between.Add(value);
            value = operand;
        }

        return value;
    }

    // weights before they are stretched along a batch or turned, and whether the product reads them as columns
    private static (Value Weights, bool IsTransposed) Unstretched(Value value, bool transposed, List<Value> between)
    {
        var passed = new List<Value>();
        Value stretched = Unreshaped(value, passed);
        if (stretched.Definition is { Primitive: BroadcastTo, Operands: [var small] } && IsRepeated(small.Type.Shape, stretched.Type.Shape))
        {
            between.AddRange(passed);
            between.Add(stretched);
            value = small;
        }

        if (value.Definition is { Primitive: Permute { Order: var order }, Operands: [var turned] } && order.Count >= 2
            && order.Items.SequenceEqual([.. Enumerable.Range(0, order.Count - 2), order.Count - 1, order.Count - 2]))
        {
            between.Add(value);
            return (turned, !transposed);
        }

        return (value, transposed);
    }

    private static bool IsRepeated(Shape small, Shape large)
    {
        int[] kept = [.. small.Sizes.SkipWhile(size => size == 1)];
        return large.Sizes[^kept.Length..].SequenceEqual(kept);
    }
}
