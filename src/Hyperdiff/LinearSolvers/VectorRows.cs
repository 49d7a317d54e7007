using System.Numerics;
using Hyperdiff.Graphs;

namespace Hyperdiff;

/// <summary>Vectors of one structure that a method remembers, a basis or a window of iterates, in memory that is written to row by row.</summary>
/// <remarks>
/// A pass over them reads those that there are: short ones in host memory as they lie (<see cref="ShortRows"/>), others by graphs, with no more zeros than a
/// small number of graphs asks for (<see cref="RowsRead"/>). These graphs know nothing of a matrix: all systems on vectors of the same types share them, and
/// products with a matrix are compiled once, however far the rows grow. Vectors that a pass returns are valid until the next pass that returns some.
/// </remarks>
internal sealed class VectorRows
{
    private const int MostGraphs = 64;

    private static readonly RecentlyUsed<Key, Graph> s_graphs = new(MostGraphs);

    private readonly IBackend _backend;
    private readonly TensorType[] _vector;
    private readonly Shape[] _row;
    private readonly string _types;
    private readonly int _most;
    private readonly bool _areShort;
    private readonly Dictionary<Key, Pass> _passes = [];
    private Tensor[] _memory = [];
    private Tensor[]? _result;
    private int _capacity;

    // rows from here on hold anything; those before it, from Count on, are zeros
    private int _defined;

    /// <summary>No vectors yet.</summary>
    /// <param name="most">How many there can be.</param>
    /// <param name="system">Whose vectors they are.</param>
    public VectorRows(int most, LinearSystem system)
    {
        (_most, _backend, _vector) = (most, system.Backend, [.. system.Matrix.InputTypes]);
        _row = Array.ConvertAll(_vector, type => new Shape(type.Shape.ElementCount));
        _types = string.Join(", ", _vector);
        _areShort = ReferenceEquals(_backend, HostExecution.Backend) && ShortRows.Are(_vector);
        Reserve(StackedVectors.FirstRows(most, _vector));
    }

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    private Tensor[] Result => _result ??= Array.ConvertAll(_vector, _backend.Allocate);

