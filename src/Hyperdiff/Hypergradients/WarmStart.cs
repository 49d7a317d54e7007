namespace Hyperdiff;

/// <summary>What a computation at other hyperparameters goes on from besides w: the adjoint of an implicit method, the memory of an optimizer. Opaque, so that
/// it can be passed on whatever the method.</summary>
/// <remarks><c>method.Compute(problem, g.State, next, new() { WarmStart = g.WarmStart })</c> goes on from g, for every method and problem. Null, for a
/// method that has nothing to go on from, is no warm start.</remarks>
public sealed class WarmStart
{
    private readonly Tensor[]? _adjoint;

    private WarmStart(FlatTree state, Tensor[]? adjoint, SolverMemory? memory = null) => (State, _adjoint, Memory) = (state, adjoint, memory);

    /// <summary>Whether it is an adjoint; otherwise it is an optimizer's state.</summary>
    internal bool IsAdjoint => _adjoint is not null;

    /// <summary>The active leaves of the adjoint, if it is one.</summary>
    internal Tensor[] AdjointLeaves => _adjoint!;

    /// <summary>What the adjoint's solver left for the next solve; null for nothing.</summary>
    internal SolverMemory? Memory { get; }

    /// <summary>An optimizer's whole state, or a structure like the adjoint's.</summary>
    internal FlatTree State { get; }

    /// <summary>An adjoint that is known from elsewhere: from a file, from another problem of the same structure.</summary>
    /// <param name="adjoint">v, a structure like w; what it has for frozen leaves is ignored.</param>
    /// <param name="tree">How it is made of tensors; looked up by type if absent.</param>
    public static WarmStart Of<TState>(TState adjoint, Tree<TState>? tree = null)
    {
        var flat = new FlatTree<TState>(tree ?? Tree.Of<TState>(), adjoint, "warm");
        return new WarmStart(flat, flat.ActiveTensors);
    }

    /// <inheritdoc/>
    public override string ToString() => IsAdjoint ? "an adjoint" : "an optimizer's memory";

    /// <summary>The adjoint of an implicit method.</summary>
    internal static WarmStart OfAdjoint(FlatTree state, Tensor[] adjoint, SolverMemory? memory = null) => new(state, adjoint, memory);

    /// <summary>Where an optimizer ended.</summary>
    internal static WarmStart OfOptimizer(FlatTree state) => new(state, null);

    /// <summary>The active leaves of the adjoint, for states like these.</summary>
    /// <exception cref="ShapeMismatchException">A leaf is not like that of the state.</exception>
    internal Tensor[] AdjointLike(FlatTree state)
    {
        state.RequireSameLeaves(State, "warm");
        return _adjoint!;
    }
}
