using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>Where an optimizer is: the parameters, what its rule remembers, and the number of steps taken. A structure itself, so that it is carried by loops
/// and differentiated.</summary>
/// <typeparam name="T">The structure of the parameters.</typeparam>
public sealed class OptimizerState<T>
{
    private readonly Optimizer _optimizer;

    internal OptimizerState(Optimizer optimizer, Tree<T> tree, T parameters, ImmutableArray<T> memory, Tensor counter) =>
        (_optimizer, ParameterTree, Parameters, Memory, Counter) = (optimizer, tree, parameters, memory, counter);

    /// <summary>The parameters.</summary>
    public T Parameters { get; }

    /// <summary>What the rule remembers, structures like the parameters: a velocity, the means of Adam. Frozen leaves have zeros.</summary>
    public ImmutableArray<T> Memory { get; }

    /// <summary>The number of steps taken, an <c>int32</c> scalar.</summary>
    public Tensor Counter { get; }

    /// <summary>The number of steps taken.</summary>
    /// <exception cref="InvalidOperationException">The state is that of a function that is being traced; <see cref="Counter"/> is its tensor.</exception>
    public int Steps => (int)Counter.ToScalar();

    /// <summary>How this state is made of tensors: what <see cref="Loop.Iterate"/> and <see cref="Diff"/> need to take it apart.</summary>
    public Tree<OptimizerState<T>> Tree => new OptimizerStateTree<T>(ParameterTree);

    internal Tree<T> ParameterTree { get; }

    /// <summary>The kind of rule whose memory it is.</summary>
    internal string Rule => _optimizer.Rule;

    /// <summary>The state after one more step, along a gradient at the present parameters; frozen leaves stay.</summary>
    /// <exception cref="ShapeMismatchException">A leaf of the gradient is not like that of the parameters.</exception>
    public OptimizerState<T> Next(T gradient) => _optimizer.Next(this, gradient);

    /// <summary>The same state with another memory: a velocity to begin with, say.</summary>
    /// <param name="memory">As many structures as <see cref="Memory"/> holds.</param>
    /// <exception cref="ArgumentException">There are more or fewer.</exception>
    /// <exception cref="ShapeMismatchException">A leaf is not like that of the parameters.</exception>
    public OptimizerState<T> WithMemory(params ReadOnlySpan<T> memory)
    {
        if (memory.Length != Memory.Length)
        {
            throw new ArgumentException($"OptimizerState.WithMemory: Optimizer.{_optimizer.Rule} remembers {Memory.Length} structures, not {memory.Length}.",
                nameof(memory));
        }

        var parameters = new FlatTree<T>(ParameterTree, Parameters, "x");
        foreach (T slot in memory)
        {
            parameters.RequireSameLeaves(new FlatTree<T>(ParameterTree, slot, "memory"), "OptimizerState.WithMemory");
        }

        return new OptimizerState<T>(_optimizer, ParameterTree, Parameters, [.. memory], Counter);
    }

    /// <summary>The same optimizer with other tensors.</summary>
    internal OptimizerState<T> With(T parameters, ImmutableArray<T> memory, Tensor counter) => new(_optimizer, ParameterTree, parameters, memory, counter);

    /// <inheritdoc/>
    public override string ToString() => $"{Rule}, {(Counter.Storage.HasElements ? $"after {Steps} steps" : "traced")}";
}
