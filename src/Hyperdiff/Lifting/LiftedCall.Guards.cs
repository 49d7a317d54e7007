using Hyperdiff.Graphs;

namespace Hyperdiff.Lifting;

/// <content>Solves and factorizations under conditions: computed only where they are asked for.</content>
public sealed partial class LiftedCall
{
    // how many of the conditions hold wherever what is traced now is computed
    private int _held;

    /// <summary>What a function of tensors gives, if it is asked for. Both sides of a branch are computed, and a solve that C# would not make could fail
    /// there: one under a condition that is not known is a loop of at most one step, and gives zeros where the condition is false.</summary>
    /// <param name="function">The function.</param>
    /// <param name="tree">How its result is made of tensors.</param>
    /// <exception cref="NotSupportedException">It fails while it is traced, whatever the parameters are.</exception>
    public T Guarded<T>(Func<T> function, Tree<T> tree)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(tree);
        Truth asked = Since(_held);
        if (asked.IsKnown)
        {
            return function();
        }

        FlatTree<T>? result = null;
        (int held, _held) = (_held, _conditions.Count);
        TracedFunction traced;
        try
        {
            traced = Trace.Take(() => (result = new FlatTree<T>(tree, function(), "result")).Tensors);
        }
        catch (Exception failure) when (failure is LinearAlgebraException or SolveException)
        {
            throw new NotSupportedException(Unknown.Choice("A solve or a factorization of constants, which fails, stands").Message, failure);
        }
        finally
        {
            _held = held;
        }

        return result!.Rebuild(traced.Graph.MayFail
            ? AtMostOnce.Of(asked.AsTensor(), traced) : traced.Graph.Call(traced.Captures).EnsureConverged("A branch"));
    }
}
