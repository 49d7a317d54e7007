namespace Hyperdiff.Tests.Decompositions;

/// <summary>Elements of either floating type as doubles.</summary>
internal static class TensorNumbers
{
    public static double[] ToDoubles(this Tensor tensor) => tensor.To(DType.Float64).ToArray<double>();
}
