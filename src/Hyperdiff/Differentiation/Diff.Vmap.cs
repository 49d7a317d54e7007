using System.Collections.Immutable;
using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff;

public static partial class Diff
{
    /// <summary>Applies a function to every item of a batch at once: <c>yᵢ = f(xᵢ)</c>, written for one item, computed for all as one.</summary>
    /// <remarks>
    /// Nests, with itself and with every derivative: <c>Vmap(Grad(loss), samples)</c> is the gradients of all samples. What f uses from outside is shared by
    /// all items. A batched item has no value of its own, so that reading one within f throws; choose by <see cref="Tensor.Where(Tensor, Tensor, Tensor)"/>. A
    /// solve within f is a solve of its own for every item, with its own tolerance and status: it gives to the last bit what the item has alone.
    /// </remarks>
    /// <param name="function">f, for one item.</param>
    /// <param name="batch">x: every leaf is the leaves of the items, stacked along its axis 0.</param>
    /// <param name="tree">How x is made of tensors; looked up by type if absent.</param>
    /// <param name="resultTree">How f(x) is made of tensors; looked up by type if absent.</param>
    /// <param name="cancellation">Ends the solves within, and throws between steps of loops and in passes over graphs.</param>
    /// <returns>The results, stacked along axis 0 of every leaf.</returns>
    /// <exception cref="ShapeMismatchException">A leaf has no axis 0, or one of another size than that of the first leaf.</exception>
    /// <exception cref="SolveException">A solve within f did not converge; the message names the items for which it did not.</exception>
    public static TResult Vmap<T, TResult>(Func<T, TResult> function, T batch, Tree<T>? tree = null, Tree<TResult>? resultTree = null,
        CancellationToken cancellation = default)
    {
        using Work.Scope work = Work.Under(cancellation);
        (TracedFunction traced, Func<Tensor[], TResult> rebuild, Tensor[] batched, int size) = OneItem(function, batch, tree, resultTree);
        Graph graph = Batching.Of(traced.Graph, [.. traced.Graph.Inputs.Select((_, i) => i < batched.Length)], size).Repeated;
        return rebuild(graph.Call([.. batched, .. traced.Captures]).EnsureConverged("A batched function"));
    }

    /// <summary>Applies a function to every item of a batch, and says of every item how its solves ended: one that fails does not lose the others.</summary>
    /// <remarks>As <see cref="Vmap{T, TResult}(Func{T, TResult}, T, Tree{T}?, Tree{TResult}?, CancellationToken)"/>, which throws unless all solves of all
    /// items converged.</remarks>
    /// <param name="function">f, for one item.</param>
    /// <param name="batch">x: every leaf is the leaves of the items, stacked along its axis 0.</param>
    /// <param name="tree">How x is made of tensors; looked up by type if absent.</param>
    /// <param name="resultTree">How f(x) is made of tensors; looked up by type if absent.</param>
    /// <param name="cancellation">Ends the solves within, and throws between steps of loops and in passes over graphs.</param>
    /// <exception cref="ShapeMismatchException">A leaf has no axis 0, or one of another size than that of the first leaf.</exception>
    public static BatchResult<TResult> VmapWithReports<T, TResult>(Func<T, TResult> function, T batch, Tree<T>? tree = null, Tree<TResult>? resultTree = null,
        CancellationToken cancellation = default)
    {
        using Work.Scope work = Work.Under(cancellation);
        (TracedFunction traced, Func<Tensor[], TResult> rebuild, Tensor[] batched, int size) = OneItem(function, batch, tree, resultTree);
        Graph withReports = Subgraph.WithReports(traced.Graph);
        Graph all = Batching.Of(withReports, [.. withReports.Inputs.Select((_, i) => i < batched.Length)], size).Repeated;
        Tensor[] operands = [.. batched, .. traced.Captures];
        (Tensor[] outputs, ImmutableArray<ItemReport> within) = Graphs.Trace.Innermost(null, operands) is null
            ? all.RunWithItems(Eager.BackendOf("a batched function", operands), operands)
            : (all.Call(operands).Outputs, []);
        (TResult value, Tensor[] numbers) = (rebuild(outputs[..traced.Graph.Outputs.Length]), outputs[traced.Graph.Outputs.Length..]);
        if (numbers.Any(report => report.IsTraced))
        {
            return new BatchResult<TResult>(value, []);
        }

        // those of the graph itself come first, and are among its outputs here
        int own = all.Reports.Sum(report => report.Value.Type.Shape.ElementCount / SolveReport.TensorType.Shape.ElementCount);
        ImmutableArray<SolveReport>[] solves = [.. numbers.Select((report, i) => SolveReports.Read(traced.Graph.Reports[i].Solver, report))];
        return new BatchResult<TResult>(value, [
            .. Enumerable.Range(0, size).Select(item => (ImmutableArray<SolveReport>)
            [
                .. solves.SelectMany(all => OfItem(all, item, size)),
                .. within.Skip(own).Where(report => report.Items.IsEmpty || report.Items[0].Index == item).Select(report => report.Named),
            ]),
        ]);
    }

