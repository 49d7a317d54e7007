using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>λ with constraints, written in u without: a bijection for some of the leaves.</summary>
/// <param name="tree">How λ is made of tensors.</param>
/// <param name="bijections">By the name of a leaf; an empty name means all.</param>
internal sealed class Bounds<THyper>(Tree<THyper> tree, ImmutableArray<(string Leaf, Bijection By)> bijections)
{
    /// <summary>What they are, in words: u means something else under others.</summary>
    public override string ToString() => string.Join(", ", bijections.Select(pair => pair.Leaf.Length == 0 ? $"{pair.By}" : $"{pair.Leaf}: {pair.By}"));

    /// <summary>u with φ(u) = λ.</summary>
    /// <exception cref="ArgumentException">λ is outside, or no leaf has a name.</exception>
    public THyper Free(THyper hyper)
    {
        if (bijections.IsEmpty)
        {
            return hyper;
        }

        var flat = new FlatTree<THyper>(tree, hyper, "λ");
        foreach ((string name, _) in bijections)
        {
            if (!flat.Leaves.Any(leaf => leaf.IsActive && Means(name, leaf)))
            {
                throw new ArgumentException($"OuterLoop.Within: no leaf is named '{name}'; those that move are {LeafNames.List(flat.Leaves)}.");
            }
        }

        return Each(flat, (by, leaf) =>
        {
            Tensor free = by.Invert(leaf.Value);
            return free.IsFinite().All().IsTrue ? free
                : throw new ArgumentException(
                    $"OuterLoop.Within: leaf {leaf.Name} is outside its bounds, or on them, where the bijection has no inverse: {leaf.Value}.");
        });
    }

    /// <summary>λ = φ(u).</summary>
    public THyper Constrain(THyper free) => bijections.IsEmpty ? free : Each(new FlatTree<THyper>(tree, free, "λ"), (by, leaf) => by.Apply(leaf.Value));

    /// <summary>The gradient in u of what has this gradient in λ.</summary>
    public THyper Pullback(THyper free, THyper gradient)
    {
        if (bijections.IsEmpty)
        {
            return gradient;
        }

        var at = new FlatTree<THyper>(tree, free, "λ");
        var flat = new FlatTree<THyper>(tree, gradient, "gradient");
        int next = 0;
        return flat.Rebuild([.. flat.Leaves.Select(leaf => (By(leaf), at.Tensors[next++]) is ({ } by, var u) ? by.Pullback(u, leaf.Value) : leaf.Value)]);
    }

    private THyper Each(FlatTree<THyper> flat, Func<Bijection, Leaf, Tensor> map) =>
        flat.Rebuild([.. flat.Leaves.Select(leaf => By(leaf) is { } by ? map(by, leaf) : leaf.Value)]);

    private Bijection? By(Leaf leaf) => leaf.IsActive ? bijections.FirstOrDefault(pair => Means(pair.Leaf, leaf)).By : null;

    private static bool Means(string name, Leaf leaf) => name.Length == 0 || LeafNames.Match(leaf.Name, name);
}
