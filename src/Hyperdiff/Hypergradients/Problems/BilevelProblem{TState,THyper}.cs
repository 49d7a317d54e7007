namespace Hyperdiff;

/// <summary>An outer objective over the solution of an inner problem, <c>ℓ(λ) = F(w*(λ), λ)</c>: the base of every kind, which every method takes.</summary>
/// <remarks>Made by <see cref="Bilevel"/>, of an inner problem that says how it is solved, and an outer objective. <see cref="BilevelProblem.Methods"/> lists
/// the methods that apply.</remarks>
/// <typeparam name="TState">The structure of w.</typeparam>
/// <typeparam name="THyper">The structure of the hyperparameters λ.</typeparam>
public abstract class BilevelProblem<TState, THyper> : BilevelProblem
{
    private protected BilevelProblem()
    {
    }

    /// <summary>A start and λ, taken apart.</summary>
    internal abstract BilevelPoint PointAt(TState start, THyper hyper, WarmStart? warm);

    /// <summary>w, put together.</summary>
    /// <param name="state">The state of a point of this problem.</param>
    internal virtual TState StateOf(FlatTree state) => ((FlatTree<TState>)state).Value;

    /// <summary>w as leaves, without what an optimizer remembers besides it.</summary>
    /// <param name="state">The state of a point of this problem.</param>
    internal virtual FlatTree<TState> ParametersOf(FlatTree state) => (FlatTree<TState>)state;

    /// <summary>A structure like w with other active leaves: a gradient, an adjoint.</summary>
    /// <param name="state">The state of a point of this problem.</param>
    /// <param name="active">The active leaves.</param>
    internal virtual TState LikeState(FlatTree state, Tensor[] active) => ((FlatTree<TState>)state).RebuildActive(active);
}
