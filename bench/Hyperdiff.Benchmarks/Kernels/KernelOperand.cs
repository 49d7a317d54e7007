namespace Hyperdiff.Benchmarks.Kernels;

/// <summary>Numbers that a kernel is given.</summary>
/// <param name="Kind">How they are spread.</param>
/// <param name="Shape">Their shape; empty for that of the case.</param>
internal sealed record KernelOperand(string Kind, Shape Shape)
{
    /// <summary>Above 0.1.</summary>
    public static KernelOperand Positive { get; } = new("positive", []);

    /// <summary>Between −0.95 and 0.95.</summary>
    public static KernelOperand Unit { get; } = new("unit", []);

    /// <summary>Close to 1.</summary>
    public static KernelOperand NearOne { get; } = new("near one", []);

    /// <summary>Normally distributed.</summary>
    public static KernelOperand Normal(params ReadOnlySpan<int> sizes) => new("normal", new Shape(sizes));

    /// <summary>A matrix that is symmetric and positive definite.</summary>
    public static KernelOperand Definite(int size) => new("definite", [size, size]);

    /// <summary>With a shape, if it has none.</summary>
    public KernelOperand OfDefault(params ReadOnlySpan<int> sizes) => Shape.Rank > 0 ? this : this with { Shape = new Shape(sizes) };

    /// <summary>The numbers; the same for the same seed.</summary>
    public Tensor Numbers(DType dtype, int seed)
    {
        Tensor normal = RandomKey.FromSeed(seed).Normal(Shape);
        Tensor numbers = Kind switch
        {
            "positive" => normal.Abs() + 0.1,
            "unit" => normal.Tanh() * 0.95,
            "definite" => (normal.MatMul(normal.Transpose()) / Shape[0]) + (0.1 * Tensor.Eye(Shape[0])),
            "near one" => 1 + (normal * 0.01),
            _ => normal,
        };
        return numbers.To(dtype);
    }
}
