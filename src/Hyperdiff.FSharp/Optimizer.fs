namespace Hyperdiff.FSharp

open Hyperdiff

/// <summary>Rules that turn a gradient into a step.</summary>
[<RequireQualifiedAccess>]
module Optimizer =

    /// <summary>Gradient descent, <c>x ← x − η g</c>; η in the unit parameter² per loss.</summary>
    [<CompiledName("Sgd")>]
    let sgd (rate: float) = Optimizer.Sgd(Schedule.Constant rate)

    /// <summary>Adam with its usual constants; η in the unit of the parameters.</summary>
    [<CompiledName("Adam")>]
    let adam (rate: float) = Optimizer.Adam(Schedule.Constant rate)

    /// <summary>Adam with its constants given.</summary>
    [<CompiledName("AdamOf")>]
    let adamOf (beta1: float) (beta2: float) (epsilon: float) (rate: float) =
        Optimizer.Adam(Schedule.Constant rate, Schedule.Constant beta1, Schedule.Constant beta2, Schedule.Constant epsilon)

    /// <summary>Gradient descent with momentum, as PyTorch's.</summary>
    [<CompiledName("SgdWith")>]
    let sgdWith (momentum: Schedule) (rate: Schedule) = Optimizer.Sgd(rate, momentum)

    /// <summary>The heavy ball.</summary>
    [<CompiledName("HeavyBall")>]
    let heavyBall (momentum: Schedule) (rate: Schedule) = Optimizer.HeavyBall(rate, momentum)

    /// <summary>Nesterov's accelerated gradient.</summary>
    [<CompiledName("Nesterov")>]
    let nesterov (momentum: Schedule) (rate: Schedule) = Optimizer.Nesterov(rate, momentum)

    /// <summary>Adam with its usual constants, and a rate that is a schedule or a tensor.</summary>
    [<CompiledName("AdamWith")>]
    let adamWith (rate: Schedule) = Optimizer.Adam rate

    /// <summary>Adam with decoupled weight decay.</summary>
    [<CompiledName("AdamW")>]
    let adamW (weightDecay: Schedule) (rate: Schedule) =
        Optimizer.AdamW(rate, weightDecay = weightDecay)

    /// <summary>RMSProp with its usual constants.</summary>
    [<CompiledName("RmsProp")>]
    let rmsProp (rate: Schedule) = Optimizer.RmsProp rate

    /// <summary>Adagrad with its usual constants.</summary>
    [<CompiledName("Adagrad")>]
    let adagrad (rate: Schedule) = Optimizer.Adagrad rate

    /// <summary>A rule, with every leaf projected after each step.</summary>
    [<CompiledName("Projected")>]
    let projected (projection: Tensor -> Tensor) (optimizer: Optimizer) = optimizer.Projected projection

    /// <summary>A rule on gradients whose norm over all leaves is at most a limit.</summary>
    [<CompiledName("ClippedByNorm")>]
    let clippedByNorm (most: float) (optimizer: Optimizer) = optimizer.ClippedByNorm most

    /// <summary>A rule on gradients whose elements are at most a limit in absolute value.</summary>
    [<CompiledName("ClippedByValue")>]
    let clippedByValue (most: float) (optimizer: Optimizer) = optimizer.ClippedByValue most

    /// <summary>Rules of their own for some leaves, by name, and another rule for the rest.</summary>
    [<CompiledName("Grouped")>]
    let grouped (groups: (string * Optimizer) seq) (rest: Optimizer) =
        rest.Grouped(System.ReadOnlySpan [| for leaf, rule in groups -> struct (leaf, rule) |])

    /// <summary>The state before the first step.</summary>
    [<CompiledName("Start")>]
    let start (parameters: 'T) (optimizer: Optimizer) =
        optimizer.Start(parameters, Tree.find<'T>)

    /// <summary>The state after one more step, along a gradient at its parameters.</summary>
    [<CompiledName("Next")>]
    let next (gradient: 'T) (state: OptimizerState<'T>) = state.Next gradient
