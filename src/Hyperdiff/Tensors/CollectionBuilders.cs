namespace Hyperdiff;

/// <summary>Lets a shape be written as a collection expression: <c>Tensor.Zeros([256, 64])</c>.</summary>
public static class ShapeBuilder
{
    /// <summary>The shape with these sizes.</summary>
    public static Shape Create(ReadOnlySpan<int> sizes) => new(sizes);
}

/// <summary>Lets axes be written as a collection expression.</summary>
public static class AxesBuilder
{
    /// <summary>The list of these integers.</summary>
    public static Axes Create(ReadOnlySpan<int> items) => new(items);
}
