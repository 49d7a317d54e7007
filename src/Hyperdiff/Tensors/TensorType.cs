namespace Hyperdiff;

/// <summary>What is known of a tensor before its elements are: element type and shape.</summary>
/// <param name="DType">The element type.</param>
/// <param name="Shape">The sizes, outermost first.</param>
public readonly record struct TensorType(DType DType, Shape Shape)
{
    /// <summary>The memory that the elements take.</summary>
    public long Bytes => (long)Shape.ElementCount * DType switch
    {
        DType.Float64 => sizeof(double),
        DType.Bool => sizeof(bool),
        _ => sizeof(int),
    };

    /// <summary><c>float64 [569, 30]</c>.</summary>
    public override string ToString() => $"{DType.Name()} {Shape}";
}
