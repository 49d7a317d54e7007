using FsCheck;
using FsCheck.Xunit;

namespace Hyperdiff.Tests.Scale;

/// <summary>Euclidean norms of numbers of any size.</summary>
public sealed class EuclideanNormTests
{
    public static TheoryData<DType> Types => [DType.Float32, DType.Float64];

    [Theory]
    [MemberData(nameof(Types))]
    public void Norm_TimesAPowerOfTwo_HasTheSameDigits_OverEveryKindOfAxes(DType dtype)
    {
        var random = new Random(3);
        (int least, int greatest) = dtype == DType.Float32 ? (-95, 100) : (-900, 1000);
        foreach ((int[] shape, int[] axes) in (ReadOnlySpan<(int[], int[])>)[([5], [0]), ([3000], [0]), ([7, 300], [1]), ([300, 7], [0]), ([4, 5, 6], [1]),
            ([2, 3], []), ([40_000], [0])])
        {
            double[] elements = [.. Enumerable.Range(0, new Shape(shape).ElementCount)
                .Select(_ => (double)(float)(random.NextDouble() - 0.5) * Math.ScaleB(1, random.Next(-20, 1)))];
            Tensor x = Tensor.From<double>(elements, new Shape(shape)).To(dtype);
            double[] norm = Doubles(x.Norm(axes));
            for (int k = least; k <= greatest; k += 13)
            {
                Assert.Equal(norm, Doubles((x * Math.ScaleB(1, k)).Norm(axes)).Select(scaled => Math.ScaleB(scaled, -k)));
            }
        }
    }

    // each of the roundings of a pairwise sum, ⌈log₂ n⌉ and a constant, of squares and roots
    [Property(Replay = "(11,13)", MaxTest = 100)]
    public void Norm_IsThatInHigherPrecision(PositiveInt seed)
    {
        var random = new Random(seed.Get);
        int rows = random.Next(1, 40), columns = random.Next(1, 60);
        float[] elements = [.. Enumerable.Range(0, rows * columns).Select(_ => (float)((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-30, 30))))];
        Tensor x = Tensor.From<float>(elements, new Shape(rows, columns)), exact = x.To(DType.Float64);
        foreach (int[] axes in (int[][])[[0], [1], [0, 1]])
        {
            double[] expected = Doubles(exact.Square().Sum(axes).Sqrt()), actual = Doubles(x.Norm(axes));
            for (int i = 0; i < expected.Length; i++)
            {
                Assert.InRange(actual[i], expected[i] * (1 - (40 * DType.Float32.Epsilon())), expected[i] * (1 + (40 * DType.Float32.Epsilon())));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Norm_OfWhatIsNotFinite_IsNotFinite(DType dtype)
    {
        Assert.Equal(double.PositiveInfinity, Scalar(Of(dtype, 1, double.NegativeInfinity).Norm()));
        Assert.True(double.IsNaN(Scalar(Of(dtype, double.NaN, double.PositiveInfinity).Norm())));
        Assert.True(double.IsNaN(Scalar(Of(dtype, double.NaN, 1, 0, 1e300).Norm())));
        Assert.Equal(0, Scalar(Of(dtype, 0, -0.0).Norm()));
        Assert.Equal(0, Scalar(Of(dtype).Norm()));
        Assert.Equal(5e-25, Scalar(Of(dtype, 3e-25, -4e-25).Norm()), 1e-31);
    }

    private static Tensor Of(DType dtype, params double[] elements) => Tensor.From(elements).To(dtype);

    private static double Scalar(Tensor tensor) => tensor.To(DType.Float64).ToScalar();

    private static double[] Doubles(Tensor tensor) => tensor.To(DType.Float64).ToArray<double>();
}
