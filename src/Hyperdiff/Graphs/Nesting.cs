using System.Runtime.CompilerServices;

namespace Hyperdiff.Graphs;

/// <summary>Functions within functions, such as loops in loops: each is traced, transformed and run within the call that does it for the next.</summary>
internal static class Nesting
{
    /// <summary>Throws while there is stack left to do so.</summary>
    /// <exception cref="InsufficientExecutionStackException">There is little left.</exception>
    public static void RequireStack()
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new InsufficientExecutionStackException(
                "Functions are nested too deep for the stack of this thread: loops, checkpoints, solves or derivatives within each other. Write what is a "
                    + "chain as one loop, or use a thread with a larger stack.");
        }
    }
}
