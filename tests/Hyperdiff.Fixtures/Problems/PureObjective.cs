namespace Hyperdiff.Fixtures.Problems;

/// <summary>Objectives of tensors from functions that are pure, which the constructor of a form takes the caller's word for: traced once, and not at every
/// call.</summary>
public static class PureObjective
{
    /// <summary>The objective (w, λ) ↦ f(w, λ).</summary>
    public static Objective<Tensor, Tensor> Of(Func<Tensor, Tensor, Tensor> function, string name = "f") =>
        new ObjectiveForm<Tensor, Tensor, ValueTuple>(name, (w, h, _) => function(w, h), Tree.Tensor, Tree.Tensor, Tree.Unit).Bind(default);
}
