namespace LogisticRegression;

/// <summary>The hyperparameters λ: how strongly weights are drawn to zero, and how strongly each feature is compressed before it is weighed.</summary>
/// <param name="LogL2">The logarithm of the penalty, a scalar, so that every step leaves it positive.</param>
/// <param name="Shape">One number s per feature, <c>[features]</c>, or one for all, <c>[1]</c>: the exponent is σ(s), from 0 (a logarithm) to 1 (as
/// it is).</param>
[Tree]
public sealed partial record Settings(Tensor LogL2, Tensor Shape)
{
    // σ(40) = 1 in double precision
    private const double AsItIs = 40;

    /// <summary>Where searches start: an exponent of 0.88.</summary>
    public const double Slight = 2;

    /// <summary>A penalty, and features that are compressed slightly, all alike.</summary>
    public static Settings Start(int shapes, double penalty) => new(Tensor.Scalar(Math.Log(penalty)), Tensor.Full([shapes], Slight));

    /// <summary>A penalty, and features as they are.</summary>
    public static Settings Plain(double penalty) => new(Tensor.Scalar(Math.Log(penalty)), Tensor.Full([1], AsItIs));

    /// <summary>All numbers, the penalty first.</summary>
    public double[] ToArray() => [LogL2.ToScalar(), .. Shape.ToArray<double>()];

    /// <summary>The settings of such numbers.</summary>
    public static Settings From(double[] numbers)
    {
        ArgumentNullException.ThrowIfNull(numbers);
        return new Settings(Tensor.Scalar(numbers[0]), Tensor.From(numbers[1..]));
    }
}
