namespace Hyperdiff.Testing.Samples;

/// <summary>One operand of a case: its shape and values, and whether the primitive is differentiated in it.</summary>
/// <param name="Shape">The sizes.</param>
/// <param name="Values">The elements, row-major.</param>
/// <param name="DType">The element type, if it is not the floating type that the case runs for.</param>
/// <param name="IsActive">Whether the laws of derivatives hold in this operand.</param>
internal sealed record OperandSample(Shape Shape, double[] Values, DType? DType, bool IsActive)
{
    /// <summary>The golden section: multiples of it, modulo 1, fill an interval evenly, without coming close to each other.</summary>
    private static readonly double s_golden = (Math.Sqrt(5) - 1) / 2;

    /// <summary>Whether the elements mean something in this order only.</summary>
    public bool IsOrdered { get; init; }

    /// <summary>An operand to differentiate in, with distinct values spread over an interval.</summary>
    public static OperandSample Active(Shape shape, double low = -2, double high = 2, int seed = 1) =>
        new(shape, Spread(shape.ElementCount, low, high, seed), null, true);

    /// <summary>An operand to differentiate in, with these values.</summary>
    public static OperandSample Active(Shape shape, params double[] values) => new(shape, values, null, true);

    /// <summary>A floating operand in which there is no derivative.</summary>
    public static OperandSample Constant(Shape shape, params double[] values) => new(shape, values, null, false);

    /// <summary>Indices.</summary>
    public static OperandSample Integers(Shape shape, params int[] values) =>
        new(shape, [.. values.Select(value => (double)value)], Hyperdiff.DType.Int32, false);

    /// <summary>Indices of which no other order makes sense.</summary>
    public static OperandSample Ordered(Shape shape, params int[] values) => Integers(shape, values) with { IsOrdered = true };

    /// <summary>A mask.</summary>
    public static OperandSample Mask(Shape shape, params bool[] values) =>
        new(shape, [.. values.Select(value => value ? 1.0 : 0.0)], Hyperdiff.DType.Bool, false);

    /// <summary>Distinct numbers spread over an interval, the same for the same seed.</summary>
    public static double[] Spread(int count, double low, double high, int seed) =>
        [.. Enumerable.Range(1, count).Select(i => low + ((high - low) * (((i * s_golden) + (seed * 0.1377)) % 1)))];

    /// <summary>The operand for a floating type.</summary>
    public Tensor ToTensor(DType floating) => (DType ?? floating) switch
    {
        Hyperdiff.DType.Float32 => Tensor.From<float>([.. Values.Select(value => (float)value)], Shape),
        Hyperdiff.DType.Float64 => Tensor.From<double>(Values, Shape),
        Hyperdiff.DType.Int32 => Tensor.From<int>([.. Values.Select(value => (int)value)], Shape),
        _ => Tensor.From<bool>([.. Values.Select(value => value != 0)], Shape),
    };
}
