using System.Collections.Immutable;

namespace Hyperdiff.Tests.Trees;

/// <summary>Immutable arrays, dictionaries and structures that may be absent are structures with the laws of trees.</summary>
public sealed class CollectionTreeTests
{
    private static readonly Tensor s_x = Tensor.From([1.0, -2]);
    private static readonly Tensor s_y = Tensor.From([3.0, 0.5]);

    [Fact]
    public void EveryKind_ObeysTheLawsOfTrees()
    {
        Laws(Tree.ImmutableArray(Tree.Tensor), [s_x, s_y], "x[0]", "x[1]");
        Laws(Tree.ImmutableArray(Tree.ImmutableArray(Tree.Tensor)), [[s_x], [], [s_y]], "x[0][0]", "x[2][0]");
        Laws(Tree.Optional(Tree.Tensor), s_x, "x");
        Laws(Tree.Nullable(Tree.Tuple(Tree.Tensor, Tree.Tensor)), (s_x, s_y), "x.Item1", "x.Item2");
        Laws(Tree.Array(Tree.Optional(Tree.Tensor)), [null, s_x, null, s_y], "x[1]", "x[3]");
        Laws(Tree.Array(Tree.Nullable(Tree.Tuple(Tree.Tensor, Tree.Optional(Tree.Tensor)))), [null, (s_x, null)], "x[1].Item1");
        Laws(Tree.Dictionary(Tree.Tensor), new Dictionary<string, Tensor> { ["b"] = s_x, ["a"] = s_y }, "x[\"a\"]", "x[\"b\"]");
        Laws(Tree.ReadOnlyDictionary(Tree.Array(Tree.Tensor)), new Dictionary<string, Tensor[]> { ["b"] = [s_x], ["B"] = [s_y] }, "x[\"B\"][0]", "x[\"b\"][0]");
        Laws(Tree.ImmutableDictionary(Tree.Tensor), ImmutableDictionary<string, Tensor>.Empty.Add("b", s_x).Add("a", s_y), "x[\"a\"]", "x[\"b\"]");

        static void Laws<T>(Tree<T> tree, T value, params string[] names)
        {
            var flat = new FlatTree<T>(tree, value, "x");
            Assert.Equal(names, flat.Leaves.Select(leaf => leaf.Name));
            Tensor[] others = [.. flat.Tensors.Select(leaf => leaf + 1)];
            var rebuilt = new FlatTree<T>(tree, flat.Rebuild(others), "x");
            Assert.Equal(others, rebuilt.Tensors);
            Assert.True(flat.Statics.SequenceEqual(rebuilt.Statics));
        }
    }

    [Fact]
    public void Statics_TellWhatIsThere()
    {
        Assert.False(Same(Tree.Array(Tree.Optional(Tree.Tensor)), [s_x, null], [null, s_x]));
        Assert.False(Same(Tree.Dictionary(Tree.Tensor), new() { ["a"] = s_x }, new() { ["b"] = s_x }));
        Assert.True(Same(Tree.Dictionary(Tree.Tensor), new() { ["a"] = s_x, ["b"] = s_y }, new() { ["b"] = s_x, ["a"] = s_y }));

        static bool Same<T>(Tree<T> tree, T left, T right) =>
            new FlatTree<T>(tree, left, "x").Statics.SequenceEqual(new FlatTree<T>(tree, right, "x").Statics);
    }

    [Fact]
    public void Dictionaries_KeepTheirComparers()
    {
        var insensitive = new Dictionary<string, Tensor>(StringComparer.OrdinalIgnoreCase) { ["Rate"] = s_x };
        var immutable = ImmutableDictionary.Create<string, Tensor>(StringComparer.OrdinalIgnoreCase).Add("Rate", s_x);

        Assert.Equal(s_y, new FlatTree<Dictionary<string, Tensor>>(Tree.Dictionary(Tree.Tensor), insensitive, "x").Rebuild([s_y])["RATE"]);
        Assert.Equal(s_y, new FlatTree<ImmutableDictionary<string, Tensor>>(Tree.ImmutableDictionary(Tree.Tensor), immutable, "x").Rebuild([s_y])["RATE"]);
    }

    [Fact]
    public void MissingValues_AreNamed()
    {
        Assert.Contains("x[0]", Assert.Throws<ArgumentException>(
            () => new FlatTree<ImmutableArray<ImmutableArray<Tensor>>>(Tree.ImmutableArray(Tree.ImmutableArray(Tree.Tensor)), [default], "x")).Message,
            StringComparison.Ordinal);
        Assert.Contains("x[\"a\"]", Assert.Throws<ArgumentException>(
            () => new FlatTree<Dictionary<string, Tensor>>(Tree.Dictionary(Tree.Tensor), new() { ["a"] = null! }, "x")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Derivatives_TakeThem()
    {
        static Tensor f(Dictionary<string, Tensor> p) => (p["a"].Square() * p["b"]).Sum();

        Dictionary<string, Tensor> slope = Diff.Grad(f, new Dictionary<string, Tensor> { ["a"] = s_x, ["b"] = s_y }, Tree.Dictionary(Tree.Tensor));

        Assert.Equal([6.0, -2], slope["a"].ToArray<double>());
        Assert.Equal([1.0, 4], slope["b"].ToArray<double>());
    }
}
