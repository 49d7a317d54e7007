namespace Hyperdiff;

/// <summary>A point that a line search looked at.</summary>
/// <param name="Step">t.</param>
/// <param name="State">All leaves of w + t d.</param>
/// <param name="At">f, ∇f and the slope there.</param>
internal sealed record LinePoint(double Step, Tensor[] State, ObjectivePoint At)
{
    /// <summary>f(w + t d).</summary>
    public double Value => At.Value;

    /// <summary>∇f(w + t d)ᵀd.</summary>
    public double Slope => At.Slope;
}
