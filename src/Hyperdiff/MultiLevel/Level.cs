namespace Hyperdiff;

/// <summary>The parameters of one problem among several: a name, and where they begin. What the problem is comes later, so that problems can refer to each
/// other.</summary>
public abstract class Level
{
    private protected Level(string name) => Name = name;

    /// <summary>What the problem is called in messages and reports.</summary>
    public string Name { get; }

    /// <summary>Parameters with a name.</summary>
    /// <param name="name">What the problem is called.</param>
    /// <param name="start">The first parameters: the first iterate of a solve, and the structure.</param>
    /// <param name="tree">How they are made of tensors; looked up by type if absent.</param>
    public static Level<T> Of<T>(string name, T start, Tree<T>? tree = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new Level<T>(name, new FlatTree<T>(tree ?? Tree.Of<T>(), start, name), tree ?? Tree.Of<T>());
    }

    /// <summary>The leaves of the parameters at a point.</summary>
    internal abstract void Flatten(LevelPoint point, LeafWriter writer);

    /// <summary>A point with other leaves of the parameters.</summary>
    internal abstract LevelPoint Rebuild(LevelPoint point, LeafReader reader);

    /// <inheritdoc/>
    public sealed override string ToString() => Name;
}
