using Hyperdiff.Graphs;
using Hyperdiff.Primitives;

namespace Hyperdiff;

/// <content>
/// What is drawn. Bits and uniform numbers are the same bits everywhere; what is computed from them by logarithms and error functions agrees within 2 units in
/// the last place among backends. Samples are tensors: <c>m + s * key.Normal(shape)</c> is differentiable in m and s.
/// </content>
public sealed partial class RandomKey
{
    /// <summary>Random <c>int32</c> numbers, each of the 2³² equally likely.</summary>
    /// <param name="shape">The shape that is drawn for each key.</param>
    public Tensor Bits(Shape shape) => Draw(shape, DType.Int32);

    /// <summary>Numbers from [0, 1), equally spaced: multiples of 2⁻⁵³ for <c>float64</c>, of 2⁻²⁴ for <c>float32</c>.</summary>
    /// <param name="shape">The shape that is drawn for each key.</param>
    /// <param name="dtype"><c>float32</c> or <c>float64</c>.</param>
    /// <exception cref="DTypeMismatchException">The element type is not floating.</exception>
    public Tensor Uniform(Shape shape, DType dtype = DType.Float64)
    {
        RequireFloating(nameof(Uniform), dtype);
        return Draw(shape, dtype);
    }

    /// <summary>Numbers from [low, high): <c>low + (high − low) u</c>, where the result of rounding up to high is the next number below.</summary>
    /// <param name="shape">The shape that is drawn for each key.</param>
    /// <param name="low">The lower end, which may be drawn.</param>
    /// <param name="high">The upper end, which is not.</param>
    /// <param name="dtype"><c>float32</c> or <c>float64</c>.</param>
    /// <exception cref="ArgumentException">In this element type the interval is empty, or its length is not finite.</exception>
    /// <exception cref="DTypeMismatchException">The element type is not floating.</exception>
    public Tensor Uniform(Shape shape, double low, double high, DType dtype = DType.Float64)
    {
        RequireFloating(nameof(Uniform), dtype);
        (double first, double end) = dtype == DType.Float32 ? ((float)low, (float)high) : (low, high);
        double length = dtype == DType.Float32 ? (float)(end - first) : end - first;
        if (!(first < end && double.IsFinite(length)))
        {
            throw new ArgumentException($"RandomKey.Uniform: [{low}, {high}) is not an interval of finite length in {dtype.Name()}; the lower end comes first.",
                nameof(high));
        }

        Tensor drawn = first + (length * Draw(shape, dtype));
        return Tensor.Where(drawn < end, drawn, dtype == DType.Float32 ? MathF.BitDecrement((float)end) : Math.BitDecrement(end));
    }

    /// <summary>Numbers of the normal distribution with mean 0 and variance 1: <c>√2 erf⁻¹(v)</c> with v uniform and symmetric in (−1, 1).</summary>
    /// <remarks>The tails end where the resolution of v does: at ±8.2 for <c>float64</c>, at ±5.4 for <c>float32</c>.</remarks>
    /// <param name="shape">The shape that is drawn for each key.</param>
    /// <param name="dtype"><c>float32</c> or <c>float64</c>.</param>
    /// <exception cref="DTypeMismatchException">The element type is not floating.</exception>
    public Tensor Normal(Shape shape, DType dtype = DType.Float64)
    {
        RequireFloating(nameof(Normal), dtype);
        return Math.Sqrt(2) * Symmetric(shape, dtype).ErfInv();
    }

