namespace Hyperdiff;

/// <summary>What a step of an outer loop is: a hypergradient and a step of an optimizer along it, or a step of a descent.</summary>
internal abstract class LoopRule<TState, THyper>
{
    /// <summary>What it is, in words: files of other rules are refused.</summary>
    public abstract string Name { get; }

    /// <summary>What is drawn from where the loop is given no key.</summary>
    public virtual RandomKey DefaultKey => RandomKey.FromSeed(0);

    /// <summary>The ranks that objectives are across; null if there are none, or they are hidden within functions.</summary>
    public virtual Ranks? Ranks => null;

    /// <summary>Throws unless it can do what the loop asks for.</summary>
    /// <exception cref="ArgumentException">It cannot; the message has the cure.</exception>
    public abstract void Require(OuterLoop<TState, THyper> loop);

    /// <summary>Where a run begins.</summary>
    public abstract LoopPosition<TState, THyper> Begin(TState start, THyper hyper, OuterLoop<TState, THyper> loop);

    /// <summary>What moves λ, in words: the kind of optimizer, whatever its numbers, and the bounds. Positions of another one are refused.</summary>
    public abstract string Mover(LoopPosition<TState, THyper> position);

    /// <summary>The same of an optimizer within bounds.</summary>
    protected static string MoverOf(Optimizer optimizer, Bounds<THyper> bounds) =>
        $"{bounds}" is { Length: > 0 } within ? $"{optimizer.Rule} within {within}" : optimizer.Rule;

    /// <summary>An optimizer after a step along a gradient in u, of which a part is made.</summary>
    protected static OptimizerState<THyper> Along(Optimizer optimizer, OptimizerState<THyper> at, THyper free, double length)
    {
        OptimizerState<THyper> next = optimizer.Next(at, free);
        if (length >= 1)
        {
            return next;
        }

        Tree<THyper> tree = at.ParameterTree;
        THyper way = VectorSpace.Subtract(tree, next.Parameters, at.Parameters);
        return next.With(VectorSpace.Add(tree, at.Parameters, VectorSpace.Scale(tree, length, way)), next.Memory, next.Counter);
    }

    /// <summary>Throws where λ was moved to NaN or infinity, unless the next step treats that as a failure and goes back.</summary>
    /// <exception cref="InvalidOperationException">It was.</exception>
    protected static void RequireNumbers(FlatTree<THyper> moved, OuterLoop<TState, THyper> loop, int step)
    {
        if (loop.Failure.Outcome != StepOutcome.RolledBack && moved.Leaves.FirstOrDefault(leaf => leaf.IsActive && !new LeafVector([leaf.Value]).IsFinite())
            is { Value: { } value } leaf)
        {
            throw new InvalidOperationException(
                $"OuterLoop: step {step} moves {leaf.Name} to {value}, along a gradient that is finite: the rate of {loop.Optimizer!.Rule} is too large there. The "
                    + "run stays before the step; a lower rate, clipping, bounds or StepFailure.RollBack helps.");
        }
    }

    /// <summary>Writes a position to a file.</summary>
    public abstract void Write(LoopPosition<TState, THyper> position, StructureArchive archive);

    /// <summary>Where a run was, when a file was written.</summary>
    /// <param name="archive">The file.</param>
    /// <param name="like">A position of the same structures.</param>
    /// <param name="loop">The loop that goes on.</param>
    public abstract LoopPosition<TState, THyper> Read(StructureArchive archive, LoopPosition<TState, THyper> like, OuterLoop<TState, THyper> loop);

    /// <summary>Makes a step.</summary>
    /// <exception cref="SolveException">It could not be made, and the loop has no way on.</exception>
    public abstract MadeStep<TState, THyper> Step(LoopPosition<TState, THyper> at, int number, OuterLoop<TState, THyper> loop, CancellationToken cancellation);

    /// <summary>The structures of a position, taken apart.</summary>
    public abstract (FlatTree<TState> State, FlatTree<THyper> Hyper) Flatten(TState state, THyper hyper);
}
