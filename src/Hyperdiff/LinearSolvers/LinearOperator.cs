using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>A linear map from structures of tensors to structures of tensors, known by what it does: <c>v ↦ A v</c>.</summary>
/// <remarks>Held as a graph, so that its transpose is derived, not written, and products run compiled.</remarks>
public sealed class LinearOperator
{
    private readonly ProductTally? _tally;
    private readonly bool _isTransposed;
    private WrittenMatrix? _written;
    private bool _isWritten;

    internal LinearOperator(Graph graph, Tensor[] residuals)
    {
        (Graph, Residuals) = (graph, residuals);
        Replication.RequireOfOneRank("A linear system", InputTypes.AsSpan(), graph);
    }

    private LinearOperator(Graph graph, Tensor[] residuals, ProductTally? tally, bool isTransposed)
        : this(graph, residuals) => (_tally, _isTransposed) = (tally, isTransposed);

    /// <summary>The types of the leaves of v.</summary>
    public ImmutableArray<TensorType> InputTypes
    {
        get => field.IsDefault ? field = Graph.InputTypes[..^Residuals.Length] : field;
    }

    /// <summary>Those types in words, which are kept with the graph: they take longer than a product of a small operator.</summary>
    internal string TypeNames => Graph.Derive(new NamesKey(Residuals.Length), graph => string.Join(", ", graph.InputTypes[..^Residuals.Length]));

    /// <summary>The types of the leaves of A v.</summary>
    public ImmutableArray<TensorType> OutputTypes => Graph.OutputTypes;

    /// <summary>The graph <c>(v, residuals) → A v</c>.</summary>
    internal Graph Graph { get; }

    /// <summary>What the products share.</summary>
    internal Tensor[] Residuals { get; }

    /// <summary>The units of its leaves, where they are known and differ.</summary>
    internal LeafUnits? Units { get; init; }

    /// <summary>An operator from a linear function of one tensor.</summary>
    /// <param name="apply">v ↦ A v; it must be linear.</param>
    /// <param name="type">The type of v.</param>
    /// <exception cref="ArgumentException">It is not linear.</exception>
    /// <exception cref="DTypeMismatchException">A leaf is not floating.</exception>
    public static LinearOperator From(Func<Tensor, Tensor> apply, TensorType type)
    {
        ArgumentNullException.ThrowIfNull(apply);
        RequireFloating([type]);
        return Checked(TracedFunction.Of(arguments => [apply(arguments[0])], [type]));
    }

    /// <summary>An operator from a linear function of the leaves of a structure.</summary>
    /// <param name="apply">v ↦ A v, one tensor per leaf; it must be linear.</param>
    /// <param name="types">The types of the leaves of v.</param>
    /// <exception cref="ArgumentException">It is not linear.</exception>
    /// <exception cref="DTypeMismatchException">A leaf is not floating.</exception>
    public static LinearOperator From(Func<Tensor[], Tensor[]> apply, params ReadOnlySpan<TensorType> types)
    {
        ArgumentNullException.ThrowIfNull(apply);
        RequireFloating(types);
        return Checked(TracedFunction.Of(apply, types));
    }

    /// <summary>An operator from a linear function and its transpose, which are called with values and are not traced: a library, a sparse
    /// factorization.</summary>
    /// <param name="apply">v ↦ A v; it must be linear.</param>
    /// <param name="transposed">u ↦ Aᵀ u.</param>
    /// <param name="types">The types of the leaves of v, and of A v.</param>
    /// <exception cref="ArgumentException">On random vectors the first is not linear, or the second is not its transpose.</exception>
    /// <exception cref="DTypeMismatchException">A leaf is not floating.</exception>
    public static LinearOperator From(Func<LeafVector, LeafVector> apply, Func<LeafVector, LeafVector> transposed, params ReadOnlySpan<TensorType> types)
    {
        ArgumentNullException.ThrowIfNull(apply);
        ArgumentNullException.ThrowIfNull(transposed);
        RequireFloating(types);
        var product = new GivenProduct(apply, transposed, [.. types], [.. types]);
        var made = new LinearOperator(TracedFunction.Of(leaves => product.Apply(leaves), types).Graph, []);
        LinearityCheck.Require(made);
        return made;
    }

    private static void RequireFloating(ReadOnlySpan<TensorType> types)
    {
        for (int i = 0; i < types.Length; i++)
        {
            if (!types[i].DType.IsFloating())
            {
                throw new DTypeMismatchException(
                    $"LinearOperator.From: leaf {i} is {types[i]}; operators act on float32 or float64: give it one of these, and convert the vectors.");
            }
        }
    }

    private static LinearOperator Checked(TracedFunction traced)
    {
        Graph graph = KnownGraphs.Simplified(traced.Graph);
        LinearityCheck.Require(graph, traced.Captures);
        return new LinearOperator(graph, traced.Captures);
    }

    /// <summary>A v.</summary>
    /// <param name="vector">v, a tensor of the shape of each leaf.</param>
    public Tensor[] Apply(params ReadOnlySpan<Tensor> vector)
    {
        _tally?.Count(_isTransposed);
        return Graph.Call([.. vector, .. Residuals]).EnsureConverged("A product with a linear operator");
    }

