namespace Hyperdiff;

/// <summary>A preconditioner for one matrix: the symmetric S of the scaled system <c>φ S A S y = φ S b, x = S y</c>, or the S of <c>A S y = b, x = S y</c>, or
/// why there is none.</summary>
/// <param name="Form">Names S as a function of what it is made of, by value: products through it are compiled once per form.</param>
/// <param name="Shared">What S is made of.</param>
/// <param name="Apply">Those tensors and v to S v.</param>
/// <param name="Products">How many products it took.</param>
internal sealed record PreparedScaling(object Form, Tensor[] Shared, Func<Tensor[], LeafVector, LeafVector> Apply, long Products)
{
    /// <summary>Whether S works from the right only.</summary>
    public bool IsOneSided { get; init; }

    /// <summary>Products with the transpose that it took.</summary>
    public long TransposedProducts { get; init; }

    /// <summary>S as an operator, for solvers that have it in their recurrence.</summary>
    public LinearOperator? Operator { get; init; }

    /// <summary>φ, a power of two that takes the unit from A; null if S has none to take, so that the scaled system keeps it.</summary>
    public double? Factor { get; init; }

    /// <summary>Why A cannot be preconditioned in this way; null if it was.</summary>
    public string? Refusal { get; init; }

    /// <summary>The same as a cause.</summary>
    public BreakdownCause Cause { get; init; }

    /// <summary>S v.</summary>
    public Tensor[] Scale(LeafVector vector) => Apply(Shared, vector).Leaves;

    /// <summary>The scaled system for a right-hand side.</summary>
    public LinearSystem Of(LinearSystem system, Tensor[] rightHandSide) => IsOneSided
        ? system.Within(
            system.Matrix.Derive((typeof(PreparedScaling), Form), Shared, (products, shared, v) => products.Product(Apply(shared, v))), rightHandSide)
        : Factor is { } factor
        ? system.Within(Of(system.Matrix), (Tensor.Scalar(factor) * new LeafVector(Scale(rightHandSide))).Leaves) with { Level = 0 }
        : system.Within(Of(system.Matrix), Scale(rightHandSide));

    /// <summary>φ S², which is about A⁻¹.</summary>
    public LinearOperator Squared(LinearOperator matrix) => matrix.Derive((nameof(Squared), Form), [.. Shared, Tensor.Scalar(Factor ?? 1)],
        (_, all, v) => all[^1] * Apply(all[..^1], Apply(all[..^1], v)));

    /// <summary>φ S A S.</summary>
    private LinearOperator Of(LinearOperator matrix) => Factor is { } factor
        ? matrix.Derive((typeof(PreparedScaling), Form, true), [.. Shared, Tensor.Scalar(factor)],
            (products, all, v) => all[^1] * Apply(all[..^1], products.Product(Apply(all[..^1], v))))
        : matrix.Derive((typeof(PreparedScaling), Form, false), Shared, (products, shared, v) => Apply(shared, products.Product(Apply(shared, v))));
}
