namespace Hyperdiff.Tests.Trees;

public sealed class VectorSpaceTests
{
    private static readonly Tree<(Tensor, Tensor[])> s_tree = Tree.Tuple(Tree.Tensor, Tree.Array(Tree.Tensor));

    private static readonly (Tensor, Tensor[]) s_left = (Tensor.From([1.0, 2.0]), [Tensor.Scalar(3), Tensor.Arange(2)]);
    private static readonly (Tensor, Tensor[]) s_right = (Tensor.From([10.0, 20.0]), [Tensor.Scalar(30), Tensor.Zeros([2], DType.Int32)]);

    [Fact]
    public void Operations_OnANest_ActLeafByLeaf()
    {
        Assert.Equal([11.0, 22.0], VectorSpace.Add(s_tree, s_left, s_right).Item1.ToArray<double>());
        Assert.Equal([-9.0, -18.0], VectorSpace.Subtract(s_tree, s_left, s_right).Item1.ToArray<double>());
        Assert.Equal(33.0, VectorSpace.Add(s_tree, s_left, s_right).Item2[0].ToScalar());
        Assert.Equal(-6.0, VectorSpace.Scale(s_tree, -2.0, s_left).Item2[0].ToScalar());
        Assert.Equal([0.5, 1.0], VectorSpace.Scale(s_tree, Tensor.Scalar(0.5), s_left).Item1.ToArray<double>());
    }

    [Fact]
    public void ProductsAndNorms_AreOverAllFloatingLeaves()
    {
        // integers are part of the structure
        Assert.Equal(10 + 40 + 90, VectorSpace.Dot(s_tree, s_left, s_right).ToScalar());
        Assert.Equal(Math.Sqrt(1 + 4 + 9), VectorSpace.Norm(s_tree, s_left).ToScalar(), 1e-15);
        Assert.Equal([12.0, 24.0], VectorSpace.Axpy(s_tree, 2, s_left, s_right).Item1.ToArray<double>());
        Assert.Equal(0, VectorSpace.Norm(Tree.Array(Tree.Tensor), []).ToScalar());

        // squares leave the range, and the norm does not
        Assert.Equal(5e200, VectorSpace.Norm(Tree.Array(Tree.Tensor), [Tensor.Scalar(3e200), Tensor.Scalar(4e200)]).ToScalar(), 1e186);
        Assert.Equal(5e-200, VectorSpace.Norm(Tree.Array(Tree.Tensor), [Tensor.Scalar(3e-200), Tensor.Scalar(4e-200)]).ToScalar(), 1e-214);

        // they are differentiated
        Tensor gradient = Diff.Grad((Tensor x) => VectorSpace.Norm(Tree.Array(Tree.Tensor), [x, Tensor.Scalar(4)]), Tensor.Scalar(3));
        Assert.Equal(0.6, gradient.ToScalar(), 1e-15);
        Assert.Throws<ShapeMismatchException>(() => VectorSpace.Dot(Tree.Tensor, Tensor.Zeros([2]), Tensor.Zeros([1])));
    }

    [Fact]
    public void Operations_OnIndices_TakeThemFromTheLeft()
    {
        Assert.Same(s_left.Item2[1], VectorSpace.Add(s_tree, s_left, s_right).Item2[1]);
        Assert.Same(s_left.Item2[1], VectorSpace.Scale(s_tree, 0.5, s_left).Item2[1]);
    }

    [Fact]
    public void Operations_ByANumber_KeepTheElementType()
    {
        Tensor single = Tensor.Ones([3], DType.Float32);

        Assert.Equal(DType.Float32, VectorSpace.Scale(Tree.Tensor, 0.1, single).DType);
    }

    [Fact]
    public void Operations_OnStructuresThatDiffer_Throw()
    {
        Assert.Throws<ShapeMismatchException>(() => VectorSpace.Add(Tree.Tensor, Tensor.Zeros([2]), Tensor.Zeros([1])));
        Assert.Throws<ShapeMismatchException>(() => VectorSpace.Scale(Tree.Tensor, Tensor.Ones([2]), Tensor.Zeros([2])));
        Assert.Throws<ArgumentException>(() => VectorSpace.Subtract(Tree.Array(Tree.Tensor), [Tensor.Scalar(1)], []));
    }
}
