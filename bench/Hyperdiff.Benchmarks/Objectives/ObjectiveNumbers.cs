namespace Hyperdiff.Benchmarks.Objectives;

/// <summary>The numbers that objectives are given.</summary>
internal static class ObjectiveNumbers
{
    /// <summary>Normally distributed numbers, the same for the same seed.</summary>
    public static Tensor Normal(DType dtype, int seed, params ReadOnlySpan<int> sizes) => RandomKey.FromSeed(seed).Normal(new Shape(sizes)).To(dtype);

    /// <summary>Numbers between 0 and 1, the same for the same seed.</summary>
    public static Tensor Uniform(DType dtype, int seed, params ReadOnlySpan<int> sizes) => RandomKey.FromSeed(seed).Uniform(new Shape(sizes)).To(dtype);

    /// <summary>A value with its gradient.</summary>
    public static Tensor[] Of(ValueAndGradient<Tensor> result) => [result.Value, result.Gradient];
}
