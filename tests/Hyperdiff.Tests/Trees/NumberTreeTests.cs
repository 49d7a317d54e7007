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

    [Fact]
    public void WhatIsMissing_IsAskedForInItsOwnType()
    {
        Assert.Contains("Tensor.Zeros", Missing(Tree.Tensor), StringComparison.Ordinal);
        Assert.Contains("new double[n]", Missing(Tree.NumberArray), StringComparison.Ordinal);
        Assert.Contains("new double[n, m]", Missing(Tree.NumberTable), StringComparison.Ordinal);
        Assert.Contains("pass an array", Missing(Tree.Array(Tree.Tensor)), StringComparison.Ordinal);
        Assert.Contains("pass an array", Missing(Tree.ImmutableArray(Tree.Tensor)), StringComparison.Ordinal);
        Assert.Contains("pass a dictionary", Missing(Tree.Dictionary(Tree.Tensor)), StringComparison.Ordinal);
    }

    private static string Missing<T>(Tree<T> tree)
    {
        string message = Assert.Throws<ArgumentException>(
            () => new FlatTree<(T, Tensor)>(Tree.Tuple(tree, Tree.Tensor), (default!, Tensor.Scalar(1)), "w")).Message;
        Assert.Contains("no value at w.", message, StringComparison.Ordinal);
        Assert.Equal(typeof(T) == typeof(Tensor), message.Contains("Tensor.Zeros", StringComparison.Ordinal));
        return message;
    }
}
