namespace Hyperdiff;

/// <summary>A point that a line search looked at.</summary>
/// <param name="Step">t.</param>
/// <param name="Value">f(w + t d).</param>
/// <param name="Slope">∇f(w + t d)ᵀd.</param>
/// <param name="State">All leaves of w + t d.</param>
/// <param name="Gradient">∇f there, the active leaves.</param>
internal sealed record LinePoint(double Step, double Value, double Slope, Tensor[] State, Tensor[] Gradient);