    /// <summary>How many rows a graph reads where there are so many vectors: 1, 2, 3, 4, 6, 8, 12, 16, 24, …, at most half as many again.</summary>
    /// <param name="count">How many vectors there are.</param>
    /// <param name="most">How many there can be.</param>
    public static int RowsRead(int count, int most)
    {
        int power = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(1, count)), between = power / 4 * 3;
        return Math.Min(most, between >= Math.Max(1, count) ? between : power);
    }

    /// <summary>Forgets all of them.</summary>
    public void Clear() => (Count, _defined) = (0, 0);

    /// <summary>One more.</summary>
    public void Add(Tensor[] vector) => Write(Count, vector);

    /// <summary>Puts a vector in a row: in place of another, or as one more.</summary>
    /// <param name="row">At most <see cref="Count"/>.</param>
    /// <param name="vector">The vector, which is copied.</param>
    public void Write(int row, Tensor[] vector)
    {
        Reserve(row + 1);
        for (int i = 0; i < vector.Length; i++)
        {
            _memory[i].Part(_row[i], row).Overwrite(vector[i]);
        }

        Count = Math.Max(Count, row + 1);
        _defined = Math.Max(_defined, Count);
    }

    /// <summary>The inner products of every vector here with others, for one after the other, and then a number that is read with them.</summary>
    /// <param name="beside">A scalar.</param>
    /// <param name="vectors">The others.</param>
    public double[] Dots(Tensor beside, params Tensor[][] vectors)
    {
        if (_areShort)
        {
            double[] found = new double[(vectors.Length * Count) + 1];
            for (int i = 0; i < vectors.Length; i++)
            {
                ShortRows.Dots(_memory, vectors[i], found.AsSpan(i * Count, Count));
            }

            found[^1] = beside.ToScalar();
            return found;
        }

        ReadOnlySpan<Tensor> dots = Run(nameof(Dots), [.. vectors.SelectMany(vector => vector)],
            (given, rows) => [.. given.Chunk(_vector.Length).Select(vector => rows.Dot(vector))]);
        double[] read = Readings.Of([.. dots, beside]);
        int each = (read.Length - 1) / vectors.Length;
        return [.. Enumerable.Range(0, vectors.Length).SelectMany(i => read[(i * each)..][..Count]), read[^1]];
    }

    /// <summary>The sum of the vectors with these weights.</summary>
    /// <param name="weights">As many as there are vectors; more are not read.</param>
    public Tensor[] Combine(ReadOnlySpan<double> weights)
    {
        if (_areShort)
        {
            ShortRows.Combine(_memory, weights[..Count], Result);
            return Result;
        }

        double[] padded = new double[RowsRead(Count, _most)];
        weights[..Count].CopyTo(padded);
        Run(nameof(Combine), [Tensor.Wrap(padded, [padded.Length])], (given, rows) => rows.Combine(given[0], _vector).Leaves);
        return Result;
    }

    /// <summary>Of orthonormal vectors: what another has along each of them, and what is left of it, divided by its norm; projected twice, so that it is
    /// orthogonal to rounding.</summary>
    /// <param name="vector">The other.</param>
    /// <returns>The rest, of norm 1 or zero; the share of every vector, and the norm of the rest.</returns>
    public (Tensor[] Left, double[] Shares, double Norm) Project(Tensor[] vector)
    {
        if (_areShort)
        {
            double[] shares = new double[Count];
            return (Result, shares, ShortRows.Project(_memory, vector, shares, Result));
        }

        ReadOnlySpan<Tensor> found = Run(nameof(Project), vector, (given, rows) =>
        {
            LeafVector w = given;
            Tensor first = rows.Dot(w);
            w -= rows.Combine(first, _vector);
            Tensor second = rows.Dot(w);
            w -= rows.Combine(second, _vector);
            Tensor norm = w.OrdinaryNorm();
            return [.. (Tensor.Where(norm > 0, 1 / norm, 0) * w).Leaves, first + second, norm];
        });
        double[] numbers = Readings.Of(found[^2..]);
        return (Result, numbers[..Count], numbers[^1]);
    }

    private ReadOnlySpan<Tensor> Run(string kind, Tensor[] given, Func<Tensor[], StackedVectors, Tensor[]> trace)
    {
        var key = new Key(kind, given.Length, _types, RowsRead(Count, _most));
        Define(key.Rows);
        if (!_passes.TryGetValue(key, out Pass? pass))
        {
            pass = _passes[key] = PassOf(key, given, trace);
        }

        given.CopyTo(pass.Operands, 0);
        pass.Plan.RunInto(pass.Operands, pass.Results);
        return pass.Results;
    }

    private Pass PassOf(Key key, Tensor[] given, Func<Tensor[], StackedVectors, Tensor[]> trace)
    {
        Graph graph = s_graphs.Find(key) ?? s_graphs.Keep(key, TracedFunction.Of(
            all => trace(all[..given.Length], all[given.Length..]),
            [.. given.Select(tensor => tensor.Type with { VariesAcross = null }), .. StackedVectors.Types(key.Rows, _vector)]).Graph);
        Tensor[] vector = key.Kind == nameof(Dots) ? [] : Result;
        return new Pass(
            graph.Executable(_backend),
            [.. given, .. _memory.Select((memory, i) => memory.Part([key.Rows, _row[i].ElementCount], 0))],
            [.. vector, .. graph.Outputs[vector.Length..].Select(output => _backend.Allocate(output.Type))]);
    }

    // rows that are read and that no vector stands in are zeros
    private void Define(int rows)
    {
        Reserve(rows);
        for (; _defined < rows; _defined++)
        {
            for (int i = 0; i < _memory.Length; i++)
            {
                _memory[i].Part(_row[i], _defined).Overwrite(Tensor.Zeros(_row[i], _vector[i].DType));
            }
        }
    }

    private void Reserve(int rows)
    {
        if (rows <= _capacity)
        {
            return;
        }

        _capacity = Math.Min(_most, Math.Max(rows, 2 * _capacity));
        Tensor[] before = _memory;
        _memory = [.. StackedVectors.Types(_capacity, _vector).Select(_backend.Allocate)];
        for (int i = 0; i < before.Length; i++)
        {
            _memory[i].Part(before[i].Shape, 0).Overwrite(before[i]);
        }

        _passes.Clear();
    }

    // the number of tensors given tells how many vectors there are
    private readonly record struct Key(string Kind, int Given, string Types, int Rows);

    private sealed record Pass(IExecutable Plan, Tensor[] Operands, Tensor[] Results);
}
