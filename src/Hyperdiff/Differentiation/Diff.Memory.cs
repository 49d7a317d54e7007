using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff;

public static partial class Diff
{
    /// <summary>The memory that <see cref="ValueAndGrad{T}(Func{T, Tensor}, T, Tree{T}?, CancellationToken)"/> would take at its peak, without running it:
    /// its results and everything in between, the point not included.</summary>
    /// <remarks>
    /// What the plan laid out: values that are not needed at the same time share memory; what loops stack or keep as checkpoints is counted in full, a
    /// <see cref="Loop.While"/> with as many steps as it may take. Not counted: what iterative solves within f take, and what the garbage collector has not yet
    /// given back.
    /// </remarks>
    /// <param name="function">f, which returns a scalar.</param>
    /// <param name="at">The point x.</param>
    /// <param name="tree">How x is made of tensors; looked up by type if absent.</param>
    /// <param name="cancellation">Ends the solves within, and throws between steps of loops and in passes over graphs.</param>
    /// <returns>In bytes.</returns>
    /// <exception cref="ShapeMismatchException">f does not return a scalar.</exception>
    public static long PeakMemory<T>(Func<T, Tensor> function, T at, Tree<T>? tree = null, CancellationToken cancellation = default)
    {
        using Work.Scope work = Work.Under(cancellation);
        ArgumentNullException.ThrowIfNull(function);
        TracedCall<T> call = TracedCall<T>.Of(x => TracedCall<T>.RequireScalar("A gradient", function(x)), at, tree);
        return Derivatives.Gradient(call.Graph, call.Active).Executable(Eager.BackendOf("a prediction of memory", call.Operands)).PeakBytes;
    }
}
