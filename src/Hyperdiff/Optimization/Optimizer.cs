namespace Hyperdiff;

/// <summary>A rule that turns a gradient into a step, as an immutable value. Its state is a value too: nothing is remembered elsewhere.</summary>
public abstract record Optimizer
{
    private protected Optimizer()
    {
    }

    /// <summary>Gradient descent: <c>x ← x − η g</c>.</summary>
    /// <param name="rate">η, in the unit parameter² per loss.</param>
    public static Optimizer Sgd(double rate)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rate);
        return new SgdOptimizer(rate);
    }

    /// <summary>Adam. See <see cref="AdamOptimizer"/>.</summary>
    /// <param name="rate">η, in the unit of the parameters: the size of the first steps.</param>
    /// <param name="beta1">The decay of the mean of the gradients, in [0, 1).</param>
    /// <param name="beta2">The decay of the mean of their squares, in [0, 1).</param>
    /// <param name="epsilon">Keeps the denominator from zero, in the unit of the gradient.</param>
    public static Optimizer Adam(double rate = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rate);
        ArgumentOutOfRangeException.ThrowIfNegative(beta1);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(beta1, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(beta2);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(beta2, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(epsilon);
        return new AdamOptimizer(rate, beta1, beta2, epsilon);
    }

    /// <summary>The state before the first step.</summary>
    /// <param name="parameters">Where to start.</param>
    /// <param name="tree">How the parameters are made of tensors; looked up by type if absent.</param>
    public OptimizerState<T> Start<T>(T parameters, Tree<T>? tree = null)
    {
        tree ??= Tree.Of<T>();
        var flat = new FlatTree<T>(tree, parameters, "x");
        Tensor[] active = [.. flat.Active.Select(i => flat.Tensors[i])];
        return new OptimizerState<T>(this, tree, parameters, 0, Memory(active));
    }

    /// <summary>What the rule remembers before the first step: any number of tensors.</summary>
    internal abstract Tensor[] Memory(Tensor[] parameters);

    /// <summary>The parameters and the memory after a step.</summary>
    /// <param name="step">The number of this step, from 1.</param>
    /// <param name="parameters">x.</param>
    /// <param name="gradient">g.</param>
    /// <param name="memory">What the rule remembers.</param>
    internal abstract (Tensor[] Parameters, Tensor[] Memory) Update(int step, Tensor[] parameters, Tensor[] gradient, Tensor[] memory);
}
