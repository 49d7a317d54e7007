using Hyperdiff.Graphs;
using Hyperdiff.Primitives;

namespace Hyperdiff.Backends.Cpu.Planning;

/// <summary>Where 1/(1 + e⁻ˣ) is computed with its derivative, both are made of one exponential.</summary>
/// <remarks>
/// With u the smaller of σ(x) and σ(−x), which is σ(−|x|), the value is u or 1 − u, and the derivative, sech²(x/2)/4, is u(1 − u): u has all digits, and
/// 1 − u ≥ ½ loses none. The value has the bits that it has alone, for the kernel makes it in the same way. Only in float64: in float32 an exponential
/// takes no longer than the lines that are put in its place.
/// </remarks>
internal static class SigmoidPairs
{
    /// <summary>The graph with such pairs joined.</summary>
    public static Graph Of(Graph graph)
    {
        HashSet<Value> paired = [.. graph.Equations.Where(IsOfDoubles).Select(equation => equation.Operands[0])];
        if (paired.Count > 0)
        {
            paired.IntersectWith(graph.Equations.Select(OfSlope).OfType<Value>());
        }

        if (paired.Count == 0)
        {
            return graph;
        }

        using var trace = new Trace(graph);
        var copies = new ValueMap<Tensor>(graph);
        var shares = new Dictionary<Value, (Tensor Smaller, Tensor Greater)>();
        foreach (Value input in graph.Inputs)
        {
            copies.Set(input, trace.Take(input));
        }

        foreach (Equation equation in graph.Equations)
        {
            Value? x = equation.Primitive is Sigmoid ? equation.Operands[0] : OfSlope(equation);
            copies.Set(equation.Results, x is not null && paired.Contains(x)
                ? [Joined(equation, copies.Of([x])[0], Shares(x))]
                : trace.Keep(equation, copies.Of(equation.Operands), graph));
        }

        Graph joined = trace.Close(copies.Of(graph.Outputs));
        trace.RequireClosed("pairs of a sigmoid and its derivative");
        return joined;

        (Tensor Smaller, Tensor Greater) Shares(Value value)
        {
            if (!shares.TryGetValue(value, out var both))
            {
                Tensor smaller = (-copies.Of([value])[0].Abs()).Sigmoid();
                shares[value] = both = (smaller, 1 - smaller);
            }

            return both;
        }
    }

    private static Tensor Joined(Equation equation, Tensor x, (Tensor Smaller, Tensor Greater) shares) =>
        equation.Primitive is Sigmoid ? Tensor.Where(x < 0, shares.Smaller, shares.Greater) : shares.Smaller * shares.Greater;

    private static bool IsOfDoubles(Equation equation) => equation is { Primitive: Sigmoid, Operands: [{ Type.DType: DType.Float64 }] };

    // the x of sech²(x/2)/4; null for anything else
    private static Value? OfSlope(Equation equation) =>
        Multiple(equation, 0.25)?.Definition is { Primitive: SechSquared, Operands: [{ Definition: { } half }] } ? Multiple(half, 0.5) : null;

    // what is multiplied by a number; null for anything else
    private static Value? Multiple(Equation equation, double number) => equation is
    {
        Primitive: Multiply,
        Operands: [{ Definition.Primitive: Fill { Scalar: var factor } }, var value],
    } && factor == number ? value : null;
}
