namespace Hyperdiff.DiffSharp.Tests;

/// <summary>The inner state.</summary>
[Tree]
public sealed partial record Weights(Tensor W);

/// <summary>The hyperparameters: one log-penalty per feature.</summary>
[Tree]
public sealed partial record Penalty(Tensor LogL2);

/// <summary>Ridge regression with a penalty per feature.</summary>
public static partial class RidgeForms
{
    [InnerObjective]
    public static Tensor Train(Weights w, Penalty h, [Batch] Tensor x, [Batch] Tensor y) =>
        (x.MatMul(w.W) - y).Square().Mean() + (h.LogL2.Exp() * w.W.Square()).Sum();

    [OuterObjective]
    public static Tensor Validate(Weights w, Penalty h, [Batch] Tensor x, [Batch] Tensor y) => (x.MatMul(w.W) - y).Square().Mean();
}
