using Hyperdiff.Primitives;

namespace Hyperdiff;

public sealed partial class Tensor
{
    /// <summary>The greatest element in each place of a window over the last axis. See <see cref="MaxPool2d"/>.</summary>
    /// <param name="kernel">The size of the window.</param>
    /// <param name="stride">The distance between neighboring places; null for the size of the window.</param>
    /// <param name="padding">Elements around the tensor that are never the greatest; null for none.</param>
    /// <param name="dilation">The distance between neighboring elements of the window; null for 1.</param>
    public Tensor MaxPool1d(Axes kernel, Axes? stride = null, Padding? padding = null, Axes? dilation = null) =>
        MaxPool(Pooled(nameof(MaxPool1d), 1, kernel, Moves(kernel, stride, padding, dilation)));

    /// <summary>The greatest element in each place of a window over the last two axes: <c>[…, height, width]</c> gives <c>[…, positions,
    /// positions]</c>.</summary>
    /// <remarks>
    /// The positions are those of <see cref="Conv2d"/>. NaN where the window sees one. Where several elements of a window are equal the derivative is shared
    /// equally among them, as for <see cref="Max()"/>: PyTorch gives it to the first of them instead, so gradients differ at ties, after a <see cref="Relu"/>
    /// among zeros for example.
    /// </remarks>
    /// <param name="kernel">The sizes of the window: a number for each axis, or one for all.</param>
    /// <param name="stride">The distances between neighboring places; null for the sizes of the window.</param>
    /// <param name="padding">Elements around the tensor that are never the greatest; null for none.</param>
    /// <param name="dilation">The distances between neighboring elements of the window; null for 1.</param>
    /// <exception cref="ShapeMismatchException">The tensor has too few axes, or the window is larger than the padded tensor, or sees nothing but padding
    /// somewhere.</exception>
    /// <exception cref="ArgumentException">An option has neither one number nor one per axis, or a number is out of range.</exception>
    public Tensor MaxPool2d(Axes kernel, Axes? stride = null, Padding? padding = null, Axes? dilation = null) =>
        MaxPool(Pooled(nameof(MaxPool2d), 2, kernel, Moves(kernel, stride, padding, dilation)));

    /// <summary>The greatest element in each place of a window over the last three axes. See <see cref="MaxPool2d"/>.</summary>
    /// <param name="kernel">The sizes of the window.</param>
    /// <param name="stride">The distances between neighboring places; null for the sizes of the window.</param>
    /// <param name="padding">Elements around the tensor that are never the greatest; null for none.</param>
    /// <param name="dilation">The distances between neighboring elements of the window; null for 1.</param>
    public Tensor MaxPool3d(Axes kernel, Axes? stride = null, Padding? padding = null, Axes? dilation = null) =>
        MaxPool(Pooled(nameof(MaxPool3d), 3, kernel, Moves(kernel, stride, padding, dilation)));

    /// <summary>The mean in each place of a window over the last axis. See <see cref="AvgPool2d"/>.</summary>
    /// <param name="kernel">The size of the window.</param>
    /// <param name="stride">The distance between neighboring places; null for the size of the window.</param>
    /// <param name="padding">Zeros around the tensor; null for none.</param>
    /// <param name="countIncludePad">Whether the zeros count as elements.</param>
    public Tensor AvgPool1d(Axes kernel, Axes? stride = null, Padding? padding = null, bool countIncludePad = true) =>
        AvgPool(Pooled(nameof(AvgPool1d), 1, kernel, Moves(kernel, stride, padding)), countIncludePad);

    /// <summary>The mean in each place of a window over the last two axes: <c>[…, height, width]</c> gives <c>[…, positions, positions]</c>.</summary>
    /// <remarks>The positions are those of <see cref="Conv2d"/>.</remarks>
    /// <param name="kernel">The sizes of the window: a number for each axis, or one for all.</param>
    /// <param name="stride">The distances between neighboring places; null for the sizes of the window.</param>
    /// <param name="padding">Zeros around the tensor; null for none.</param>
    /// <param name="countIncludePad">Whether the zeros count as elements; if not, the mean is over the elements of the tensor alone.</param>
    /// <exception cref="ShapeMismatchException">The tensor has too few axes, or the window is larger than the padded tensor, or sees nothing but padding
    /// somewhere.</exception>
    /// <exception cref="ArgumentException">An option has neither one number nor one per axis, or a number is out of range.</exception>
    public Tensor AvgPool2d(Axes kernel, Axes? stride = null, Padding? padding = null, bool countIncludePad = true) =>
        AvgPool(Pooled(nameof(AvgPool2d), 2, kernel, Moves(kernel, stride, padding)), countIncludePad);

    /// <summary>The mean in each place of a window over the last three axes. See <see cref="AvgPool2d"/>.</summary>
    /// <param name="kernel">The sizes of the window.</param>
    /// <param name="stride">The distances between neighboring places; null for the sizes of the window.</param>
    /// <param name="padding">Zeros around the tensor; null for none.</param>
    /// <param name="countIncludePad">Whether the zeros count as elements.</param>
    public Tensor AvgPool3d(Axes kernel, Axes? stride = null, Padding? padding = null, bool countIncludePad = true) =>
        AvgPool(Pooled(nameof(AvgPool3d), 3, kernel, Moves(kernel, stride, padding)), countIncludePad);

    private Tensor MaxPool(WindowGeometry geometry) => geometry.Windows(this, double.NegativeInfinity).Max(KernelAxes(geometry.Kernel.Length));

    private Tensor AvgPool(WindowGeometry geometry, bool countIncludePad)
    {
        int moved = geometry.Kernel.Length;
        Tensor sum = geometry.Windows(this).Sum(KernelAxes(moved));
        return countIncludePad
            ? sum / new Shape(geometry.Kernel).ElementCount
            : sum / geometry.Windows(Ones(new Shape(Shape.Sizes.AsSpan()[^moved..]), DType)).Sum([.. Enumerable.Range(0, moved)]);
    }

    // windows stand side by side where nothing else is said
    private static Convolution Moves(Axes kernel, Axes? stride, Padding? padding, Axes? dilation = null) =>
        new() { Stride = stride ?? kernel, Padding = padding ?? Padding.Valid, Dilation = dilation ?? 1 };

    private WindowGeometry Pooled(string name, int moved, Axes kernel, Convolution moves)
    {
        Elementwise.RequireFloating(name, Type);
        if (Rank < moved)
        {
            throw new ShapeMismatchException($"{name}: a window over {moved} axes does not move along a tensor of shape {Shape}; reshape it to [channels, …].");
        }

        int[] sizes = WindowNumbers.For(name, "kernel", kernel, moved);
        var geometry = new WindowGeometry(name, Shape.Sizes.AsSpan()[^moved..], sizes, moves);
        geometry.RequireElementsEverywhere();
        return geometry;
    }

    // of windows over as many of the last axes
    private int[] KernelAxes(int moved) => [.. Enumerable.Range(Rank - moved, moved)];
}
