namespace Hyperdiff.FSharp

open Hyperdiff

/// <summary>Rules that turn a gradient into a step.</summary>
[<RequireQualifiedAccess>]
module Optimizer =

    /// <summary>Gradient descent, <c>x ← x − η g</c>; η in the unit parameter² per loss.</summary>
    [<CompiledName("Sgd")>]
    let sgd (rate: float) = Optimizer.Sgd rate

    /// <summary>Adam with its usual constants; η in the unit of the parameters.</summary>
    [<CompiledName("Adam")>]
    let adam (rate: float) = Optimizer.Adam rate

    /// <summary>Adam with its constants given.</summary>
    [<CompiledName("AdamOf")>]
    let adamOf (beta1: float) (beta2: float) (epsilon: float) (rate: float) =
        Optimizer.Adam(rate, beta1, beta2, epsilon)

    /// <summary>The state before the first step.</summary>
    [<CompiledName("Start")>]
    let start (parameters: 'T) (optimizer: Optimizer) =
        optimizer.Start(parameters, Tree.find<'T>)

    /// <summary>The state after one more step, along a gradient at its parameters.</summary>
    [<CompiledName("Next")>]
    let next (gradient: 'T) (state: OptimizerState<'T>) = state.Next gradient
