using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff;

public static partial class Diff
{
    /// <summary>The same function, which keeps nothing for its derivative but its argument: what the derivative needs is computed again when it is
    /// needed.</summary>
    /// <param name="function">The function f.</param>
    /// <param name="tree">How x is made of tensors; looked up by type if absent.</param>
    /// <param name="resultTree">How f(x) is made of tensors; looked up by type if absent.</param>
    /// <returns>x ↦ f(x), with the same derivatives. A reverse pass takes one more evaluation of f, and keeps none of its intermediate values until
    /// then.</returns>
    public static Func<T, TResult> Checkpoint<T, TResult>(Func<T, TResult> function, Tree<T>? tree = null, Tree<TResult>? resultTree = null)
    {
        ArgumentNullException.ThrowIfNull(function);
        return at =>
        {
            ArgumentNullException.ThrowIfNull(at);
            var point = new FlatTree<T>(tree ?? Tree.Of<T>(), at, "x");
            (TracedFunction traced, FlatTree<TResult> result) = Trace(function, point, resultTree);
            return result.Rebuild(new Checkpointed(KnownGraphs.Simplified(traced.Graph)).Apply([.. point.Tensors, .. traced.Captures]));
        };
    }

    /// <summary>The same function with a tangent rule of its own, instead of the derivative of what it computes.</summary>
    /// <remarks>Reverse mode is the rule transposed, so that it must be linear in the tangent; derivatives of higher order are those of the rule.</remarks>
    /// <param name="function">The function f.</param>
    /// <param name="rule">(x, ẋ) ↦ ẏ. What f and the rule take from outside must not be differentiated.</param>
    /// <param name="tree">How x is made of tensors; looked up by type if absent.</param>
    /// <param name="resultTree">How f(x) is made of tensors; looked up by type if absent.</param>
    /// <exception cref="InvalidOperationException">When differentiated: in a tensor that was taken from outside.</exception>
    public static Func<T, TResult> CustomTangent<T, TResult>(Func<T, TResult> function, Func<T, T, TResult> rule, Tree<T>? tree = null,
        Tree<TResult>? resultTree = null)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(rule);
        return at =>
        {
            ArgumentNullException.ThrowIfNull(at);
            var point = new FlatTree<T>(tree ?? Tree.Of<T>(), at, "x");
            int arguments = point.Tensors.Length;
            (TracedFunction traced, FlatTree<TResult> result) = Trace(function, point, resultTree);
            TracedFunction tangent = TracedFunction.Of(
                leaves => SameLeaves(result, rule(point.Rebuild(leaves[..arguments]), point.Rebuild(leaves[arguments..])), resultTree,
                    "Diff.CustomTangent"),
                [.. point.Tensors, .. point.Tensors],
                readable: false);
            var primitive = new CustomTangent(KnownGraphs.Simplified(traced.Graph), KnownGraphs.Simplified(tangent.Graph), arguments);
            return result.Rebuild(primitive.Apply([.. point.Tensors, .. traced.Captures, .. tangent.Captures]));
        };
    }

    /// <summary>The same function with a cotangent rule of its own, instead of the derivative of what it computes.</summary>
    /// <remarks>
    /// Reverse mode applies the rule, which may be anything, such as clipping. Forward mode, and derivatives of the rule in its cotangent, transpose it and
    /// need it linear; otherwise they throw.
    /// </remarks>
    /// <param name="function">The function f.</param>
    /// <param name="rule">(x, y, ȳ) ↦ x̄, for y = f(x). What f and the rule take from outside must not be differentiated.</param>
    /// <param name="tree">How x is made of tensors; looked up by type if absent.</param>
    /// <param name="resultTree">How f(x) is made of tensors; looked up by type if absent.</param>
    /// <exception cref="InvalidOperationException">When differentiated: in a tensor that was taken from outside.</exception>
    public static Func<T, TResult> CustomCotangent<T, TResult>(
        Func<T, TResult> function, Func<T, TResult, TResult, T> rule, Tree<T>? tree = null, Tree<TResult>? resultTree = null)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(rule);
        return at =>
        {
            ArgumentNullException.ThrowIfNull(at);
            var point = new FlatTree<T>(tree ?? Tree.Of<T>(), at, "x");
            (int arguments, Tensor[] leavesOfX) = (point.Tensors.Length, point.Tensors);
            (TracedFunction traced, FlatTree<TResult> result) = Trace(function, point, resultTree);
            int results = result.Tensors.Length;
            Tensor[] like = [.. traced.Graph.Outputs.Select(output => Tensor.Zeros(output.Type.Shape, output.Type.DType))];
            TracedFunction cotangent = TracedFunction.Of(
                leaves => SameLeaves(
                    point,
                    rule(point.Rebuild(leaves[..arguments]), result.Rebuild(leaves[arguments..(arguments + results)]),
                        result.Rebuild(leaves[(arguments + results)..])),
                    tree,
                    "Diff.CustomCotangent"),
                [.. leavesOfX, .. like, .. like],
                readable: false);
            var primitive = new CustomCotangent(KnownGraphs.Simplified(traced.Graph), KnownGraphs.Simplified(cotangent.Graph), arguments);
            return result.Rebuild(primitive.Apply([.. leavesOfX, .. traced.Captures, .. cotangent.Captures]));
        };
    }

    // traced for types alone: the function becomes one primitive, whatever the values
    private static (TracedFunction Traced, FlatTree<TResult> Result) Trace<T, TResult>(Func<T, TResult> function, FlatTree<T> point, Tree<TResult>? resultTree)
    {
        FlatTree<TResult>? result = null;
        TracedFunction traced = TracedFunction.Of(
            leaves =>
            {
                result = new FlatTree<TResult>(resultTree ?? Tree.Of<TResult>(), Allowed.Returned(function(point.Rebuild(leaves)), "The function"), "result");
                return result.Tensors;
            },
            point.Tensors,
            [.. point.Leaves.Select(leaf => leaf.Name)],
            readable: false);
        return (traced, result!);
    }

    private static Tensor[] SameLeaves<T>(FlatTree<T> wanted, T given, Tree<T>? tree, string rule)
    {
        var flat = new FlatTree<T>(tree ?? Tree.Of<T>(), Allowed.Returned(given, $"{rule}: the rule"), "result");
        wanted.RequireSameLeaves(flat, $"{rule}: what the rule returns");
        return flat.Tensors;
    }
}
