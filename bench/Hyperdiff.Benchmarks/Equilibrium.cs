namespace Hyperdiff.Benchmarks;

/// <summary>The state of an equilibrium network, one row per sample.</summary>
[Tree]
public sealed partial record Activations(Tensor Z);

/// <summary>An equilibrium network: recurrent and input weights, and a read-out.</summary>
[Tree]
public sealed partial record Network(Tensor A, Tensor B, Tensor C, Tensor ReadOut, Tensor Bias)
{
    /// <summary>The network with these leaves.</summary>
    public static Network Of(Tensor[] leaves) => new(leaves[0], leaves[1], leaves[2], leaves[3], leaves[4]);
}

/// <summary>The equilibrium <c>z = tanh(zA + xB + c)</c> under a classifier: a Jacobian that is not symmetric.</summary>
public static partial class Equilibrium
{
    [FixedPointMap]
    public static Activations Step(Activations w, Network h, Tensor x) => new((w.Z.MatMul(h.A) + x.MatMul(h.B) + h.C).Tanh());

    [OuterObjective]
    public static Tensor Validate(Activations w, Network h, Tensor y) => Losses.CrossEntropy(w.Z.MatMul(h.ReadOut) + h.Bias, y);
}
