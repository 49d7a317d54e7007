using System.Collections.Immutable;
using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>A function that was traced at a point: what every derivative begins with.</summary>
internal sealed class TracedCall<T>
{
    private TracedCall(FlatTree<T> point, Graph graph, Tensor[] operands) => (Point, Graph, Operands) = (point, graph, operands);

    /// <summary>The point, taken apart.</summary>
    public FlatTree<T> Point { get; }

    /// <summary>The function; its inputs are the leaves of the point and then what it took from outside.</summary>
    public Graph Graph { get; }

    /// <summary>The leaves of the point, and what the function took from outside.</summary>
    public Tensor[] Operands { get; }

    /// <summary>The leaves that are differentiated.</summary>
    public Axes Active => [.. Point.Active];

    /// <summary>Traces a function at a point.</summary>
    /// <param name="function">The function; takes its result apart into leaves.</param>
    /// <param name="at">The point.</param>
    /// <param name="tree">How the point is made of tensors; looked up by type if null.</param>
    public static TracedCall<T> Of(Func<T, Tensor[]> function, T at, Tree<T>? tree)
    {
        ArgumentNullException.ThrowIfNull(at);
        var point = new FlatTree<T>(tree ?? Tree.Of<T>(), at, "x");
        point.RequireActive("A derivative");
        TracedFunction traced = TracedFunction.Of(leaves => function(point.Rebuild(leaves)), point.Tensors, [.. point.Leaves.Select(leaf => leaf.Name)]);
        if (point.Active.Any(leaf => point.Tensors[leaf].Type.VariesAcross is null))
        {
            foreach (Value output in traced.Graph.Outputs)
            {
                Replication.Require("The result of a function that is differentiated", output.Type);
            }
        }

        return new TracedCall<T>(point, KnownGraphs.Simplified(traced.Graph), [.. point.Tensors, .. traced.Captures]);
    }

    /// <summary>A function that is traced already.</summary>
    /// <param name="point">The point, taken apart.</param>
    /// <param name="graph">The function; its inputs are the leaves of the point and then what it took from outside.</param>
    /// <param name="operands">The leaves of the point, and what the function took from outside.</param>
    public static TracedCall<T> Of(FlatTree<T> point, Graph graph, Tensor[] operands) => new(point, graph, operands);

    /// <summary>The kinks of the function exactly at the point; none inside a trace.</summary>
    public ImmutableArray<Kink> Kinks(int outputs = 1) => KinkSearch.Of(Subgraph.Outputs(Graph, ..outputs), Active).At(Operands);

    /// <summary>The active leaves of a direction, which must have the structure of the point.</summary>
    public Tensor[] Direction(T direction, Tree<T>? tree, string what)
    {
        ArgumentNullException.ThrowIfNull(direction, what.Split(' ')[^1]);
        var flat = new FlatTree<T>(tree ?? Tree.Of<T>(), direction, "x");
        Point.RequireSameLeaves(flat, what);
        return Point.ActiveOf(flat.Tensors);
    }

    /// <summary>Throws unless the function has a scalar as its first result.</summary>
    public static Tensor[] RequireScalar(string what, Tensor value, params Tensor[] others)
    {
        RequireScalar(what, Allowed.Returned(value, $"{what} was asked for, and the function").Type);
        return [value, .. others];
    }

    /// <summary>Throws unless what the function returns is a scalar.</summary>
    public static void RequireScalar(string what, TensorType type)
    {
        if (type.Shape.Rank != 0 || !type.DType.IsFloating())
        {
            throw new ShapeMismatchException(
                $"{what} needs a function that returns a floating scalar; this one returned {type}. Reduce it by Sum() or Mean(), or use Diff.Jacobian.");
        }
    }
}
