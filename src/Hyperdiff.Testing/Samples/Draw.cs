namespace Hyperdiff.Testing.Samples;

/// <summary>Tensors of normally distributed numbers that depend on a seed alone.</summary>
internal static class Draw
{
    /// <summary>The tensor of a seed.</summary>
    public static Tensor Normal(int seed, Shape shape, DType dtype = DType.Float64)
    {
        var random = new Random(seed);
        double[] elements = [.. Enumerable.Range(0, shape.ElementCount).Select(_ =>
            Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()))];
        return dtype == DType.Float64 ? Tensor.Wrap(elements, shape) : Tensor.Wrap(Array.ConvertAll(elements, x => (float)x), shape);
    }
}
