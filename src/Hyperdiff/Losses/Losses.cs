namespace Hyperdiff;

/// <summary>Losses that models are trained and judged by: scalars, means over a batch, stable for predictions of any size.</summary>
/// <remarks>
/// The first axis is the batch; further axes are averaged over too. So the loss of a batch is the average of the losses of its slices, weighted by their sizes.
/// Shapes must be equal: broadcasting <c>[n]</c> against <c>[n, 1]</c> would silently compare every prediction with every target.
/// </remarks>
public static class Losses
{
    /// <summary>The mean of <c>−t ln σ(z) − (1 − t) ln(1 − σ(z))</c>, computed as <c>softplus(z) − t z</c>.</summary>
    /// <param name="logits">z, of any shape: logarithms of odds, not probabilities.</param>
    /// <param name="targets">t of the same shape and element type, from 0 to 1.</param>
    /// <exception cref="ShapeMismatchException">The shapes differ.</exception>
    /// <exception cref="DTypeMismatchException">The element types differ.</exception>
    public static Tensor BinaryCrossEntropyWithLogits(Tensor logits, Tensor targets)
    {
        RequireSameType(nameof(BinaryCrossEntropyWithLogits), logits, nameof(logits), targets, nameof(targets));
        return (logits.Softplus() - (targets * logits)).Mean();
    }

    /// <summary>The mean over the batch of <c>−Σ_c p_c ln softmax(z)_c</c>.</summary>
    /// <param name="logits">z <c>[n, classes]</c>: unnormalised logarithms of probabilities.</param>
    /// <param name="labels">Either <c>int32 [n]</c>, the true class of every sample, or <c>[n, classes]</c> of the logits' element type: probabilities p.</param>
    /// <exception cref="ShapeMismatchException">The shapes do not fit.</exception>
    /// <exception cref="DTypeMismatchException">The labels are neither classes nor probabilities.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A class is outside of 0 … classes − 1.</exception>
    public static Tensor CrossEntropy(Tensor logits, Tensor labels)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(labels);
        if (logits.Rank != 2)
        {
            throw new ShapeMismatchException($"CrossEntropy: logits are [n, classes], not {logits.Shape}; reshape them.");
        }

        return labels.DType == DType.Int32 ? OfClasses(logits, labels) : OfProbabilities(logits, labels);
    }

    /// <summary>The mean of <c>(y − t)²</c>.</summary>
    /// <param name="predictions">y, of any shape.</param>
    /// <param name="targets">t of the same shape and element type.</param>
    /// <exception cref="ShapeMismatchException">The shapes differ.</exception>
    /// <exception cref="DTypeMismatchException">The element types differ.</exception>
    public static Tensor MeanSquaredError(Tensor predictions, Tensor targets)
    {
        RequireSameType(nameof(MeanSquaredError), predictions, nameof(predictions), targets, nameof(targets));
        return (predictions - targets).Square().Mean();
    }

    private static Tensor OfClasses(Tensor logits, Tensor labels) => labels.Shape == new Shape(logits.Shape[0])
        ? -logits.LogSoftmax().Gather(labels.Unsqueeze(-1)).Mean()
        : throw new ShapeMismatchException($"CrossEntropy: logits {logits.Shape} take labels of shape [{logits.Shape[0]}], one class per sample, not {labels.Shape}; reshape them.");

    private static Tensor OfProbabilities(Tensor logits, Tensor labels)
    {
        RequireSameType(nameof(CrossEntropy), logits, nameof(logits), labels, nameof(labels));
        Tensor logarithms = logits.LogSoftmax();

        // 0 · ln 0 counts 0: a class that cannot occur (a logit of −∞) and is not expected
        Tensor impossible = labels.Equal(0) & logarithms.Equal(double.NegativeInfinity);
        return -Tensor.Where(impossible, 0, labels * logarithms).Sum(-1).Mean();
    }

    private static void RequireSameType(string loss, Tensor left, string leftName, Tensor right, string rightName)
    {
        ArgumentNullException.ThrowIfNull(left, leftName);
        ArgumentNullException.ThrowIfNull(right, rightName);
        if (left.Shape != right.Shape)
        {
            throw new ShapeMismatchException($"{loss}: {leftName} {left.Shape} and {rightName} {right.Shape} differ in shape, and losses do not broadcast; reshape one.");
        }

        if (left.DType != right.DType)
        {
            throw new DTypeMismatchException(
                $"{loss}: {leftName} {left.Type} and {rightName} {right.Type} differ in element type; convert one: {rightName}.To(DType.{left.DType}).");
        }
    }
}
