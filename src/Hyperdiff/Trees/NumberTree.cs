namespace Hyperdiff;

/// <summary>A <c>double</c> as a scalar.</summary>
internal sealed class NumberTree : Tree<double>
{
    public override void Flatten(double value, LeafWriter writer) => writer.Leaf(Tensor.Scalar(value));

    public override double Rebuild(double prototype, LeafReader reader) => Concrete(reader.Leaf()).ToScalar();

    // to read a traced value would cut the derivative, without a word
    public static Tensor Concrete(Tensor leaf) => !leaf.IsTraced ? leaf : throw new NotSupportedException(
        "A plain number cannot be traced: a function that is differentiated, batched or compiled takes Tensor where it took double. Methods over plain numbers are "
        + "lifted where they bear an attribute: [FixedPointMap], [RootCondition], [InnerObjective], [OuterObjective].");
}

/// <summary>A <c>double[]</c> as a vector.</summary>
internal sealed class NumberArrayTree : Tree<double[]>
{
    internal override string Instead => "pass an array of numbers there, new double[n] for zeros or [] for none";

    public override void Flatten(double[] value, LeafWriter writer) => writer.Leaf(Tensor.From(value));

    public override double[] Rebuild(double[] prototype, LeafReader reader) => NumberTree.Concrete(reader.Leaf()).ToArray<double>();
}

/// <summary>A <c>double[,]</c> as a matrix.</summary>
internal sealed class NumberTableTree : Tree<double[,]>
{
    internal override string Instead => "pass a table of numbers there, new double[n, m] for zeros or new double[0, 0] for none";

    public override void Flatten(double[,] value, LeafWriter writer)
    {
        var elements = new double[value.Length];
        Buffer.BlockCopy(value, 0, elements, 0, sizeof(double) * elements.Length);
        writer.Leaf(Tensor.From(elements).Reshape(value.GetLength(0), value.GetLength(1)));
    }

    public override double[,] Rebuild(double[,] prototype, LeafReader reader)
    {
        Tensor leaf = NumberTree.Concrete(reader.Leaf());
        var value = new double[leaf.Shape[0], leaf.Shape[1]];
        Buffer.BlockCopy(leaf.ToArray<double>(), 0, value, 0, sizeof(double) * value.Length);
        return value;
    }
}
