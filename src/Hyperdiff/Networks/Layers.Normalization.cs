using Hyperdiff.Primitives;

namespace Hyperdiff;

/// <content>Layers that shift and scale features by statistics of their own.</content>
public static partial class Layers
{
    /// <summary><c>y = (x − μ)/√(σ² + ε) · w + b</c> with mean and variance (divided by n) over the last axes of every item.</summary>
    /// <remarks>Of any size: σ² may be beyond what the element type holds. Source: Ba, Kiros and Hinton (2016), "Layer normalization",
    /// arXiv:1607.06450.</remarks>
    /// <param name="x"><c>[…, features …]</c>.</param>
    /// <param name="weight">w <c>[features …]</c>: its shape says which axes are normalised.</param>
    /// <param name="bias">b <c>[features …]</c>.</param>
    /// <param name="epsilon">ε > 0, in the square of the unit of x.</param>
    /// <exception cref="ShapeMismatchException">The shapes do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">ε is not positive and finite.</exception>
    public static Tensor LayerNorm(Tensor x, Tensor weight, Tensor bias, double epsilon = 1e-5)
    {
        int[] axes = FeatureAxes(nameof(LayerNorm), x, weight);
        ArgumentNullException.ThrowIfNull(bias);
        RequirePositive(nameof(LayerNorm), epsilon);
        if (bias.Shape != weight.Shape)
        {
            throw new ShapeMismatchException($"LayerNorm: weight {weight.Shape} and bias {bias.Shape} differ in shape; both are that of the features.");
        }

        Tensor centered = x - x.Mean(axes, keepAxes: true);
        return (centered / Deviation(centered, axes, epsilon) * weight) + bias;
    }

    /// <summary><c>y = x/√(mean of x² + ε) · w</c> with the mean over the last axes of every item.</summary>
    /// <remarks>Of any size. Source: Zhang and Sennrich (2019), "Root mean square layer normalization", arXiv:1910.07467, equation (4). PyTorch's default for ε
    /// is the machine epsilon.</remarks>
    /// <param name="x"><c>[…, features …]</c>.</param>
    /// <param name="weight">w <c>[features …]</c>: its shape says which axes are normalised.</param>
    /// <param name="epsilon">ε > 0, in the square of the unit of x.</param>
    /// <exception cref="ShapeMismatchException">The shapes do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">ε is not positive and finite.</exception>
    public static Tensor RmsNorm(Tensor x, Tensor weight, double epsilon = 1e-6)
    {
        int[] axes = FeatureAxes(nameof(RmsNorm), x, weight);
        RequirePositive(nameof(RmsNorm), epsilon);
        return x / Deviation(x, axes, epsilon) * weight;
    }

    /// <summary>While training: <c>y = (x − μ)/√(σ² + ε) · w + b</c> with mean and variance (divided by n) of every channel over the batch, and the running
    /// statistics after it.</summary>
    /// <remarks>
    /// The new running statistics are <c>(1 − m) running + m batch</c>, with the unbiased variance of the batch (divided by n − 1). They are differentiable, as
    /// everything is; stop their gradient, or leave them out of the loss. Source: Ioffe and Szegedy (2015), "Batch normalization", arXiv:1502.03167, algorithms
    /// 1 and 2.
    /// </remarks>
    /// <param name="x"><c>[n, channels, …]</c>.</param>
    /// <param name="weight">w <c>[channels]</c>.</param>
    /// <param name="bias">b <c>[channels]</c>.</param>
    /// <param name="running">Mean and variance <c>[channels]</c> before this batch: 0 and 1 at the beginning.</param>
    /// <param name="momentum">m from 0 to 1: how much the batch counts.</param>
    /// <param name="epsilon">ε > 0, in the square of the unit of x.</param>
    /// <exception cref="ShapeMismatchException">The shapes do not fit, or a channel has fewer than two numbers, of which there is no variance.</exception>
    /// <exception cref="ArgumentOutOfRangeException">ε is not positive and finite, or m not from 0 to 1.</exception>
    public static (Tensor Output, (Tensor Mean, Tensor Variance) Running) BatchNormTraining(
        Tensor x, Tensor weight, Tensor bias, (Tensor Mean, Tensor Variance) running, double momentum = 0.1, double epsilon = 1e-5)
    {
        RequireChannels(nameof(BatchNormTraining), x, (weight, bias), running);
        RequirePositive(nameof(BatchNormTraining), epsilon);
        if (!(momentum is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(momentum), momentum,
                "BatchNormTraining: the momentum, how much the batch counts in the running statistics, is from 0 to 1.");
        }

        int count = x.Shape[1] == 0 ? 0 : x.Count / x.Shape[1];
        if (count < 2 && x.Shape[1] > 0)
        {
            throw new ShapeMismatchException(
                $"BatchNormTraining: x {x.Shape} has too few numbers per channel, {count}: a variance takes two; enlarge the batch, or use BatchNorm with "
                    + $"known statistics.");
        }

        int[] axes = [0, .. Enumerable.Range(2, x.Rank - 2)];
        Tensor mean = x.Mean(axes);
        Tensor centered = x - PerChannel(mean, x), variance = centered.Square().Mean(axes);
        return (
            (centered / Deviation(centered, axes, epsilon) * PerChannel(weight, x)) + PerChannel(bias, x),
            (((1 - momentum) * running.Mean) + (momentum * mean), ((1 - momentum) * running.Variance) + (momentum * count / (count - 1.0) * variance)));
    }

