using Hyperdiff.Graphs;

namespace Hyperdiff;

/// <summary>One problem among several, whose parameters are of a type.</summary>
internal abstract class LevelProblem<T>(Level<T> level, Response response) : LevelProblem(level, response)
{
    /// <summary>What every state meets.</summary>
    protected static Tolerance Nothing { get; } = new(0, double.PositiveInfinity);

    /// <summary>Its parameters.</summary>
    public Level<T> Own => level;

    /// <summary>Its objective; null if it has none.</summary>
    public virtual Func<T, LevelScope, Tensor>? Objective => null;

    /// <summary>What an exact solution of this kind is called.</summary>
    protected abstract string Kind { get; }

    /// <summary>The solution as a differentiable value.</summary>
    /// <param name="start">The first iterate.</param>
    /// <param name="scope">What the problem sees of the others, given its own parameters.</param>
    /// <param name="how">How it is found and differentiated.</param>
    /// <param name="stays">Whether the start is taken as it is, since the problem is stepped by an optimizer elsewhere.</param>
    public T Solve(T start, Func<T, LevelScope> scope, Response how, bool stays) => how switch
    {
        ImplicitResponse { Adjoint: var adjoint } => Solution(start, scope, adjoint, stays),
        UnrolledResponse unrolled => Steps(start, scope, unrolled),
        _ => Constant(stays ? start : Solution(start, scope, null, stays)),
    };

    internal sealed override object FirstParameters => level.Start!;

    internal sealed override Tensor[] Leaves(object parameters) => new FlatTree<T>(level.Tree, (T)parameters, level.Name).Tensors;

    internal sealed override LevelPoint Move(LevelPoint point, ReadOnlySpan<Tensor> leaves, out int taken)
    {
        taken = level.Flat.Leaves.Length;
        return point.With(level, level.Flat.Rebuild(leaves[..taken].ToArray()));
    }

    internal sealed override void Trace(LevelScope scope) =>
        TracedFunction.Of(leaves => Replicated(Outputs(level.Flat.Rebuild(leaves), scope)), level.Flat.Tensors,
            [.. level.Flat.Leaves.Select(leaf => leaf.Name)]);

    /// <summary>The leaves of what the problem's function returns, which are checked.</summary>
    protected abstract Tensor[] Outputs(T own, LevelScope scope);

    /// <summary>The solution by the problem's own solver, with its implicit derivative.</summary>
    protected abstract T Solution(T start, Func<T, LevelScope> scope, LinearSolver? adjoint, bool stays);

    /// <summary>What some steps lead to.</summary>
    protected virtual T Steps(T start, Func<T, LevelScope> scope, UnrolledResponse how) => throw new ArgumentException(
        $"{level.Name} is {Kind}, and cannot be unrolled {(how.By is null ? "without" : "by")} an optimizer: Response.Unrolled takes an optimizer for a "
            + $"minimum, and none for a map; use Response.Implicit otherwise.");

    private Tensor[] Replicated(Tensor[] outputs)
    {
        Array.ForEach(outputs, output => Replication.Require($"What {level.Name} returns", output.Type));
        return outputs;
    }

    private T Constant(T solution)
    {
        var flat = new FlatTree<T>(level.Tree, solution, level.Name);
        return flat.Rebuild([.. flat.Tensors.Select(leaf => leaf.StopGradient())]);
    }
}
