namespace Hyperdiff.FSharp

open Hyperdiff

/// <summary>Constrained hyperparameters in numbers without constraints, <c>λ = φ(u)</c>: C#'s <c>Bijection.Exp</c>, <c>Softplus</c>, <c>Sigmoid</c>,
/// <c>Softmax</c>.</summary>
[<RequireQualifiedAccess>]
module Bijection =

    /// <summary>λ = φ(u).</summary>
    [<CompiledName("Apply")>]
    let apply (unconstrained: Tensor) (bijection: Bijection) = bijection.Apply unconstrained

    /// <summary>u with φ(u) = λ.</summary>
    [<CompiledName("Invert")>]
    let invert (constrained: Tensor) (bijection: Bijection) = bijection.Invert constrained

    /// <summary>The gradient in u of what has this gradient in λ.</summary>
    [<CompiledName("Pullback")>]
    let pullback (unconstrained: Tensor) (gradient: Tensor) (bijection: Bijection) = bijection.Pullback(unconstrained, gradient)
