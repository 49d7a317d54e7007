using FsCheck.Xunit;
using Hyperdiff.Testing.Samples;

namespace Hyperdiff.Tests.Primitives;

public sealed class EinsumTests
{
    private static readonly Tensor s_a = Tensor.Arange(6).To(DType.Float64).Reshape(2, 3);
    private static readonly Tensor s_square = Tensor.From(new double[,] { { 1, 2 }, { 3, 4 } });

    [Fact]
    public void KnownSums_HaveTheirOtherNames()
    {
        Tensor x = Tensor.From([1.0, -2, 3]), y = Tensor.From([4.0, 5]);

        Assert.Equal(s_a.MatMul(x).ToArray<double>(), Tensor.Einsum("ij,j->i", s_a, x).ToArray<double>());
        Assert.Equal(s_a.Transpose().ToArray<double>(), Tensor.Einsum("ij->ji", s_a).ToArray<double>());
        Assert.Equal([1.0, 4], Tensor.Einsum("ii->i", s_square).ToArray<double>());
        Assert.Equal(5, Tensor.Einsum("ii", s_square).ToScalar());
        Assert.Equal(x.Dot(x).ToScalar(), Tensor.Einsum("i,i", x, x).ToScalar());
        Assert.Equal(x.Dot(x).ToScalar() * x.Sum().ToScalar(), Tensor.Einsum("i,i,j->", x, x, x).ToScalar());
        Assert.Equal(y.Outer(x).ToArray<double>(), Tensor.Einsum("i, j -> i j", y, x).ToArray<double>());
        Assert.Equal(new Shape(2, 3), y.Outer(x).Shape);
        Assert.Equal(s_a.Transpose().ToArray<double>(), Tensor.Einsum("ba", s_a).ToArray<double>());
        Assert.Equal(new Shape(4, 2, 5), Tensor.Einsum("bij,bjk->bik", Tensor.Ones([4, 2, 3]), Tensor.Ones([4, 3, 5])).Shape);
        Assert.Equal(new Shape(7, 4, 2), Tensor.Einsum("...ij,...j->...i", Tensor.Ones([4, 2, 3]), Tensor.Ones([7, 1, 3])).Shape);
        Assert.Equal([0.0, 0], Tensor.Einsum("ij,jk->i", Tensor.Ones([2, 0]), Tensor.Ones([0, 3])).ToArray<double>());
        Assert.Equal(DType.Float32, Tensor.Einsum("ij,jk", Tensor.Ones([2, 2], DType.Float32), Tensor.Ones([2, 2], DType.Float32)).DType);
    }

    [Property(Replay = "(4660,22137)", MaxTest = 500, EndSize = 12)]
    public void RandomSums_AreTheOneLoopOverAllLetters(byte[][] terms, byte[] result)
    {
        EinsumCase item = EinsumCase.From(terms, result);
        Tensor actual = Tensor.Einsum(item.Subscripts, item.Operands);
        (Shape shape, double[] expected, double[] sizes) = item.Loop();
        Assert.Equal(shape, actual.Shape);
        Assert.All(actual.ToArray<double>().Zip(expected, sizes), element =>
            Assert.True(Math.Abs(element.First - element.Second) <= item.Roundings * DType.Float64.Epsilon() * element.Third,
                $"{item.Subscripts}: {element}"));
    }

    [Fact]
    public void LongChains_GoThroughTheCheapestProducts()
    {
        // all at once, this is a loop of 10¹⁵ rounds
        Tensor matrix = Tensor.Eye(1000), x = Tensor.From(OperandSample.Spread(1000, -1, 1, 3), [1000]);

        Assert.Equal(x.ToArray<double>(), Tensor.Einsum("ab,bc,cd,de,e->a", matrix, matrix, matrix, matrix, x).ToArray<double>());

        // the product of the first two, of 10¹⁰ elements, would not be a tensor
        Tensor ones = Tensor.Ones([100_000]);
        Assert.Equal(100_000, Tensor.Einsum("a,b,a->b", ones, ones, ones)[0].ToScalar());
    }

    [Fact]
    public void Gradients_AreThoseOfTheSum()
    {
        Assert.Equal([1.0, 0, 0, 1], Differentiate.Gradient(x => Tensor.Einsum("ii", x), s_square).ToArray<double>());
        Assert.Equal((s_square + s_square.Transpose()).MatMul(Tensor.From([1.0, 2])).ToArray<double>(),
            Differentiate.Gradient(x => Tensor.Einsum("i,ij,j", x, s_square, x), Tensor.From([1.0, 2])).ToArray<double>());
        Assert.Equal([[2, 5], [5, 8]], Differentiate.Hessian(x => Tensor.Einsum("i,ij,j", x, s_square, x), Tensor.From([1.0, 2])));
    }

    [Theory]
    [InlineData("ij,jk->ik",
        "Einsum \"ij,jk->ik\": subscript 'j' has size 3 in operand 0 of shape [2, 3] and size 2 in operand 1 of shape [2, 2]; they must agree.")]
    [InlineData("ii,jk", "Einsum \"ii,jk\": subscript 'i' has size 2 in operand 0 of shape [2, 3] and size 3 in operand 0 of shape [2, 3]; they must agree.")]
    [InlineData("i,jk", "Einsum \"i,jk\": subscripts 'i' name 1 axes, but operand 0 of shape [2, 3] has 2; name every axis, or use ....")]
    [InlineData("ij,...jkl", "Einsum \"ij,...jkl\": subscripts '...jkl' name 3 axes, but operand 1 of shape [2, 2] has 2; name every axis, or use ....")]
    [InlineData("i...,...",
        "Einsum \"i...,...\": an axis under the ellipsis has size 3 in operand 0 of shape [2, 3] and size 2 in operand 1 of shape [2, 2], which do not broadcast.")]
    public void WrongSizes_AreNamed(string subscripts, string message) =>
        Assert.Equal(message, Assert.Throws<ShapeMismatchException>(() => Tensor.Einsum(subscripts, s_a, s_square)).Message);

    [Theory]
    [InlineData("ij", "subscripts for 1 operands, but 2 were given")]
    [InlineData("ij,kl->i->j", "more than one ->")]
    [InlineData("i1,kl", "'1' in 'i1' is not a subscript")]
    [InlineData("i..,kl", "'.' in 'i..' is not a subscript")]
    [InlineData("ij,kl->im", "'m' of the result 'im' is a subscript of no operand")]
    [InlineData("ij,kl->ii", "'i' of the result 'ii' stands there twice")]
    [InlineData("ij,kl->...", "the result has ... and no operand has")]
    [InlineData("i...,kl->i", "operands have ... and the result has not")]
    public void MalformedSubscripts_AreNamed(string subscripts, string message) =>
        Assert.Contains(message, Assert.Throws<ArgumentException>(() => Tensor.Einsum(subscripts, s_a, s_square)).Message, StringComparison.Ordinal);

    [Fact]
    public void WrongTypesAndVectors_AreNamed()
    {
        Assert.Contains("element types float64 and float32 differ",
            Assert.Throws<DTypeMismatchException>(() => Tensor.Einsum("ij,kl", s_a, s_square.To(DType.Float32))).Message, StringComparison.Ordinal);
        Assert.Contains("Einsum works on float32 and float64", Assert.Throws<DTypeMismatchException>(() => Tensor.Einsum("i", Tensor.Arange(3))).Message,
            StringComparison.Ordinal);
        Assert.Contains("Outer: [2, 3] and [2, 2]: takes two vectors", Assert.Throws<ShapeMismatchException>(() => s_a.Outer(s_square)).Message,
            StringComparison.Ordinal);
    }
}
