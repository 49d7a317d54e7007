namespace Hyperdiff.FSharp

open System
open Hyperdiff

/// <summary>Optimizers at work on an objective, as maps of the optimizer's state.</summary>
[<RequireQualifiedAccess>]
module Dynamics =

    /// <summary>The steps of an optimizer, made of hyperparameters, on an objective.</summary>
    [<CompiledName("Unroll")>]
    let unroll (by: 'Hyper -> Optimizer) (objective: Objective<'State, 'Hyper>) = objective.Unroll(Func<_, _> by)

    /// <summary>The steps of an optimizer, made of hyperparameters, on an objective without any of its own.</summary>
    [<CompiledName("On")>]
    let on (by: 'Hyper -> Optimizer) (objective: Objective<'State>) =
        Optimizer.From(Func<_, _> by).On(objective, Tree.find<'Hyper>)

    /// <summary>The steps of an optimizer on a function that changes with the number of steps taken: on another minibatch each time.</summary>
    [<CompiledName("From")>]
    let from (by: 'Hyper -> Optimizer) (f: 'State -> 'Hyper -> Tensor -> Tensor) =
        Dynamics.From((fun w h t -> f w h t), Func<_, _> by, "a function", Tree.find<'State>, Tree.find<'Hyper>)

    /// <summary>The state before the first step.</summary>
    [<CompiledName("Start")>]
    let start (parameters: 'State) (hyper: 'Hyper) (dynamics: Dynamics<'State, 'Hyper>) = dynamics.Start(parameters, hyper)

    /// <summary>One step.</summary>
    [<CompiledName("Next")>]
    let next (state: OptimizerState<'State>) (hyper: 'Hyper) (dynamics: Dynamics<'State, 'Hyper>) = dynamics.Next(state, hyper)
