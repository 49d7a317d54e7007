namespace Hyperdiff;

/// <summary>Random weights of a size that keeps the variance of signals from layer to layer.</summary>
/// <remarks>Weights are <c>[out, in, …]</c>, as <see cref="Layers"/> takes them: further axes, those of a kernel, multiply both counts. Uniform weights are
/// drawn from [−a, a), normal ones have mean 0.</remarks>
public static class Initializers
{
    /// <summary>a = gain √(6/(in + out)): for tanh and other odd functions.</summary>
    /// <remarks>Source: Glorot and Bengio (2010), "Understanding the difficulty of training deep feedforward neural networks", equation (16).</remarks>
    /// <param name="key">One key, or one per item of a batch of weights.</param>
    /// <param name="shape"><c>[out, in, …]</c>.</param>
    /// <param name="gain">A factor.</param>
    /// <param name="dtype"><c>float32</c> or <c>float64</c>.</param>
    /// <exception cref="ShapeMismatchException">The shape has fewer than two axes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The gain is not positive and finite.</exception>
    /// <exception cref="DTypeMismatchException">The element type is not floating.</exception>
    public static Tensor XavierUniform(RandomKey key, Shape shape, double gain = 1, DType dtype = DType.Float64)
    {
        (int fanIn, int fanOut) = Fans(nameof(XavierUniform), shape, gain);
        return Uniform(key, shape, gain * Math.Sqrt(2.0 / (fanIn + fanOut)), dtype);
    }

    /// <summary>Standard deviation gain √(2/(in + out)): for tanh and other odd functions.</summary>
    /// <remarks>Source: Glorot and Bengio (2010), equation (12).</remarks>
    /// <inheritdoc cref="XavierUniform"/>
    public static Tensor XavierNormal(RandomKey key, Shape shape, double gain = 1, DType dtype = DType.Float64)
    {
        (int fanIn, int fanOut) = Fans(nameof(XavierNormal), shape, gain);
        return Normal(key, shape, gain * Math.Sqrt(2.0 / (fanIn + fanOut)), dtype);
    }

    /// <summary>a = gain √(3/in): with the gain √2 for the positive part (ReLU), which halves the variance.</summary>
    /// <remarks>Source: He, Zhang, Ren and Sun (2015), "Delving deep into rectifiers", arXiv:1502.01852, equation (10).</remarks>
    /// <inheritdoc cref="XavierUniform"/>
    public static Tensor KaimingUniform(RandomKey key, Shape shape, double gain = 1.4142135623730951, DType dtype = DType.Float64) =>
        Uniform(key, shape, gain / Math.Sqrt(Fans(nameof(KaimingUniform), shape, gain).In), dtype);

    /// <summary>Standard deviation gain/√in: with the gain √2 for the positive part (ReLU), which halves the variance.</summary>
    /// <remarks>Source: He, Zhang, Ren and Sun (2015), arXiv:1502.01852, equation (10).</remarks>
    /// <inheritdoc cref="XavierUniform"/>
    public static Tensor KaimingNormal(RandomKey key, Shape shape, double gain = 1.4142135623730951, DType dtype = DType.Float64) =>
        Normal(key, shape, gain / Math.Sqrt(Fans(nameof(KaimingNormal), shape, gain).In), dtype);

    /// <summary>a = √(3/in).</summary>
    /// <remarks>Source: LeCun, Bottou, Orr and Müller (1998), "Efficient BackProp", doi:10.1007/3-540-49430-8_2, equation (16).</remarks>
    /// <inheritdoc cref="XavierUniform"/>
    public static Tensor LecunUniform(RandomKey key, Shape shape, DType dtype = DType.Float64) => KaimingUniform(key, shape, 1, dtype);

    /// <summary>Standard deviation 1/√in.</summary>
    /// <remarks>Source: LeCun, Bottou, Orr and Müller (1998), "Efficient BackProp", doi:10.1007/3-540-49430-8_2, equation (16).</remarks>
    /// <inheritdoc cref="XavierUniform"/>
    public static Tensor LecunNormal(RandomKey key, Shape shape, DType dtype = DType.Float64) => KaimingNormal(key, shape, 1, dtype);

    // the variance of uniform numbers from [−a, a) is a²/3
    private static Tensor Uniform(RandomKey key, Shape shape, double deviation, DType dtype)
    {
        ArgumentNullException.ThrowIfNull(key);
        double end = Math.Sqrt(3) * deviation;
        return key.Uniform(shape, -end, end, dtype);
    }

    private static Tensor Normal(RandomKey key, Shape shape, double deviation, DType dtype)
    {
        ArgumentNullException.ThrowIfNull(key);
        return deviation * key.Normal(shape, dtype);
    }

    private static (int In, int Out) Fans(string initializer, Shape shape, double gain)
    {
        if (!(gain > 0 && double.IsFinite(gain)))
        {
            throw new ArgumentOutOfRangeException(nameof(gain), gain, $"{initializer}: a gain is positive and finite.");
        }

        if (shape.Rank < 2 || shape.ElementCount == 0)
        {
            throw new ShapeMismatchException($"{initializer}: weights are [out, in, …] and not empty, not {shape}; biases begin as zeros.");
        }

        return (shape.ElementCount / shape[0], shape.ElementCount / shape[1]);
    }
}
