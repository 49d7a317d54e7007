namespace Hyperdiff.DiffSharp.FSharp

open Hyperdiff
open Hyperdiff.DiffSharp

/// <summary>Maps, objectives and conditions from functions of DiffSharp tensors, differentiated by DiffSharp. States and hyperparameters are tensors, or
/// records,
/// tuples, lists and arrays of them.</summary>
[<RequireQualifiedAccess>]
module DiffSharpFunction =

    /// <summary>A fixed-point map.</summary>
    /// <param name="name">What to call it in messages and reports.</param>
    /// <param name="f">w and λ ↦ Φ(w, λ), like w.</param>
    [<CompiledName("Map")>]
    let map (name: string) (f: 'State -> 'Hyper -> 'State) : FixedPointMap<'State, 'Hyper> =
        DiffSharpFunction.Map((fun w h -> f w h), name, Trees.find<'State> (), Trees.find<'Hyper> ())

    /// <summary>A condition c(w, λ) = 0.</summary>
    /// <param name="name">What to call it in messages and reports.</param>
    /// <param name="f">w and λ ↦ c(w, λ), like w.</param>
    [<CompiledName("Condition")>]
    let condition (name: string) (f: 'State -> 'Hyper -> 'State) : RootCondition<'State, 'Hyper> =
        DiffSharpFunction.Condition((fun w h -> f w h), name, Trees.find<'State> (), Trees.find<'Hyper> ())

    /// <summary>An objective, inner or outer.</summary>
    /// <param name="name">What to call it in messages and reports.</param>
    /// <param name="f">w and λ ↦ f(w, λ), without axes.</param>
    [<CompiledName("Objective")>]
    let objective (name: string) (f: 'State -> 'Hyper -> global.DiffSharp.Tensor) : Objective<'State, 'Hyper> =
        DiffSharpFunction.Objective((fun w h -> f w h), name, Trees.find<'State> (), Trees.find<'Hyper> ())

    /// <summary>An objective over records of Hyperdiff tensors, called with structures of DiffSharp tensors instead, leaf by leaf.</summary>
    /// <param name="state">Any state that it takes.</param>
    /// <param name="hyper">Any hyperparameters that it takes.</param>
    /// <param name="objective">The objective.</param>
    [<CompiledName("ObjectiveOver")>]
    let objectiveOver (state: 'FromState) (hyper: 'FromHyper) (objective: Objective<'FromState, 'FromHyper>) : Objective<'State, 'Hyper> =
        DiffSharpForms.Over(objective, struct (state, hyper), Trees.find<'State> (), Trees.find<'Hyper> ())

    /// <summary>The same for a map.</summary>
    /// <param name="state">Any state that it takes.</param>
    /// <param name="hyper">Any hyperparameters that it takes.</param>
    /// <param name="map">The map.</param>
    [<CompiledName("MapOver")>]
    let mapOver (state: 'FromState) (hyper: 'FromHyper) (map: FixedPointMap<'FromState, 'FromHyper>) : FixedPointMap<'State, 'Hyper> =
        DiffSharpForms.Over(map, struct (state, hyper), Trees.find<'State> (), Trees.find<'Hyper> ())

    /// <summary>The same for a condition.</summary>
    /// <param name="state">Any state that it takes.</param>
    /// <param name="hyper">Any hyperparameters that it takes.</param>
    /// <param name="condition">The condition.</param>
    [<CompiledName("ConditionOver")>]
    let conditionOver (state: 'FromState) (hyper: 'FromHyper) (condition: RootCondition<'FromState, 'FromHyper>) : RootCondition<'State, 'Hyper> =
        DiffSharpForms.Over(condition, struct (state, hyper), Trees.find<'State> (), Trees.find<'Hyper> ())
