using Hyperdiff.Graphs;

namespace Hyperdiff.Testing.Samples;

/// <summary>Programs over tensors that are written by numbers, so that they can be drawn and shrunk.</summary>
/// <remarks>
/// Every line applies an operation to values that are there already, chosen by number and stretched or cut to fit. Values stay moderate: products pass
/// through tanh, denominators and arguments of the logarithm are at least 1.
/// </remarks>
internal static class RandomProgram
{
    /// <summary>Draws a program.</summary>
    /// <param name="random">What it is drawn from.</param>
    /// <param name="length">The number of its lines.</param>
    public static (byte Operation, byte Left, byte Right)[] Draw(Random random, int length)
    {
        byte[] numbers = new byte[3 * length];
        random.NextBytes(numbers);
        return [.. numbers.Chunk(3).Select(line => (line[0], line[1], line[2]))];
    }

    /// <summary>Traces a program.</summary>
    /// <param name="lines">The program: of every line which operation, modulo their number, and on which values, counted from the latest.</param>
    /// <param name="operands">Its inputs.</param>
    public static Graph Trace(IEnumerable<(byte Operation, byte Left, byte Right)> lines, Tensor[] operands) =>
        TracedFunction.Of(inputs => Run(lines, inputs), operands).Graph;

    /// <summary>Runs a program.</summary>
    public static Tensor[] Run(IEnumerable<(byte Operation, byte Left, byte Right)> lines, Tensor[] inputs)
    {
        List<Tensor> values = [.. inputs];
        foreach ((byte operation, byte first, byte second) in lines)
        {
            values.Add(Next(operation, values[^(1 + (first % values.Count))], values[^(1 + (second % values.Count))]));
        }

        // the last few, so that some values are outputs and also used, and an input may be an output
        return [.. values.TakeLast(3)];
    }

    private static Tensor Next(byte operation, Tensor x, Tensor other)
    {
        Tensor y = Fitted(other, x.Shape);
        return (operation % 20) switch
        {
            0 => x + y,
            1 => x - y,
            2 => (x * y).Tanh(),
            3 => x / (1 + y.Square()),
            4 => x.Tanh(),
            5 => (-x.Tanh()).Exp(),
            6 => (1 + x.Square()).Log(),
            7 => 0.5 * x + 2,
            8 => x.Sum() * 0.125,
            9 when x.Rank > 0 => x.Sum(0).Tanh(),
            10 when x.Rank > 0 => x.Sum(-1),
            11 when x.Rank > 1 => x.Sum(-1, keepAxis: true) - x,
            12 when x.Rank > 1 => x.Transpose(),
            13 => x.Reshape(-1),
            14 when x.Rank > 1 => x.Transpose().MatMul(y).Tanh(),
            15 when x.Rank > 1 => x.MatMul(y.Transpose()).Tanh(),
            16 when x.Rank < 3 => x.BroadcastTo(new Shape([2, .. x.Shape.Sizes])),
            17 when x.Rank is 1 or 2 => x.Reshape([.. x.Shape.Sizes, 1]).BroadcastTo(new Shape([.. x.Shape.Sizes, 3])),
            18 when x.Rank is 1 or 2 => x.Reshape(new Shape([x.Shape[0], 1, .. x.Shape.Sizes.AsSpan()[1..]]))
                .BroadcastTo(new Shape([x.Shape[0], 2, .. x.Shape.Sizes.AsSpan()[1..]])),
            19 when x.Rank > 1 => x + Fitted(other, new Shape(x.Shape.Sizes.AsSpan()[1..])),
            _ => y - x,
        };
    }

    /// <summary>A value of this shape made of any: the same elements, or the sum stretched.</summary>
    public static Tensor Fitted(Tensor tensor, Shape shape) => tensor.Shape.ElementCount == shape.ElementCount
        ? tensor.Reshape(shape) : tensor.Sum().Tanh().BroadcastTo(shape);
}
