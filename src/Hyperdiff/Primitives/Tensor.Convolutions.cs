using Hyperdiff.Primitives;

namespace Hyperdiff;

public sealed partial class Tensor
{
    /// <summary>The convolution of neural networks over one axis. See <see cref="Conv2d"/>.</summary>
    /// <param name="weight"><c>[outputs, channels / groups, kernel]</c>.</param>
    /// <param name="options">How the kernel moves; null for stride 1 without padding.</param>
    public Tensor Conv1d(Tensor weight, Convolution? options = null) => Convolve(nameof(Conv1d), 1, weight, options ?? new());

    /// <summary>The convolution of neural networks over two axes: a cross-correlation, the kernel is not turned.</summary>
    /// <remarks>
    /// <code>
    /// y[…, o, p, q] = Σ_{c, k, l} weight[o, c, k, l] · x[…, c, p·stride + k·dilation − padding, q·stride + l·dilation − padding]
    /// </code>
    /// with 0 for x outside the tensor, and c over the channels of the group that o belongs to. The number of positions along an axis is <c>⌊(size + padding
    /// before + padding after − dilation·(kernel − 1) − 1) / stride⌋ + 1</c>. A bias is added by the caller: <c>x.Conv2d(w) + b.Reshape(-1, 1, 1)</c>.
    /// Outside of a compiled graph it is computed as a matrix product with all that the kernel sees, and takes memory for kernel times as many elements as
    /// the result has positions and x channels; so is its derivative with respect to x with a stride beyond 1.
    /// </remarks>
    /// <param name="weight"><c>[outputs, channels / groups, kernel, kernel]</c> for this tensor <c>[…, channels, height, width]</c>, which has any number of
    /// leading axes.</param>
    /// <param name="options">How the kernel moves; null for stride 1 without padding.</param>
    /// <returns><c>[…, outputs, positions, positions]</c>.</returns>
    /// <exception cref="ShapeMismatchException">Axes, channels or groups do not fit, or the kernel is larger than the padded tensor.</exception>
    /// <exception cref="ArgumentException">An option has neither one number nor one per axis, or a number is out of range.</exception>
    public Tensor Conv2d(Tensor weight, Convolution? options = null) => Convolve(nameof(Conv2d), 2, weight, options ?? new());

    /// <summary>The convolution of neural networks over three axes. See <see cref="Conv2d"/>.</summary>
    /// <param name="weight"><c>[outputs, channels / groups, kernel, kernel, kernel]</c>.</param>
    /// <param name="options">How the kernel moves; null for stride 1 without padding.</param>
    public Tensor Conv3d(Tensor weight, Convolution? options = null) => Convolve(nameof(Conv3d), 3, weight, options ?? new());

    /// <summary>The transpose of a convolution over one axis. See <see cref="ConvTranspose2d"/>.</summary>
    /// <param name="weight"><c>[channels, outputs / groups, kernel]</c>.</param>
    /// <param name="options">Those of the convolution that this is the transpose of; null for stride 1 without padding.</param>
    /// <param name="outputPadding">Elements added behind the last one; null for none.</param>
    public Tensor ConvTranspose1d(Tensor weight, Convolution? options = null, Axes? outputPadding = null) =>
        ConvolveTransposed((nameof(ConvTranspose1d), 1), weight, options ?? new(), outputPadding ?? 0);

    /// <summary>The transpose of a convolution over two axes as a linear map: every element adds a multiple of the kernel to the result.</summary>
    /// <remarks>
    /// <c>⟨x.Conv2d(w, options), y⟩ = ⟨x, y.ConvTranspose2d(w, options)⟩</c>. The size along an axis is <c>(positions − 1)·stride − padding before − padding
    /// after + dilation·(kernel − 1) + 1 + output padding</c>. Several sizes of x have convolutions of the same size when the stride is beyond 1; the output
    /// padding chooses among them.
    /// </remarks>
    /// <param name="weight"><c>[channels, outputs / groups, kernel, kernel]</c> for this tensor <c>[…, channels, positions, positions]</c>.</param>
    /// <param name="options">Those of the convolution that this is the transpose of; null for stride 1 without padding.</param>
    /// <param name="outputPadding">Elements added behind the last one, less than stride or dilation; null for none.</param>
    /// <returns><c>[…, outputs, height, width]</c>.</returns>
    /// <exception cref="ShapeMismatchException">Axes, channels or groups do not fit, or nothing is left within the padding.</exception>
    /// <exception cref="ArgumentException">An option has neither one number nor one per axis, or a number is out of range; or the padding is
    /// <see cref="Padding.Same"/>.</exception>
    public Tensor ConvTranspose2d(Tensor weight, Convolution? options = null, Axes? outputPadding = null) =>
        ConvolveTransposed((nameof(ConvTranspose2d), 2), weight, options ?? new(), outputPadding ?? 0);

