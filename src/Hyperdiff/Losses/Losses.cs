using System.Runtime.CompilerServices;
using Hyperdiff.Primitives;

namespace Hyperdiff;

/// <summary>Losses that models are trained and judged by: scalars, means over a batch, stable for predictions of any size.</summary>
/// <remarks>
/// The first axis is the batch; further axes are averaged over too. So the loss of a batch is the average of the losses of its slices, weighted by their sizes.
/// Shapes must be equal: broadcasting <c>[n]</c> against <c>[n, 1]</c> would silently compare every prediction with every target.
/// </remarks>
public static class Losses
{
    /// <summary>The mean of <c>−t ln σ(z) − (1 − t) ln(1 − σ(z))</c>, <c>softplus(z) − t z</c>, with the same digits for both classes.</summary>
    /// <param name="logits">z, of any shape: logarithms of odds, not probabilities. An infinite one is certainty: a loss of 0 where t agrees with it, ∞
    /// otherwise.</param>
    /// <param name="targets">t of the same shape and element type, from 0 to 1.</param>
    /// <exception cref="ShapeMismatchException">The shapes differ.</exception>
    /// <exception cref="DTypeMismatchException">The element types differ.</exception>
    public static Tensor BinaryCrossEntropyWithLogits(Tensor logits, Tensor targets)
    {
        RequireSameType(nameof(BinaryCrossEntropyWithLogits), logits, targets);
        return BinaryCrossEntropy.Instance.Of(logits, targets).Mean();
    }

    /// <summary>The mean over the batch of <c>−Σ_c p_c ln softmax(z)_c</c>.</summary>
    /// <param name="logits">z <c>[n, classes]</c>: unnormalised logarithms of probabilities.</param>
    /// <param name="labels">Either <c>int32 [n]</c>, the true class of every sample, or <c>[n, classes]</c> of the logits' element type: probabilities
    /// p.</param>
    /// <param name="smoothing">s from 0 to 1: the probabilities p are replaced by <c>(1 − s) p + s / classes</c> (Szegedy et al. 2016, "Rethinking the
    /// Inception architecture", section 7).</param>
    /// <exception cref="ShapeMismatchException">The shapes do not fit.</exception>
    /// <exception cref="DTypeMismatchException">The labels are neither classes nor probabilities.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A class is outside 0 … classes − 1, or the smoothing outside 0 … 1.</exception>
    public static Tensor CrossEntropy(Tensor logits, Tensor labels, double smoothing = 0)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(labels);
        if (!(smoothing is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(smoothing), smoothing, "CrossEntropy: the smoothing is a share of the labels, from 0 to 1.");
        }

        if (logits.Rank != 2)
        {
            throw new ShapeMismatchException($"CrossEntropy: logits are [n, classes], not {logits.Shape}; reshape them.");
        }

        if (labels.DType.IsFloating() && labels.Shape != logits.Shape && labels.Shape == new Shape(logits.Shape[0]))
        {
            throw new DTypeMismatchException(
                $"CrossEntropy: labels {labels.Type} are neither classes, int32 [{logits.Shape[0]}], nor probabilities, {logits.Type}; if they are classes, "
                    + $"convert them: labels.To(DType.Int32).");
        }

