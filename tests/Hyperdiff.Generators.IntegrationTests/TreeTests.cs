namespace Hyperdiff.Generators.IntegrationTests;

public sealed class TreeTests
{
    private static readonly Layer s_layer = new(Tensor.From([1.0, 2.0]), Tensor.Scalar(3));

    private static readonly Network s_network = new([s_layer, s_layer], (Tensor.Scalar(4), s_layer), s_layer, Tensor.From([5.0, 6.0]))
    {
        Offset = Tensor.From([7.0, 8.0]),
        Epoch = 9,
    };

    [Fact]
    public void Flatten_OfANest_NamesEveryLeafAndKeepsFlagsAndStatics()
    {
        LeafWriter writer = Flatten(s_network);

        Assert.Equal(
            [
                "Layers[0].Weight", "Layers[0].Bias", "Layers[1].Weight", "Layers[1].Bias", "Output.Item1", "Output.Item2.Weight", "Output.Item2.Bias",
                "Embedding.Weight",
                "Embedding.Bias", "Mask", "Offset",
            ],
            writer.Leaves.Select(leaf => leaf.Name));
        Assert.Equal(["Embedding.Weight", "Embedding.Bias", "Mask"], writer.Leaves.Where(leaf => leaf.IsFrozen).Select(leaf => leaf.Name));
        Assert.Equal(
            [("Length", 2), ("Activation", Activation.Tanh), ("Activation", Activation.Tanh), ("Activation", Activation.Tanh), ("Activation", Activation.Tanh),
                ("Epoch", 9)],
            writer.Statics);
    }

    [Fact]
    public void Rebuild_FromOtherLeaves_KeepsStaticsAndOrder()
    {
        Tensor[] leaves = [.. Flatten(s_network).Leaves.Select((leaf, i) => Tensor.Full(leaf.Value.Shape, i))];

        Network rebuilt = Network.Tree.Rebuild(s_network, new LeafReader(leaves));

        Assert.Equal(leaves, Flatten(rebuilt).Leaves.Select(leaf => leaf.Value));
        Assert.Equal(9, rebuilt.Epoch);
        Assert.Equal([18.0, 18.0], rebuilt.Twice.ToArray<double>());
        Assert.Same(leaves[10], rebuilt.Offset);
    }

    [Fact]
    public void Operators_OnANest_ActLeafByLeafAndTakeStaticsFromTheLeft()
    {
        Network combined = (2.0 * s_network) - (s_network * Tensor.Scalar(0.5)) + s_network;

        Assert.Equal([17.5, 20.0], combined.Offset.ToArray<double>());
        Assert.Equal([2.5, 5.0], combined.Layers[1].Weight.ToArray<double>());
        Assert.Equal(10.0, combined.Output.Scale.ToScalar());
        Assert.Equal(9, combined.Epoch);
    }

    [Fact]
    public void Operators_OnDifferentStructures_ThrowWithBoth()
    {
        Assert.Throws<ArgumentException>(() => s_network + (s_network with { Epoch = 1 }));
        Assert.Throws<ShapeMismatchException>(() => s_layer - new Layer(Tensor.Scalar(1), Tensor.Scalar(1)));
        Assert.Throws<ShapeMismatchException>(() => Tensor.From([1.0, 2.0]) * s_layer);
    }

    [Fact]
    public void Operators_OnIndices_TakeThemFromTheLeft()
    {
        var inner = new Outer.Middle.Inner(Tensor.Scalar(2), Tensor.Arange(3));

        Outer.Middle.Inner scaled = 0.5 * inner;

        Assert.Equal(1.0, scaled.A.ToScalar());
        Assert.Same(inner.Indices, scaled.Indices);
    }

    [Fact]
    public void Operators_WrittenByHand_AreKept()
    {
        var pair = new Pair(Tensor.Scalar(1), Tensor.Scalar(2));

        Assert.Equal(104.0, (pair + pair).B.ToScalar());
        Assert.Equal(0.0, (pair - pair).B.ToScalar());
    }

    [Fact]
    public void Operators_ThroughTheInterface_AreThoseOfTheType()
    {
        Assert.Equal(3.0, Sum(new Mutable(Tensor.Scalar(1)), new Mutable(Tensor.Scalar(2))).A.ToScalar());
        Assert.Equal(3.0, Sum(new Derived(Tensor.Scalar(1), Tensor.Scalar(1)), new Derived(Tensor.Scalar(2), Tensor.Scalar(1))).A.ToScalar());

        static T Sum<T>(T left, T right)
            where T : ITree<T> => (2.0 * left) + right - left;
    }

    [Fact]
    public void TreeOf_EveryTreeType_IsRegisteredWhenTheAssemblyIsLoaded()
    {
        Assert.Same(Network.Tree, Tree.Of<Network>());
        Assert.Same(Pair.Tree, Tree.Of<Pair>());
        Assert.Same(@event.Tree, Tree.Of<@event>());
        Assert.Same(Outer.Middle.Inner.Tree, Tree.Of<Outer.Middle.Inner>());
        Assert.Same(Derived.Tree, Tree.Of<Derived>());
        Assert.NotSame(Derived.Tree, Base.Tree);
    }

    [Fact]
    public void Flatten_OfAStructureThatHoldsItself_WalksIt()
    {
        var node = new Node(Tensor.Scalar(1), [new Node(Tensor.Scalar(2), []), new Node(Tensor.Scalar(3), [])]);

        Assert.Equal([2.0, 4.0, 6.0], Flatten(node + node).Leaves.Select(leaf => leaf.Value.ToScalar()));
    }

    [Fact]
    public void Flatten_OfADerivedRecordByTheTreeOfItsBase_Throws()
    {
        ArgumentException exception = Assert.Throws<ArgumentException>(() => Flatten<Base>(new Derived(Tensor.Scalar(1), Tensor.Scalar(2))));

        Assert.Contains("mark that record [Tree]", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Flatten_OfMembersWithReservedNames_LeavesTheNamesBare()
    {
        var value = new @event(Tensor.Scalar(1), Tensor.Scalar(2), Tensor.Scalar(3), 4);

        Assert.Equal(["class", "value", "writer"], Flatten(value).Leaves.Select(leaf => leaf.Name));
        Assert.Equal(4, (value + value).reader);
    }

    private static LeafWriter Flatten<T>(T value)
    {
        var writer = new LeafWriter(string.Empty);
        Tree.Of<T>().Flatten(value, writer);
        return writer;
    }
}
