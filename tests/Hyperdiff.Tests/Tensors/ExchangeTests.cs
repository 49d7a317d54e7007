using System.Numerics.Tensors;

namespace Hyperdiff.Tests.Tensors;

/// <summary>Tensors of System.Numerics.Tensors, in and out.</summary>
public sealed class ExchangeTests
{
    public static TheoryData<int[]> Shapes => [[], [1], [0], [5], [2, 3], [3, 0, 2], [2, 1, 4], [2, 3, 2, 2]];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void ThereAndBack_IsTheSame_InEveryType(int[] sizes)
    {
        Tensor numbers = Tensor.Arange(new Shape(sizes).ElementCount).Reshape(new Shape(sizes)) - 1;

        Roundtrips<double>(numbers.To(DType.Float64));
        Roundtrips<float>(numbers.To(DType.Float32));
        Roundtrips<int>(numbers);
        Roundtrips<bool>(numbers.To(DType.Bool));
    }

    [Fact]
    public void From_ReadsRowMajor_WhateverTheStrides()
    {
        Tensor<double> theirs = System.Numerics.Tensors.Tensor.Create([1.0, 2, 3, 4, 5, 6], [2, 3]);
        Tensor ours = Tensor.From(theirs);
        Tensor<double> back = ours.Exp().ToTensor<double>();
        ReadOnlyTensorSpan<double> column = theirs[.., 1..2];
        Tensor slice = Tensor.From(column);

        Assert.Equal([1.0, 2, 3, 4, 5, 6], ours.ToArray<double>());
        Assert.Equal(Math.Exp(6), back[1, 2], 1e-12);   // one rounding of exp, of a number near 400
        Assert.Equal("[2, 1]", slice.Shape.ToString());
        Assert.Equal([2.0, 5], slice.ToArray<double>());
        Assert.Equal([1.0, 4, 2, 5, 3, 6], Tensor.From(System.Numerics.Tensors.Tensor.Transpose(theirs)).ToArray<double>());
    }

    [Fact]
    public void From_Copies_AndAWindowDoesNot()
    {
        Tensor<double> theirs = System.Numerics.Tensors.Tensor.Create([1.0, 2]);
        Tensor ours = Tensor.From(theirs);
        theirs[0] = 7;

        Assert.Equal([1.0, 2], ours.ToArray<double>());
        Assert.True(System.Runtime.CompilerServices.Unsafe.AreSame(in ours.AsSpan<double>()[0], in ours.AsTensorSpan<double>()[0]));
    }

    [Fact]
    public void ToTensor_OfAnotherType_IsRefused() => Assert.Throws<DTypeMismatchException>(() => Tensor.Arange(3).ToTensor<double>());

    [Fact]
    public void From_OfATypeWithoutElementType_IsRefused() =>
        Assert.ThrowsAny<ArgumentException>(() => Tensor.From(System.Numerics.Tensors.Tensor.Create([1L, 2])));

    private static void Roundtrips<T>(Tensor ours)
        where T : unmanaged
    {
        Tensor back = Tensor.From(ours.ToTensor<T>());
        Assert.Equal(ours.Rank == 0 ? new Shape(1) : ours.Shape, back.Shape);
        Assert.Equal(ours.ToArray<T>(), back.ToArray<T>());
        Assert.Equal(ours.ToArray<T>(), Tensor.From(ours.AsTensorSpan<T>()).ToArray<T>());
    }
}
