namespace Hyperdiff;

/// <summary>A preconditioner for one matrix: the symmetric S of the scaled system <c>S A S y = S b, x = S y</c>, or why there is none.</summary>
/// <param name="Form">Names S as a function of what it is made of, by value: products through it are compiled once per form.</param>
/// <param name="Shared">What S is made of.</param>
/// <param name="Apply">Those tensors and v to S v.</param>
/// <param name="Products">How many products it took.</param>
/// <param name="Refusal">Why A cannot be preconditioned in this way; null if it was.</param>
internal sealed record PreparedScaling(object Form, Tensor[] Shared, Func<Tensor[], LeafVector, LeafVector> Apply, long Products, string? Refusal = null)
{
    /// <summary>S v.</summary>
    public Tensor[] Scale(LeafVector vector) => Apply(Shared, vector).Leaves;
}