    /// <summary>A v.</summary>
    public static LeafVector operator *(LinearOperator matrix, LeafVector vector)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        return matrix.Apply(vector.Leaves);
    }

    /// <summary>The matrix as numbers, for vectors that are at hand.</summary>
    internal WrittenMatrix? WrittenFor(LeafVector vector) =>
        vector.IsOnDevice || Array.Exists(vector.Leaves, leaf => leaf.IsTraced) ? null : Written;

    /// <summary>A v, by numbers where the matrix is small, and of float64.</summary>
    internal LeafVector Image(LeafVector vector) => WrittenFor(vector) is { IsExact: true } written
        ? DenseMatrix.Leaves(written.Product(DenseMatrix.Numbers(vector.Leaves)), InputTypes) : this * vector;

    /// <summary>The operator <c>u ↦ Aᵀ u</c>, over the same residuals.</summary>
    public LinearOperator Transpose() =>
        new(Transposition.Of(Graph, Residuals.Length).Graph, Residuals, _tally, !_isTransposed) { Units = Units?.Transposed };

    /// <summary>A written out, float64, one row per element of A v and one column per element of v: a product per column.</summary>
    public Tensor ToMatrix() => Tensor.From(DenseMatrix.Of(this, CancellationToken.None)!);

    /// <summary>This operator, its products counted.</summary>
    internal LinearOperator CountedBy(ProductTally tally) => new(Graph, Residuals, tally, false) { Units = Units };

    /// <summary>This operator, its products counted by who makes them.</summary>
    internal LinearOperator Uncounted => _tally is null ? this : new LinearOperator(Graph, Residuals) { Units = Units };

    /// <summary>Counts the products of a solve.</summary>
    internal void Tell(SolveReport report) => _tally?.Add(
        _isTransposed ? report.TransposedProducts : report.Products, _isTransposed ? report.Products : report.TransposedProducts);

    /// <summary>The matrix as numbers, if it is small; not where products are counted, which a solver of the user's makes.</summary>
    private WrittenMatrix? Written
    {
        get
        {
            if (!_isWritten)
            {
                (_written, _isWritten) = (_tally is null ? WrittenMatrix.Of(Graph, Residuals) : null, true);
            }

            return _written;
        }
    }

    /// <summary>The graph of one step of an iteration, <c>(operands, residuals) → results</c>, kept with this operator's graph.</summary>
    /// <param name="key">Names the step, by value.</param>
    /// <param name="operands">The types of the operands, given those of the leaves.</param>
    /// <param name="step">The products, and the operands, to the results.</param>
    internal Graph Step(object key, Func<TensorType[], IEnumerable<TensorType>> operands, Func<OperatorProducts, Tensor[], Tensor[]> step) =>
        Graph.Derive(new StepKey(key, Residuals.Length), graph =>
        {
            int residuals = Residuals.Length;
            return Simplification.Of(TracedFunction.Of(
                all => step(new OperatorProducts(graph, all[^residuals..]), all[..^residuals]),
                [.. operands([.. graph.Outputs.Select(output => output.Type)]), .. graph.Inputs.TakeLast(residuals).Select(input => input.Type)]).Graph);
        });

    /// <summary>Runs a step again and again, each time on results of the time before.</summary>
    /// <param name="step">The step.</param>
    /// <param name="reach">From how many times back its operands may come.</param>
    internal AlternatingRun Repeat(Graph step, int reach = 1) => new(step, Residuals, reach);

    /// <summary>An operator made of products with this one, over its residuals and more; its graph is kept with this one's.</summary>
    /// <param name="key">Names it, by value.</param>
    /// <param name="more">What its products share besides this operator's residuals.</param>
    /// <param name="apply">The products, those shared tensors, and v, to the result.</param>
    internal LinearOperator Derive(object key, Tensor[] more, Func<OperatorProducts, Tensor[], LeafVector, LeafVector> apply) => new(
        Step((nameof(Derive), key), leaves => [.. leaves, .. more.Select(tensor => tensor.Type)],
            (products, all) => apply(products, all[^more.Length..], all[..^more.Length]).Leaves),
        [.. more, .. Residuals]);

    private readonly record struct NamesKey(int Residuals) : IDerivation<string>;

    // what solvers name a step by: strings and types in it say of which kind it is; the numbers besides, which a caller may choose, of which variant
    private readonly record struct StepKey(object Step, int Residuals) : IDerivation<Graph>
    {
        public object Kind => KindOf(Step);

        private static string KindOf(object key) => key switch
        {
            string name => name,
            Type type => type.FullName ?? type.Name,
            ITuple parts => string.Join('|', Enumerable.Range(0, parts.Length).Select(i => parts[i] is { } part ? KindOf(part) : string.Empty)),
            _ => string.Empty,
        };
    }

    /// <inheritdoc/>
    public override string ToString() => $"linear operator from {string.Join(", ", InputTypes)} to {string.Join(", ", OutputTypes)}";
}
