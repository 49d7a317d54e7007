namespace Hyperdiff.FSharp

open Hyperdiff

/// <summary>Scalar functions f(w, λ) that are known by random samples.</summary>
[<RequireQualifiedAccess>]
module SampledObjective =

    /// <summary>An objective that is the mean of a function of a random key.</summary>
    [<CompiledName("From")>]
    let from (f: 'State -> 'Hyper -> RandomKey -> Tensor) =
        SampledObjective.From((fun w h key -> f w h key), "a function", Tree.find<'State>, Tree.find<'Hyper>)

    /// <summary>An objective that is the same at every key.</summary>
    [<CompiledName("Of")>]
    let ``of`` (objective: Objective<'State, 'Hyper>) = SampledObjective.Of objective

    /// <summary>An objective with batch parameters on minibatches of so many samples, each drawn by itself.</summary>
    [<CompiledName("OnMinibatches")>]
    let onMinibatches (size: int) (objective: Objective<'State, 'Hyper>) = objective.OnMinibatches size

/// <summary>Means of components.</summary>
[<RequireQualifiedAccess>]
module FiniteSum =

    /// <summary>The mean of so many components, each a function of its index, an int32 scalar.</summary>
    [<CompiledName("From")>]
    let from (count: int) (part: 'State -> 'Hyper -> Tensor -> Tensor) =
        FiniteSum.From(count, (fun w h i -> part w h i), "a function", Tree.find<'State>, Tree.find<'Hyper>)

    /// <summary>An objective as a sum of one component.</summary>
    [<CompiledName("Of")>]
    let ``of`` (objective: Objective<'State, 'Hyper>) = FiniteSum.Of objective
