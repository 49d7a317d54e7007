using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff;

public static partial class Diff
{
    /// <summary>Applies a function to every item of a batch at once: <c>yᵢ = f(xᵢ)</c>, written for one item, computed for all as one.</summary>
    /// <remarks>
    /// Nests, with itself and with every derivative: <c>Vmap(Grad(loss), samples)</c> is the gradients of all samples. What f uses from outside is shared by all items. A batched item has no value
    /// of its own, so that reading one within f throws; choose by <see cref="Tensor.Where(Tensor, Tensor, Tensor)"/>. Solves within f become one solve for all items, with one report.
    /// </remarks>
    /// <param name="function">f, for one item.</param>
    /// <param name="batch">x: every leaf is the leaves of the items, stacked along its axis 0.</param>
    /// <param name="tree">How x is made of tensors; looked up by type if absent.</param>
    /// <param name="resultTree">How f(x) is made of tensors; looked up by type if absent.</param>
    /// <returns>The results, stacked along axis 0 of every leaf.</returns>
    /// <exception cref="ShapeMismatchException">A leaf has no axis 0, or one of another size than that of the first leaf.</exception>
    /// <exception cref="SolveException">A solve within f did not converge.</exception>
    public static TResult Vmap<T, TResult>(Func<T, TResult> function, T batch, Tree<T>? tree = null, Tree<TResult>? resultTree = null)
    {
        ArgumentNullException.ThrowIfNull(function);
        var stacked = new FlatTree<T>(tree ?? Tree.Of<T>(), batch, "batch");
        int size = ItemCount(stacked);
        FlatTree<TResult>? flat = null;
        Tensor[] items = [.. stacked.Tensors.Select(leaf => Tensor.Zeros(new Shape(leaf.Shape.Sizes.AsSpan()[1..]), leaf.DType))];
        TracedFunction traced = TracedFunction.Of(
            leaves =>
            {
                flat = new FlatTree<TResult>(resultTree ?? Tree.Of<TResult>(), function(stacked.Rebuild(leaves)), "result");
                return flat.Tensors;
            },
            items,
            [.. stacked.Leaves.Select(leaf => leaf.Name)],
            readable: false);
        Graph graph = Batching.Of(traced.Graph, [.. traced.Graph.Inputs.Select((_, i) => i < items.Length)], size).Repeated;
        return flat!.Rebuild(graph.Call([.. stacked.Tensors, .. traced.Captures]).Converged("A batched function"));
    }

    /// <summary>The function of batches that applies a function to every item.</summary>
    /// <inheritdoc cref="Vmap{T, TResult}(Func{T, TResult}, T, Tree{T}?, Tree{TResult}?)"/>
    public static Func<T, TResult> Vmap<T, TResult>(Func<T, TResult> function) => batch => Vmap(function, batch);

    private static int ItemCount<T>(FlatTree<T> stacked)
    {
        if (stacked.Leaves.IsEmpty)
        {
            throw new ArgumentException("Vmap: the batch has no leaves, so that nothing says how many items there are.", nameof(stacked));
        }

        foreach (Leaf leaf in stacked.Leaves)
        {
            if (leaf.Value.Rank == 0)
            {
                throw new ShapeMismatchException($"Vmap: leaf {leaf.Name} is {leaf.Value.Type}, without an axis of items; what all items share is captured, not passed.");
            }

            if (leaf.Value.Shape[0] != stacked.Leaves[0].Value.Shape[0])
            {
                throw new ShapeMismatchException(
                    $"Vmap: leaf {leaf.Name} has {leaf.Value.Shape[0]} items, of shape {leaf.Value.Shape}, and leaf {stacked.Leaves[0].Name} has {stacked.Leaves[0].Value.Shape[0]}; they must agree.");
            }
        }

        return stacked.Leaves[0].Value.Shape[0];
    }
}
