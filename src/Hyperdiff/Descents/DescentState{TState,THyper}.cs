using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>Where a descent is: all that its next step depends on, and what it took to get there.</summary>
/// <typeparam name="TState">The structure of w.</typeparam>
/// <typeparam name="THyper">The structure of the hyperparameters λ.</typeparam>
public sealed class DescentState<TState, THyper>
{
    internal DescentState(TState state, THyper hyper, ImmutableArray<DescentMemory> memory, int steps, OracleCounts counts) =>
        (State, Hyper, Memory, Steps, Counts) = (state, hyper, memory, steps, counts);

    /// <summary>w.</summary>
    public TState State { get; }

    /// <summary>λ.</summary>
    public THyper Hyper { get; }

    /// <summary>What else the method remembers.</summary>
    public ImmutableArray<DescentMemory> Memory { get; }

    /// <summary>k, the number of steps taken.</summary>
    public int Steps { get; }

    /// <summary>The calls that were made to get here.</summary>
    public OracleCounts Counts { get; }

    /// <summary>The same place as if so many steps had led there, with so many calls.</summary>
    internal DescentState<TState, THyper> After(int steps, OracleCounts counts) => new(State, Hyper, Memory, steps, counts);

    /// <inheritdoc/>
    public override string ToString() => $"after {Steps} steps: {Counts}";
}

/// <summary>Something that a descent remembers from step to step besides w and λ: the adjoint, a second inner iterate, a table of gradients.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Leaves">Its tensors: one for every active leaf of w or of λ, in their order.</param>
public sealed record DescentMemory(string Name, ImmutableArray<Tensor> Leaves)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {string.Join("; ", Leaves)}";
}

/// <summary>What a descent tells a listener at the start, and after every step.</summary>
/// <typeparam name="TState">The structure of w.</typeparam>
/// <typeparam name="THyper">The structure of the hyperparameters λ.</typeparam>
/// <param name="Last">Where it is.</param>
/// <param name="Residual">The norm of the directions of the step from there.</param>
/// <param name="Tolerance">The norm that it has to reach, as far as it is known; 0 where it is not.</param>
public readonly record struct DescentProgress<TState, THyper>(DescentState<TState, THyper> Last, double Residual, double Tolerance);
