namespace Hyperdiff.Lifting;

/// <summary>A <c>bool</c> of a lifted method: known while the method is traced, or a traced scalar. Used by generated code.</summary>
/// <remarks>The default value stands for a variable without a value.</remarks>
public readonly struct Truth
{
    private readonly bool _known;
    private readonly Tensor? _traced;
    private readonly bool _isAssigned;

    private Truth(bool known) => (_known, _isAssigned) = (known, true);

    private Truth(Tensor traced) => (_traced, _isAssigned) = (traced, true);

    /// <summary>Whether it is not known to be false.</summary>
    public bool MayBeTrue => _traced is not null || _known;

    /// <summary>Whether it is not known to be true.</summary>
    public bool MayBeFalse => _traced is not null || !_known;

    internal bool IsAssigned => _isAssigned;

    internal bool IsKnown => _traced is null;

    /// <summary>A truth that is known.</summary>
    public static implicit operator Truth(bool value) => new(value);

    /// <summary>A scalar of type <c>bool</c>.</summary>
    /// <param name="scalar">The tensor, of shape [].</param>
    /// <exception cref="ArgumentException">It is not such a scalar.</exception>
    public static Truth Of(Tensor scalar)
    {
        ArgumentNullException.ThrowIfNull(scalar);
        return scalar.Type.IsLike(new TensorType(DType.Bool, Shape.Scalar))
            ? new Truth(scalar)
            : throw new ArgumentException($"A truth is a bool scalar, not {scalar.Type}.", nameof(scalar));
    }

    /// <summary>The truth as a scalar of type <c>bool</c>.</summary>
    public Tensor AsTensor() => _traced ?? (_known ? Tensor.Zeros(Shape.Scalar).Equal(0) : Tensor.Zeros(Shape.Scalar).NotEqual(0));

    /// <inheritdoc cref="Number.Known"/>
    public bool Known(string expression) => _traced is null ? _known : throw Unknown.Value(expression);

    /// <summary>Whether it is false.</summary>
    public static Truth operator !(Truth value) => value._traced is { } traced ? new Truth(!traced) : new Truth(!value._known);

    /// <summary>Whether both are true.</summary>
    public static Truth operator &(Truth left, Truth right) => left.IsKnown ? (left._known ? right : left) : right.IsKnown
        ? (right._known ? left : right) : new Truth(left._traced! & right._traced!);

    /// <summary>Whether one is true.</summary>
    public static Truth operator |(Truth left, Truth right) => !(!left & !right);

    /// <summary>Whether one is true and the other is not.</summary>
    public static Truth operator ^(Truth left, Truth right) => left.IsKnown ? (left._known ? !right : right) : right.IsKnown
        ? (right._known ? !left : left) : (left & !right) | (!left & right);

    /// <summary>The operator <c>==</c> of C#.</summary>
    public static Truth Equal(Truth left, Truth right) => !(left ^ right);

    /// <summary>The operator <c>!=</c> of C#.</summary>
    public static Truth NotEqual(Truth left, Truth right) => left ^ right;

    internal static Truth Choose(Tensor condition, Truth left, Truth right) => left.IsKnown && right.IsKnown && left._known == right._known
        ? left : left.IsKnown || right.IsKnown ? (Of(condition) & left) | (!Of(condition) & right)
        : new Truth(Tensor.Where(condition, left._traced!, right._traced!));

    /// <inheritdoc/>
    public override string ToString() => _traced?.ToString() ?? _known.ToString();
}
