namespace Hyperdiff;

/// <summary>Where an optimizer is: the parameters, the number of steps taken, and what its rule remembers.</summary>
/// <typeparam name="T">The structure of the parameters.</typeparam>
public sealed class OptimizerState<T>
{
    private readonly Optimizer _optimizer;
    private readonly Tree<T> _tree;
    private readonly Tensor[] _memory;

    internal OptimizerState(Optimizer optimizer, Tree<T> tree, T parameters, int steps, Tensor[] memory) =>
        (_optimizer, _tree, Parameters, Steps, _memory) = (optimizer, tree, parameters, steps, memory);

    /// <summary>The parameters.</summary>
    public T Parameters { get; }

    /// <summary>The number of steps taken.</summary>
    public int Steps { get; }

    /// <summary>The state after one more step, along a gradient at the present parameters; frozen leaves stay.</summary>
    /// <exception cref="ShapeMismatchException">A leaf of the gradient is not like that of the parameters.</exception>
    public OptimizerState<T> Next(T gradient)
    {
        var parameters = new FlatTree<T>(_tree, Parameters, "x");
        var flat = new FlatTree<T>(_tree, gradient, "gradient");
        parameters.RequireSameLeaves(flat, "Optimizer: the gradient");
        int[] active = [.. parameters.Active];
        (Tensor[] next, Tensor[] memory) = _optimizer.Update(
            Steps + 1, [.. active.Select(i => parameters.Tensors[i])], [.. active.Select(i => flat.Tensors[i])], _memory);
        Tensor[] all = (Tensor[])parameters.Tensors.Clone();
        for (int i = 0; i < active.Length; i++)
        {
            all[active[i]] = next[i];
        }

        return new OptimizerState<T>(_optimizer, _tree, parameters.Rebuild(all), Steps + 1, memory);
    }
}