    /// <summary>At inference: <c>y = (x − μ)/√(σ² + ε) · w + b</c> with known statistics of every channel.</summary>
    /// <param name="x"><c>[n, channels, …]</c>.</param>
    /// <param name="weight">w <c>[channels]</c>.</param>
    /// <param name="bias">b <c>[channels]</c>.</param>
    /// <param name="statistics">Mean and variance <c>[channels]</c>.</param>
    /// <param name="epsilon">ε > 0, in the square of the unit of x.</param>
    /// <exception cref="ShapeMismatchException">The shapes do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">ε is not positive and finite.</exception>
    public static Tensor BatchNorm(Tensor x, Tensor weight, Tensor bias, (Tensor Mean, Tensor Variance) statistics, double epsilon = 1e-5)
    {
        RequireChannels(nameof(BatchNorm), x, (weight, bias), statistics);
        RequirePositive(nameof(BatchNorm), epsilon);
        Tensor scale = weight / (statistics.Variance + epsilon).Sqrt();
        return ((x - PerChannel(statistics.Mean, x)) * PerChannel(scale, x)) + PerChannel(bias, x);
    }

    // √(mean of x² + ε) for each slice, with the axes kept: a norm over √n, which of many large numbers could overflow, so a power of two is divided out
    private static Tensor Deviation(Tensor x, int[] axes, double epsilon)
    {
        var norm = new EuclideanNorm(new Axes(axes));
        Shape kept = norm.Kept(x.Shape);
        int count = kept.ElementCount == 0 ? 1 : x.Count / kept.ElementCount;
        double share = Tensor.NormShare(count);
        return new OffsetNorm(norm.Reduced, share * Math.Sqrt(count * epsilon)).Of(x * share).Reshape(kept) / (share * Math.Sqrt(count));
    }

    // [channels] as [channels, 1, …], which broadcasts against [n, channels, …]
    private static Tensor PerChannel(Tensor channels, Tensor x) => channels.Reshape([channels.Count, .. Enumerable.Repeat(1, x.Rank - 2)]);

    private static int[] FeatureAxes(string layer, Tensor x, Tensor weight)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(weight);
        int first = x.Rank - weight.Rank;
        return weight.Rank > 0 && first >= 0 && x.Shape.Sizes.AsSpan()[first..].SequenceEqual(weight.Shape.Sizes.AsSpan())
            ? [.. Enumerable.Range(first, weight.Rank)]
            : throw new ShapeMismatchException(
                $"{layer}: x {x.Shape} does not end in the shape of the weight, {weight.Shape}, which says what is normalised; reshape the weight.");
    }

    private static void RequireChannels(string layer, Tensor x, (Tensor Weight, Tensor Bias) scaling, (Tensor Mean, Tensor Variance) statistics)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Rank < 2)
        {
            throw new ShapeMismatchException($"{layer}: x is [n, channels, …], not {x.Shape}; unsqueeze it.");
        }

        (string, Tensor)[] perChannel = [("weight", scaling.Weight), ("bias", scaling.Bias), ("mean", statistics.Mean), ("variance", statistics.Variance)];
        foreach ((string name, Tensor tensor) in perChannel)
        {
            ArgumentNullException.ThrowIfNull(tensor, name);
            if (tensor.Shape != new Shape(x.Shape[1]))
            {
                throw new ShapeMismatchException(
                    $"{layer}: x {x.Shape} has {x.Shape[1]} channels along axis 1, so the {name} is of shape [{x.Shape[1]}], not {tensor.Shape}.");
            }
        }
    }
}