    /// <summary>Numbers of the standard normal distribution under the condition that they lie in an interval, by inversion of the distribution
    /// function.</summary>
    /// <remarks>In the tails by the inverse of erfc, so that an interval from 30 to 31 is drawn from as well as one around 0. Computed in <c>float64</c>, and
    /// rounded.</remarks>
    /// <param name="shape">The shape that is drawn for each key.</param>
    /// <param name="low">The lower end, perhaps −∞; dimensionless: a number of standard deviations.</param>
    /// <param name="high">The upper end, perhaps ∞.</param>
    /// <param name="dtype"><c>float32</c> or <c>float64</c>.</param>
    /// <exception cref="ArgumentException">The interval is empty, or so far out (37 standard deviations) that its probability is 0 in double
    /// precision.</exception>
    /// <exception cref="DTypeMismatchException">The element type is not floating.</exception>
    public Tensor TruncatedNormal(Shape shape, double low, double high, DType dtype = DType.Float64)
    {
        RequireFloating(nameof(TruncatedNormal), dtype);
        bool above = low >= 0, below = high <= 0;
        (double from, double to) = (low * Math.Sqrt(0.5), high * Math.Sqrt(0.5));
        (double a, double b) = above ? (ErrorFunction.Erfc(to), ErrorFunction.Erfc(from))
            : below ? (ErrorFunction.Erfc(-from), ErrorFunction.Erfc(-to))
            : (ErrorFunction.Erf(from), ErrorFunction.Erf(to));
        if (!(low < high && b > a))
        {
            throw new ArgumentException(
                $"RandomKey.TruncatedNormal: the interval from {low} to {high} has no probability; the lower end comes first, and not beyond 37 standard "
                    + $"deviations.", nameof(high));
        }

        Tensor probability = ((a + b) / 2) + (((b - a) / 2) * Symmetric(shape, DType.Float64));
        Tensor drawn = above || below
            ? (above ? 1 : -1) * probability.ErfcInv()
            : probability.Clamp(-1 + s_half, 1 - s_half).ErfInv();
        return (Math.Sqrt(2) * drawn).Clamp(low, high).To(dtype);
    }

    /// <summary>Numbers of the Gumbel distribution, <c>−ln(−ln u)</c>: the greatest of many exponentially distributed ones, centred.</summary>
    /// <remarks>Never infinite: from −3.7 to 37.5 for <c>float64</c>, from −2.9 to 17.4 for <c>float32</c>.</remarks>
    /// <param name="shape">The shape that is drawn for each key.</param>
    /// <param name="dtype"><c>float32</c> or <c>float64</c>.</param>
    /// <exception cref="DTypeMismatchException">The element type is not floating.</exception>
    public Tensor Gumbel(Shape shape, DType dtype = DType.Float64)
    {
        RequireFloating(nameof(Gumbel), dtype);

        // u is as likely as 1 − u, and ln(1 − u) has all digits for small u, which become the upper tail; 0 stands for [0, Resolution), so take its middle
        Tensor u = Draw(shape, dtype).Maximum(Resolution(dtype) / 2);
        return -(-(-u).Log1p()).Log();
    }

    /// <summary>A mask whose elements are true with a probability.</summary>
    /// <param name="shape">The shape that is drawn for each key.</param>
    /// <param name="probability">From 0 (never) to 1 (always).</param>
    /// <exception cref="ArgumentOutOfRangeException">The probability is not from 0 to 1.</exception>
    public Tensor Bernoulli(Shape shape, double probability) => probability is >= 0 and <= 1
        ? Draw(shape, DType.Float64) < probability
        : throw new ArgumentOutOfRangeException(nameof(probability), probability, "RandomKey.Bernoulli: a probability is from 0 to 1.");

    /// <summary>A mask whose elements are true with probabilities of their own.</summary>
    /// <param name="probabilities">From 0 to 1, of any shape. Outside of that, those of a tensor with known elements throw; of a traced one, below 0 and NaN
    /// is never, above 1 is always.</param>
    /// <returns><c>[keys …, …]</c> with the shape of the probabilities.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A probability is not from 0 to 1.</exception>
    /// <exception cref="DTypeMismatchException">The probabilities are not floating.</exception>
    public Tensor Bernoulli(Tensor probabilities)
    {
        ArgumentNullException.ThrowIfNull(probabilities);
        RequireFloating(nameof(Bernoulli), probabilities.DType);
        if (probabilities.Storage is not TracedStorage && !((probabilities >= 0) & (probabilities <= 1)).All().AsSpan<bool>()[0])
        {
            throw new ArgumentOutOfRangeException(nameof(probabilities),
                $"RandomKey.Bernoulli: probabilities are from 0 to 1; these are from {probabilities.Min().ToScalar()} to {probabilities.Max().ToScalar()}.");
        }

        return Draw(probabilities.Shape, probabilities.DType) < probabilities;
    }

