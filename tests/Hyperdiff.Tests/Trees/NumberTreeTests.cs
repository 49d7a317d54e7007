namespace Hyperdiff.Tests.Trees;

/// <summary>Plain numbers as structures: one leaf each, named after the parameter, and never traced.</summary>
public sealed class NumberTreeTests
{
    [Fact]
    public void Leaves_AreNamedAfterTheParameter()
    {
        Assert.Equal(["w"], new FlatTree<double>(Tree.Number, 2, "w").Leaves.Select(leaf => leaf.Name));
        Assert.Equal(["w"], new FlatTree<double[]>(Tree.NumberArray, [2, 3], "w").Leaves.Select(leaf => leaf.Name));
        Assert.Equal(["w"], new FlatTree<double[,]>(Tree.NumberTable, new double[,] { { 1, 2, 3 } }, "w").Leaves.Select(leaf => leaf.Name));
    }

    [Fact]
    public void Values_AreRebuiltFromTheirLeaves()
    {
        var table = new FlatTree<double[,]>(Tree.NumberTable, new double[,] { { 1, 2, 3 }, { 4, 5, 6 } }, "w");

        Assert.Equal(new Shape(2, 3), table.Tensors[0].Shape);
        Assert.Equal(new double[,] { { 1, 2, 3 }, { 4, 5, 6 } }, table.Rebuild(table.Tensors));
        Assert.Equal(2.5, new FlatTree<double>(Tree.Number, 2.5, "w").Rebuild([Tensor.Scalar(2.5)]));
    }
}
