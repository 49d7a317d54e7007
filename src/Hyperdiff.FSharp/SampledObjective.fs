namespace Hyperdiff.FSharp

open Hyperdiff

/// <summary>Scalar functions f(w, λ) that are known by random samples.</summary>
[<RequireQualifiedAccess>]
module SampledObjective =

    /// <summary>An objective that is the mean of a function of a random key.</summary>
    [<CompiledName("From")>]
    let from (f: 'State -> 'Hyper -> RandomKey -> Tensor) =
        SampledObjective.From((fun w h key -> f w h key), "a function", Tree.find<'State>, Tree.find<'Hyper>)

    /// <summary>Sampled objectives from a function that is promised to be pure, one for any data; see <c>FixedPointMap.ofData</c>.</summary>
    /// <param name="f">The data, w, λ and a key ↦ f_ξ(w, λ).</param>
    [<CompiledName("OfData")>]
    let ofData (f: 'Data -> 'State -> 'Hyper -> RandomKey -> Tensor) : 'Data -> SampledObjective<'State, 'Hyper> =
        SampledObjective.OfData((fun data w h key -> f data w h key), "a function", Tree.find<'Data>, Tree.find<'State>, Tree.find<'Hyper>).Bind

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

    /// <summary>Means of components from a function that is promised to be pure, for any number of them and any data; see
    /// <c>FixedPointMap.ofData</c>.</summary>
    /// <param name="part">The data, w, λ and the index of a component ↦ fᵢ(w, λ).</param>
    [<CompiledName("OfData")>]
    let ofData (part: 'Data -> 'State -> 'Hyper -> Tensor -> Tensor) : int -> 'Data -> FiniteSum<'State, 'Hyper> =
        let form = FiniteSum.OfData((fun data w h i -> part data w h i), "a function", Tree.find<'Data>, Tree.find<'State>, Tree.find<'Hyper>)
        fun count data -> form.Bind(count, data)

    /// <summary>An objective as a sum of one component.</summary>
    [<CompiledName("Of")>]
    let ``of`` (objective: Objective<'State, 'Hyper>) = FiniteSum.Of objective

    /// <summary>The sum over the components of all ranks, numbered in the order of the ranks.</summary>
    [<CompiledName("Across")>]
    let across (ranks: Ranks) (sum: FiniteSum<'State, 'Hyper>) = sum.Across ranks
