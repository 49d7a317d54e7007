using System.Collections.Concurrent;
using System.Globalization;
using Hyperdiff.Backends.Reference;
using Hyperdiff.Graphs;
using Hyperdiff.Testing.Samples;
using Hyperdiff.Transforms;

namespace Hyperdiff.Testing;

/// <summary>Graphs as people write them, and some as nobody would, to within the error that rounding can make, equation by equation.</summary>
internal static class GraphConformance
{
    private const int Lines = 20;

    private static readonly ConcurrentDictionary<(string, DType), (Graph Graph, Tensor[] Operands, Tensor[] Expected, double[][] Bounds)> s_expected = new();

    /// <summary>One case per graph, and some random programs.</summary>
    public static IEnumerable<ConformanceCase> Cases() =>
    [
        .. GraphCorpus.All.Keys.Select(name => new ConformanceCase("graphs", name, subject => Check(subject, name, dtype => GraphCorpus.Trace(name, dtype)))),
        .. Enumerable.Range(1, Programs).Select(seed => new ConformanceCase("graphs", FormattableString.Invariant($"random program {seed}"),
            subject => Check(subject, FormattableString.Invariant($"random program {seed}"), dtype => Random(seed, dtype)))),
    ];

    // a few, unless the variable asks for more
    private static int Programs => int.TryParse(Environment.GetEnvironmentVariable("HYPERDIFF_RANDOM_CASES"), CultureInfo.InvariantCulture, out int wanted)
        ? wanted : 24;

    private static (Graph Graph, Tensor[] Operands) Random(int seed, DType dtype)
    {
        Tensor[] operands = [Draw.Normal(1, [4, 6], dtype), Draw.Normal(2, [6], dtype), Draw.Normal(3, [4, 1], dtype), Draw.Normal(4, [], dtype)];
        return (RandomProgram.Trace(RandomProgram.Draw(new Random(seed), Lines), operands), operands);
    }

    private static string? Check(BackendSubject subject, string name, Func<DType, (Graph Graph, Tensor[] Operands)> traced)
    {
        foreach (DType dtype in subject.Floating())
        {
            (Graph graph, Tensor[] operands, Tensor[] expected, double[][] bounds) = s_expected.GetOrAdd((name, dtype), _ => Expected(traced(dtype)));
            Tensor[] placed = subject.Place(operands);
            foreach ((string how, Tensor[] found) in new[]
            {
                ("as written", subject.Run(graph, operands)), ("simplified", subject.Run(Simplification.Of(graph), operands)),
                ("into memory of the backend", PrimitiveConformance.Into(subject, graph, placed)),
            })
            {
                for (int i = 0; i < expected.Length; i++)
                {
                    if (Difference(expected[i], found[i], bounds[i]) is { } difference)
                    {
                        return $"{dtype.Name()}, {how}: result {i}{difference}";
                    }
                }
            }
        }

        return null;
    }

    private static (Graph Graph, Tensor[] Operands, Tensor[] Expected, double[][] Bounds) Expected((Graph, Tensor[]) traced)
    {
        (Graph graph, Tensor[] operands) = traced;
        var values = new Dictionary<Value, Tensor>();
        for (int i = 0; i < operands.Length; i++)
        {
            values[graph.Inputs[i]] = operands[i];
        }

        foreach (Equation equation in graph.Equations)
        {
            values[equation.Results[0]] = ReferenceBackend.Instance.Execute(equation.Primitive, [.. equation.Operands.Select(operand => values[operand])])[0];
        }

        Dictionary<Value, double[]> bounds = ErrorBound.Of(graph, values.ToDictionary(pair => pair.Key, pair => Closeness.Numbers(pair.Value)));
        return (graph, operands, [.. graph.Outputs.Select(output => values[output])], [.. graph.Outputs.Select(output => bounds[output])]);
    }

    // both are within the bound of the exact value
    private static string? Difference(Tensor expected, Tensor actual, double[] bound)
    {
        if (expected.Type != actual.Type)
        {
            return $" is of type {actual.Type} instead of {expected.Type}";
        }

        double[] wanted = Closeness.Numbers(expected), found = Closeness.Numbers(actual);
        for (int i = 0; i < wanted.Length; i++)
        {
            if (!wanted[i].Equals(found[i]) && !(Math.Abs(wanted[i] - found[i]) <= 2 * bound[i]))
            {
                return FormattableString.Invariant($"[{i}] is {found[i]:R} instead of {wanted[i]:R} ± {2 * bound[i]:G3}");
            }
        }

        return null;
    }
}