    /// <summary>The function of batches that applies a function to every item.</summary>
    /// <inheritdoc cref="Vmap{T, TResult}(Func{T, TResult}, T, Tree{T}?, Tree{TResult}?, CancellationToken)"/>
    public static Func<T, TResult> Vmap<T, TResult>(Func<T, TResult> function) => batch => Vmap(function, batch);

    // an item may hold a batch of solves itself
    private static IEnumerable<SolveReport> OfItem(ImmutableArray<SolveReport> all, int item, int size) =>
        all.Skip(item * (all.Length / size)).Take(all.Length / size);

    private static (TracedFunction Function, Func<Tensor[], TResult> Rebuild, Tensor[] Batch, int Size) OneItem<T, TResult>(
        Func<T, TResult> function, T batch, Tree<T>? tree, Tree<TResult>? resultTree)
    {
        ArgumentNullException.ThrowIfNull(function);
        var stacked = new FlatTree<T>(tree ?? Tree.Of<T>(), batch, "batch");
        int size = ItemCount(stacked);
        FlatTree<TResult>? flat = null;
        TracedFunction traced = TracedFunction.Of(
            leaves =>
            {
                flat = new FlatTree<TResult>(resultTree ?? Tree.Of<TResult>(), Allowed.Returned(function(stacked.Rebuild(leaves)), "The function"), "result");
                return flat.Tensors;
            },
            Item(stacked),
            [.. stacked.Leaves.Select(leaf => leaf.Name)],
            readable: false);
        return (traced with { Graph = KnownGraphs.Of(traced.Graph) }, flat!.Rebuild, stacked.Tensors, size);
    }

    /// <summary>Leaves of one item, of which the types count only.</summary>
    internal static Tensor[] Item<T>(FlatTree<T> stacked) =>
        Array.ConvertAll(stacked.Tensors, leaf => Tensor.ZerosOf(leaf.Type.Row));

    /// <summary>How many items are stacked.</summary>
    internal static int ItemCount<T>(FlatTree<T> stacked)
    {
        if (stacked.Leaves.IsEmpty)
        {
            throw new ArgumentException("Vmap: the batch has no leaves, so that nothing says how many items there are.", nameof(stacked));
        }

        foreach (Leaf leaf in stacked.Leaves)
        {
            if (leaf.Value.Rank == 0)
            {
                throw new ShapeMismatchException(
                    $"Vmap: leaf {leaf.Name} is {leaf.Value.Type}, without an axis of items; what all items share is captured, not passed.");
            }

            if (leaf.Value.Shape[0] != stacked.Leaves[0].Value.Shape[0])
            {
                throw new ShapeMismatchException(
                    $"Vmap: leaf {leaf.Name} has {leaf.Value.Shape[0]} items, of shape "
                        + $"{leaf.Value.Shape}, and leaf {stacked.Leaves[0].Name} has {stacked.Leaves[0].Value.Shape[0]}; they must agree.");
            }
        }

        return stacked.Leaves[0].Value.Shape[0];
    }
}
