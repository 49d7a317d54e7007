namespace Hyperdiff;

/// <summary>How the kernel of a convolution moves. A number stands for all axes, a list has one for each: <c>Stride = 2</c>, <c>Stride = [2, 1]</c>.</summary>
public sealed record Convolution
{
    /// <summary>The distance between neighboring places of the kernel, at least 1; the default is 1.</summary>
    public Axes Stride { get; init; } = 1;

    /// <summary>Zeros around the tensor; the default is none.</summary>
    public Padding Padding { get; init; } = Padding.Valid;

    /// <summary>The distance between neighboring elements that the kernel sees, at least 1; the default is 1.</summary>
    public Axes Dilation { get; init; } = 1;

    /// <summary>Into how many groups the channels are divided, each with kernels of its own; the default is 1. As many as channels is a depthwise
    /// convolution.</summary>
    public int Groups { get; init; } = 1;
}
