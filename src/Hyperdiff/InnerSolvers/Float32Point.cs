using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>A state of a solve that iterates in <c>float32</c>, evaluated in <c>float64</c>.</summary>
/// <param name="State">All leaves of w.</param>
/// <param name="Image">The leaves that the next state has where they are not differentiated.</param>
/// <param name="Left">Φ(w) − w, or −∇f.</param>
/// <param name="Map">The derivative there.</param>
/// <param name="Norms">‖w_l‖; null where they are not needed.</param>
internal sealed record Float32Point(Tensor[] State, Tensor[] Image, LeafVector Left, LinearMap Map, double[]? Norms)
{
    /// <summary>The norm of what is left, leaf by leaf.</summary>
    public double[] Residuals { get; } = ConditionProbe.LeafNorms(Left.Leaves);

    /// <summary>The norm of what is left.</summary>
    public double Size { get; } = Left.Magnitude();
}