        return labels.DType == DType.Int32 ? OfClasses(logits, labels, smoothing) : OfProbabilities(logits, labels, smoothing);
    }

    /// <summary>The mean of <c>max(0, 1 − t y)</c>: 0 beyond a margin of 1 on the right side. The derivative at the margin is 0.</summary>
    /// <param name="predictions">y, of any shape: scores whose sign is the class.</param>
    /// <param name="targets">t of the same shape and element type, −1 or 1.</param>
    /// <exception cref="ShapeMismatchException">The shapes differ.</exception>
    /// <exception cref="DTypeMismatchException">The element types differ.</exception>
    public static Tensor Hinge(Tensor predictions, Tensor targets)
    {
        RequireSameType(nameof(Hinge), predictions, targets);
        return (1 - (targets * predictions)).Relu().Mean();
    }

    /// <summary>The mean of <c>r²/2</c> for residuals <c>r = y − t</c> with <c>|r| ≤ δ</c>, and of <c>δ (|r| − δ/2)</c> beyond. Divided by δ, it is the smooth
    /// L1 loss.</summary>
    /// <remarks>Source: Huber (1964), "Robust estimation of a location parameter", doi:10.1214/aoms/1177703732, Annals of Mathematical Statistics 35(1),
    /// 73–101. The second derivative jumps at δ.</remarks>
    /// <param name="predictions">y, of any shape.</param>
    /// <param name="targets">t of the same shape and element type.</param>
    /// <param name="delta">δ > 0, in the unit of the residuals.</param>
    /// <exception cref="ShapeMismatchException">The shapes differ.</exception>
    /// <exception cref="DTypeMismatchException">The element types differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">δ is not positive and finite.</exception>
    public static Tensor Huber(Tensor predictions, Tensor targets, double delta = 1)
    {
        RequireSameType(nameof(Huber), predictions, targets);
        if (!(delta > 0 && double.IsFinite(delta)))
        {
            throw new ArgumentOutOfRangeException(nameof(delta), delta,
                "Huber: delta, from which on residuals count linearly, is positive and finite; without one this is MeanSquaredError.");
        }

        Tensor residual = predictions - targets;
        Tensor size = residual.Abs();
        return Tensor.Where(size.AtMost(delta), 0.5 * residual.Square(), delta * (size - (0.5 * delta))).Mean();
    }

    /// <summary>The mean over the batch of <c>Σ_c p_c (ln p_c − ln q_c)</c>, the divergence of predictions q from targets p.</summary>
    /// <remarks>A class with <c>ln p = −∞</c> counts 0, whatever q; a class that q excludes and p does not counts ∞.</remarks>
    /// <param name="logPredictions">ln q <c>[n, classes]</c>, as from <see cref="Tensor.LogSoftmax"/>.</param>
    /// <param name="logTargets">ln p of the same shape and element type.</param>
    /// <exception cref="ShapeMismatchException">The shapes differ, or are not those of a batch of classes.</exception>
    /// <exception cref="DTypeMismatchException">The element types differ.</exception>
    public static Tensor KullbackLeibler(Tensor logPredictions, Tensor logTargets)
    {
        RequireSameType(nameof(KullbackLeibler), logPredictions, logTargets);
        if (logPredictions.Rank != 2)
        {
            throw new ShapeMismatchException($"KullbackLeibler: logarithms of probabilities are [n, classes], not {logPredictions.Shape}; reshape them.");
        }

        // 0 · (ln 0 − ln q) counts 0
        return Tensor.Where(logTargets.Equals(double.NegativeInfinity, string.Empty), 0, logTargets.Exp() * (logTargets - logPredictions)).Sum(-1).Mean();
    }

    /// <summary>The mean of <c>|y − t|</c>; the derivative where they are equal is 0.</summary>
    /// <param name="predictions">y, of any shape.</param>
    /// <param name="targets">t of the same shape and element type.</param>
    /// <exception cref="ShapeMismatchException">The shapes differ.</exception>
    /// <exception cref="DTypeMismatchException">The element types differ.</exception>
    public static Tensor MeanAbsoluteError(Tensor predictions, Tensor targets)
    {
        RequireSameType(nameof(MeanAbsoluteError), predictions, targets);
        return (predictions - targets).Abs().Mean();
    }

    /// <summary>The mean of <c>(y − t)²</c>.</summary>
    /// <param name="predictions">y, of any shape.</param>
    /// <param name="targets">t of the same shape and element type.</param>
    /// <exception cref="ShapeMismatchException">The shapes differ.</exception>
    /// <exception cref="DTypeMismatchException">The element types differ.</exception>
    public static Tensor MeanSquaredError(Tensor predictions, Tensor targets)
    {
        RequireSameType(nameof(MeanSquaredError), predictions, targets);
        return (predictions - targets).Square().Mean();
    }

    private static Tensor OfClasses(Tensor logits, Tensor labels, double smoothing)
    {
        if (labels.Shape != new Shape(logits.Shape[0]))
        {
            throw new ShapeMismatchException(
                $"CrossEntropy: logits {logits.Shape} take labels of shape [{logits.Shape[0]}], one class per sample, not {labels.Shape}; reshape them.");
        }

        return smoothing == 0
            ? -logits.LogSoftmax().Gather(labels.Unsqueeze(-1)).Mean()
            : OfProbabilities(logits, labels.OneHot(logits.Shape[1], logits.DType), smoothing);
    }

    private static Tensor OfProbabilities(Tensor logits, Tensor labels, double smoothing)
    {
        RequireSameType(nameof(CrossEntropy), logits, labels);
        labels = smoothing == 0 ? labels : ((1 - smoothing) * labels) + (smoothing / logits.Shape[1]);
        Tensor logarithms = logits.LogSoftmax();

        // 0 · ln 0 counts 0: a class that cannot occur (a logit of −∞) and is not expected
        Tensor impossible = labels.Equals(0, string.Empty) & logarithms.Equals(double.NegativeInfinity, string.Empty);
        return -Tensor.Where(impossible, 0, labels * logarithms).Sum(-1).Mean();
    }

    private static void RequireSameType(string loss, Tensor left, Tensor right,
        [CallerArgumentExpression(nameof(left))] string leftName = "", [CallerArgumentExpression(nameof(right))] string rightName = "")
    {
        ArgumentNullException.ThrowIfNull(left, leftName);
        ArgumentNullException.ThrowIfNull(right, rightName);
        if (left.Shape != right.Shape)
        {
            throw new ShapeMismatchException(
                $"{loss}: {leftName} {left.Shape} and {rightName} {right.Shape} differ in shape, and losses do not broadcast; reshape one.");
        }

        if (left.DType != right.DType)
        {
            DType common = Labelled.Common(left.DType, right.DType);
            throw new DTypeMismatchException(
                $"{loss}: {leftName} {left.Type} and {rightName} {right.Type} differ in element type; convert one: "
                    + $"{(common == left.DType ? rightName : leftName)}.To(DType.{common}).");
        }
    }
}