    /// <summary>Classes, each with the probability <c>softmax(logits)</c>: where <c>logits + Gumbel</c> is greatest.</summary>
    /// <remarks>
    /// Source: Gumbel (1954), "Statistical theory of extreme values and some practical applications". A logit of −∞ is never drawn, and a
    /// single one of +∞ always is. Computed in <c>float64</c>. Rows without probabilities, those of a tensor with known elements, throw; those of a traced one
    /// give −1, which is not a class and no index.
    /// </remarks>
    /// <param name="logits"><c>[…, classes]</c>: unnormalised logarithms of probabilities.</param>
    /// <param name="shape">How many to draw for each row of logits; <c>[]</c> for one.</param>
    /// <returns><c>int32 [keys …, shape …, …]</c>, from 0 to classes − 1.</returns>
    /// <exception cref="ArgumentException">A row of logits holds NaN, or +∞ more than once, or nothing but −∞.</exception>
    /// <exception cref="ShapeMismatchException">There is no axis of classes, or no class.</exception>
    /// <exception cref="DTypeMismatchException">The logits are not floating.</exception>
    public Tensor Categorical(Tensor logits, Shape shape = default)
    {
        ArgumentNullException.ThrowIfNull(logits);
        RequireFloating(nameof(Categorical), logits.DType);
        if (logits.Rank == 0 || logits.Shape[^1] == 0)
        {
            throw new ShapeMismatchException($"RandomKey.Categorical: logits are […, classes] with at least one class, not {logits.Shape}.");
        }

        // the greatest of some is NaN where one is, which is above nothing
        Tensor isDefined = (logits.Max(-1) > double.NegativeInfinity) & (logits.Equal(double.PositiveInfinity).To(DType.Float64).Sum(-1) <= 1);
        if (isDefined.Storage is not TracedStorage && !isDefined.All().AsSpan<bool>()[0])
        {
            throw new ArgumentException(
                "RandomKey.Categorical: a row of logits gives no class a probability: it holds NaN, or +∞ more than once, or nothing but −∞.", nameof(logits));
        }

        return Tensor.Where(isDefined, (logits.To(DType.Float64) + Gumbel([.. shape.Sizes, .. logits.Shape.Sizes])).ArgMax(-1), -1);
    }

    /// <summary>The numbers 0 … n − 1 in random order, as <c>int32</c>: the order of n uniform numbers. <c>x.Take(key.Permutation(n))</c> shuffles
    /// rows.</summary>
    /// <remarks>All orders are equally likely but for a probability of n² 2⁻⁵⁴ that two of the numbers are equal.</remarks>
    /// <param name="count">n, the number of elements; at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">n is negative.</exception>
    public Tensor Permutation(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return Draw([count], DType.Float64).ArgSort();
    }

    /// <summary>Whole numbers from [low, high) as <c>int32</c>: <c>low + ⌊(high − low) u⌋</c>.</summary>
    /// <remarks>Each of the n = high − low numbers has probability 1/n up to 2⁻⁵².</remarks>
    /// <param name="shape">The shape that is drawn for each key.</param>
    /// <param name="low">The smallest that may be drawn.</param>
    /// <param name="high">The number above the greatest that may be drawn.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no number to draw.</exception>
    public Tensor Integers(Shape shape, int low, int high)
    {
        if (low >= high)
        {
            throw new ArgumentOutOfRangeException(nameof(high), high,
                $"RandomKey.Integers: there is no number from {low} to below {high}; the upper end is not drawn itself.");
        }

        return (low + ((double)((long)high - low) * Draw(shape, DType.Float64)).Floor()).To(DType.Int32);
    }

    // half of the distance of uniform numbers in (−1, 1), 2⁻⁵³
    private static readonly double s_half = Resolution(DType.Float64);

    private static double Resolution(DType dtype) => dtype.Epsilon() / 2;

    private static void RequireFloating(string name, DType dtype)
    {
        if (!dtype.IsFloating())
        {
            throw new DTypeMismatchException(
                $"RandomKey.{name}: numbers are float32 or float64, not {dtype.Name()}; RandomKey.Integers and RandomKey.Bernoulli draw the others.");
        }
    }

    // 2u − 1 moved by half of its step: odd multiples of the resolution, as many above 0 as below; every operation is exact
    private Tensor Symmetric(Shape shape, DType dtype) => (2 * Draw(shape, dtype)) - (1 - Resolution(dtype));

    private Tensor Draw(Shape shape, DType dtype) => new RandomBits(shape, dtype).Of(Words, Tensor.Zeros(Shape, DType.Int32));
}
