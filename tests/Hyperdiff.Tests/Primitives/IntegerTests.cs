namespace Hyperdiff.Tests.Primitives;

/// <summary>What can be done to indices: arithmetic that is exact or an error, order, and nothing that would need fractions.</summary>
public sealed class IntegerTests
{
    private static readonly Tensor s_indices = Tensor.From([3, 0, 2, 3]);

    [Fact]
    public void Indices_AreAddedSubtractedAndMultiplied()
    {
        Assert.Equal([4, 1, 3, 4], (s_indices + 1).ToArray<int>());
        Assert.Equal([0, 3, 1, 0], (3 - s_indices).ToArray<int>());
        Assert.Equal([6, 0, 4, 6], (s_indices * 2).ToArray<int>());
        Assert.Equal([9, 0, 4, 9], s_indices.Square().ToArray<int>());
        Assert.Equal([2, 0, 2, 2], s_indices.Minimum(2).ToArray<int>());
        Assert.Equal([3, 1, 2, 3], s_indices.Maximum(Tensor.From([1])).ToArray<int>());
    }

    [Fact]
    public void Indices_AreOrdered()
    {
        Assert.Equal(3, s_indices.Max().ToScalar());
        Assert.Equal(0, s_indices.Min().ToScalar());
        Assert.Equal([0, 1], new[] { s_indices.ArgMax().ToScalar(), s_indices.ArgMin().ToScalar() });
        Assert.Equal([0, 2, 3, 3], s_indices.Sort().ToArray<int>());
        Assert.Equal([0, 3, 2, 1], s_indices.ArgSort(descending: true).ToArray<int>());
        Assert.Equal([3, 3], s_indices.TopK(2).Values.ToArray<int>());
    }

    [Fact]
    public void Arithmetic_IsTheSameInGraphs_AndInBatches()
    {
        // the factor −1 is what simplification would make a change of sign
        Tensor rows = Diff.Vmap((Tensor row) => (-1 * row) + row.Max() - (row * row), s_indices.Reshape(2, 2));

        Assert.Equal([-9, 3, -3, -9], rows.ToArray<int>());
    }

    [Fact]
    public void Gradient_GoesThroughWhatShiftedIndicesTake()
    {
        Tensor gradient = Diff.Grad(table => table.Take((s_indices * 2) - s_indices).Sum(), Tensor.Zeros([4]));

        Assert.Equal([1, 0, 1, 2], gradient.ToArray<double>());
    }

    [Fact]
    public void ResultThatInt32DoesNotHold_IsAnError_NotAnotherIndex()
    {
        Tensor large = Tensor.From([1, int.MaxValue]);

        Assert.Equal(
            "Add of 2147483647 and 1 is 2147483648, which int32 does not hold; convert first: tensor.To(DType.Float64).",
            Assert.Throws<OverflowException>(() => large + 1).Message);
        Assert.Throws<OverflowException>(() => large * large);
        Assert.Throws<OverflowException>(() => Tensor.Full([2], int.MinValue, DType.Int32) - 1);
    }

    [Fact]
    public void WhatNeedsFractions_IsRefused_WithARemedy()
    {
        Assert.Equal(
            "Divide works on float32 and float64, not on int32 [4]; convert first: tensor.To(DType.Float64).",
            Assert.Throws<DTypeMismatchException>(() => s_indices / 2).Message);
        Assert.Equal(
            "The number 0.5 meets a tensor of type int32 [4], and is not an int32; convert the tensor first: tensor.To(DType.Float64).",
            Assert.Throws<DTypeMismatchException>(() => s_indices + 0.5).Message);
        Assert.Equal(
            "Add works on float32, float64 and int32, not on bool [4]; convert first: tensor.To(DType.Int32).",
            Assert.Throws<DTypeMismatchException>(() => (s_indices > 1) + (s_indices > 2)).Message);
    }
}
