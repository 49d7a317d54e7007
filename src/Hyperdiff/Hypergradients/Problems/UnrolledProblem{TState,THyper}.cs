namespace Hyperdiff;

/// <summary>An outer objective at the end of an optimizer's steps: <c>ℓ_T(λ) = F(w_T(λ), λ)</c>. For iterative methods and DARTS.</summary>
/// <remarks>The start is w₀, with a fresh memory, or with that of a warm start: then the optimizer goes on, and counts its steps on. Gradients in the start are
/// those in w₀; for those in the memory, see <see cref="WithMemory"/>.</remarks>
/// <typeparam name="TState">The structure of w.</typeparam>
/// <typeparam name="THyper">The structure of the hyperparameters λ.</typeparam>
public sealed class UnrolledProblem<TState, THyper> : StepsProblem<TState, THyper>
{
    internal UnrolledProblem(Dynamics<TState, THyper> inner, Objective<TState, THyper> outer) =>
        (Inner, Outer, WithMemory) = (inner, outer, new OptimizerProblem<TState, THyper>(inner, outer));

    /// <summary>The optimizer at work.</summary>
    public Dynamics<TState, THyper> Inner { get; }

    /// <summary>F.</summary>
    public Objective<TState, THyper> Outer { get; }

    /// <summary>The same problem over the optimizer's whole state, its memory and its count of steps included.</summary>
    public OptimizerProblem<TState, THyper> WithMemory { get; }

    /// <inheritdoc/>
    public override string ToString() => WithMemory.ToString();

    internal override IBoundFunction OuterFunction => WithMemory.OuterFunction;

    internal override Ranks? Ranks => WithMemory.Ranks;

    internal override UnrolledSteps Steps => WithMemory.Steps;

    internal override bool ReadsMemory => true;

    internal override BilevelPoint PointAt(TState start, THyper hyper, WarmStart? warm)
    {
        OptimizerState<TState> fresh = Inner.Start(start, hyper);
        if (warm is null)
        {
            return WithMemory.PointAt(fresh, hyper, null);
        }

        OptimizerState<TState> left = warm.State is FlatTree<OptimizerState<TState>> flat
            ? flat.Value
            : throw new ArgumentException(
                $"The warm start is that of other dynamics: it remembers {typeof(TState).Name} no more than {this} does.", nameof(warm));
        BilevelPoint point = WithMemory.PointAt(left.With(start, left.Memory, left.Counter), hyper, null);
        Inner.Map.Function.FlattenState(fresh).RequireSameLeaves(point.State, "warm");
        return point;
    }

    internal override TState StateOf(FlatTree state) => WithMemory.StateOf(state).Parameters;

    internal override FlatTree<TState> ParametersOf(FlatTree state)
    {
        OptimizerState<TState> optimizer = WithMemory.StateOf(state);
        return new FlatTree<TState>(optimizer.ParameterTree, optimizer.Parameters, "w");
    }

    internal override TState LikeState(FlatTree state, Tensor[] active) => WithMemory.LikeState(state, active).Parameters;
}