    /// <summary>The transpose of a convolution over three axes. See <see cref="ConvTranspose2d"/>.</summary>
    /// <param name="weight"><c>[channels, outputs / groups, kernel, kernel, kernel]</c>.</param>
    /// <param name="options">Those of the convolution that this is the transpose of; null for stride 1 without padding.</param>
    /// <param name="outputPadding">Elements added behind the last one; null for none.</param>
    public Tensor ConvTranspose3d(Tensor weight, Convolution? options = null, Axes? outputPadding = null) =>
        ConvolveTransposed((nameof(ConvTranspose3d), 3), weight, options ?? new(), outputPadding ?? 0);

    // x as […, group, channel·kernel, position], the weight as [group, output, channel·kernel]
    private Tensor Convolve(string name, int moved, Tensor weight, Convolution options)
    {
        (int[] leading, int channels) = RequireChannels(name, moved, weight, options.Groups);
        (int outputs, int groups) = (weight.Shape[0], options.Groups);
        if (weight.Shape[1] * groups != channels || outputs % groups != 0)
        {
            throw Labelled.Mismatch(
                $"{name}: {Shape} with a weight of shape {weight.Shape} in {groups} groups: {channels} channels need a weight [outputs, "
                    + $"{channels}/{groups}, kernel …] whose outputs divide into the groups",
                this, weight);
        }

        var geometry = new WindowGeometry(name, Shape.Sizes.AsSpan()[^moved..], [.. weight.Shape.Sizes[2..]], options);
        int positions = new Shape(geometry.Positions).ElementCount;
        int seen = new Shape(weight.Shape.Sizes.AsSpan()[1..]).ElementCount;
        Tensor columns = geometry.Windows(this).Reshape([.. leading, groups, seen, positions]);
        return weight.Reshape(groups, outputs / groups, seen).MatMul(columns).Reshape([.. leading, outputs, .. geometry.Positions]);
    }

    private Tensor ConvolveTransposed((string Name, int Moved) operation, Tensor weight, Convolution options, Axes outputPadding)
    {
        (string name, int moved) = operation;
        (int[] leading, int channels) = RequireChannels(name, moved, weight, options.Groups);
        int groups = options.Groups;
        if (weight.Shape[0] != channels || channels % groups != 0)
        {
            throw Labelled.Mismatch(
                $"{name}: {Shape} with a weight of shape {weight.Shape} in {groups} groups: {channels} channels need a weight "
                    + $"[{channels}, outputs/{groups}, kernel …], and divide into the groups",
                this, weight);
        }

        int[] kernel = [.. weight.Shape.Sizes[2..]];
        int[] positions = [.. Shape.Sizes[^moved..]];
        var geometry = new TransposedGeometry(name, (positions, kernel), options, outputPadding);
        int outputs = weight.Shape[1] * groups;
        Tensor rows = weight.Reshape(groups, channels / groups, new Shape(weight.Shape.Sizes.AsSpan()[1..]).ElementCount).Transpose();
        Tensor columns = rows.MatMul(Reshape([.. leading, groups, channels / groups, new Shape(positions).ElementCount]));
        return geometry.Overlap(columns.Reshape([.. leading, outputs, .. kernel, .. positions]));
    }

    private (int[] Leading, int Channels) RequireChannels(string name, int moved, Tensor weight, int groups)
    {
        ArgumentNullException.ThrowIfNull(weight);
        ArgumentOutOfRangeException.ThrowIfLessThan(groups, 1);
        if (Rank < moved + 1 || weight.Rank != moved + 2)
        {
            throw Labelled.Mismatch(
                $"{name}: {Shape} with a weight of shape {weight.Shape}: needs a tensor with channels and {moved} axes more, and a weight with "
                    + $"{moved + 2} axes", this, weight);
        }

        if (DType != weight.DType)
        {
            throw Labelled.DTypes($"{name}: element types {DType.Name()} and {weight.DType.Name()} differ; {Labelled.Conversion(DType, weight.DType)}",
                this, weight);
        }

        return ([.. Shape.Sizes[..^(moved + 1)]], Shape[^(moved + 1)]);
    }
}
