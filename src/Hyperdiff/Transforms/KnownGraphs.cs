using System.Collections.Immutable;
using Hyperdiff.Graphs;

namespace Hyperdiff.Transforms;

/// <summary>The graphs of functions that were traced last. A lambda is traced at every call, because nothing is known of it; what comes out says
/// everything, so that a graph equal to one from before is that one, with the derivatives and plans that were made of it.</summary>
/// <remarks>Graphs within primitives, such as the step of a loop, come first: they are the ones of before, by which the loops are equal. Only graphs of
/// primitives that are values (<see cref="Primitive.IsValue"/>) are kept: none with solvers, products or preconditioners of a user's.</remarks>
internal static class KnownGraphs
{
    private const int Most = 64;

    // what plans hold on to: about the values of a derivative at once, which are a few times these
    private const long MostBytes = 64L << 20;

    private static readonly Lock s_lock = new();

    // the one that was asked for last is the last
    private static readonly List<(Key Key, Graph Graph, long Bytes)> s_kept = [];

    /// <summary>The graph that is kept and equal to this one, simplified.</summary>
    public static Graph Simplified(Graph graph) => Of(Simplification.Of(graph));

    /// <summary>The graph that is kept and equal to this one; this one, which is kept now, if there is none.</summary>
    public static Graph Of(Graph graph)
    {
        if (!graph.IsValue)
        {
            return graph;
        }

        long bytes = Bytes(graph);
        if (bytes > MostBytes)
        {
            return graph;
        }

        var key = new Key(graph);
        lock (s_lock)
        {
            int place = s_kept.FindLastIndex(kept => kept.Key.Equals(key));
            (Key, Graph Graph, long) entry = place < 0 ? (key, graph, bytes) : s_kept[place];
            if (place >= 0)
            {
                s_kept.RemoveAt(place);
            }

            s_kept.Add(entry);
            while (s_kept.Count > Most || s_kept.Sum(kept => kept.Bytes) > MostBytes)
            {
                s_kept.RemoveAt(0);
            }

            return entry.Graph;
        }
    }

    private static long Bytes(Graph graph)
    {
        long bytes = 0;
        foreach (Equation equation in graph.Equations)
        {
            foreach (Value result in equation.Results)
            {
                bytes += result.Type.Bytes;
            }

            bytes += equation.Primitive is Operation ? 0 : equation.Primitive.Bodies.Sum(Bytes);
        }

        return bytes;
    }

    // types of the inputs, then of each equation its primitive and the numbers of its operands, then those of the outputs and reports
    private sealed class Key : IEquatable<Key>
    {
        private readonly ImmutableArray<TensorType> _inputs;
        private readonly Primitive[] _primitives;
        private readonly int[] _places;
        private readonly string[] _solvers;
        private readonly int _hash;

        public Key(Graph graph)
        {
            _inputs = graph.InputTypes;
            _primitives = [.. graph.Equations.Select(equation => equation.Primitive)];
            var numbers = new int[graph.Numbers];
            int next = 0;
            foreach (Value input in graph.Inputs)
            {
                numbers[input.Number] = next++;
            }

            var places = new List<int>(4 * graph.Equations.Length);
            foreach (Equation equation in graph.Equations)
            {
                places.Add(equation.Operands.Length);
                foreach (Value operand in equation.Operands)
                {
                    places.Add(numbers[operand.Number]);
                }

                foreach (Value result in equation.Results)
                {
                    numbers[result.Number] = next++;
                }
            }

            places.AddRange(graph.Outputs.Select(output => numbers[output.Number]));
            places.AddRange(graph.Reports.Select(report => numbers[report.Value.Number]));
            _solvers = [.. graph.Reports.Select(report => report.Solver)];
            _places = [.. places];
            var hash = default(HashCode);
            Array.ForEach(_places, place => hash.Add(place));
            Array.ForEach(_primitives, primitive => hash.Add(primitive));
            _hash = hash.ToHashCode();
        }

        public bool Equals(Key? other) => other is not null && _hash == other._hash && _places.AsSpan().SequenceEqual(other._places)
            && _inputs.AsSpan().SequenceEqual(other._inputs.AsSpan()) && _primitives.AsSpan().SequenceEqual(other._primitives)
            && _solvers.AsSpan().SequenceEqual(other._solvers);

        public override bool Equals(object? obj) => Equals(obj as Key);

        public override int GetHashCode() => _hash;
    }
}
