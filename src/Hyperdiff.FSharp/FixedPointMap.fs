namespace Hyperdiff.FSharp

open Hyperdiff

/// <summary>Maps Φ(w, λ) whose fixed point is the solution of an inner problem.</summary>
[<RequireQualifiedAccess>]
module FixedPointMap =

    /// <summary>A map from a function; it is traced anew each time.</summary>
    [<CompiledName("From")>]
    let from (f: 'State -> 'Hyper -> 'State) =
        FixedPointMap.From((fun w h -> f w h), "a function", Tree.find<'State>, Tree.find<'Hyper>)

    /// <summary>The same with a name, for messages and reports.</summary>
    [<CompiledName("FromNamed")>]
    let fromNamed (name: string) (f: 'State -> 'Hyper -> 'State) =
        FixedPointMap.From((fun w h -> f w h), name, Tree.find<'State>, Tree.find<'Hyper>)

    /// <summary>Maps from a function that is promised to be pure, one for any data.</summary>
    /// <remarks>
    /// The promise is that f depends on its arguments alone. It is traced and compiled once per combination of shapes, element types and static members; data
    /// are operands, so that others of the same shapes compile nothing. What f captures is a constant: pass what changes as data. Apply it to f once, and
    /// to data as often as wanted; a function that captures nothing has one form, wherever it is written.
    /// </remarks>
    /// <param name="f">The data, w and λ ↦ Φ(w, λ).</param>
    [<CompiledName("OfData")>]
    let ofData (f: 'Data -> 'State -> 'Hyper -> 'State) : 'Data -> FixedPointMap<'State, 'Hyper> =
        FixedPointMap.OfData((fun data w h -> f data w h), "a function", Tree.find<'Data>, Tree.find<'State>, Tree.find<'Hyper>).Bind

    /// <summary>The same with a name, for messages and reports.</summary>
    [<CompiledName("OfDataNamed")>]
    let ofDataNamed (name: string) (f: 'Data -> 'State -> 'Hyper -> 'State) : 'Data -> FixedPointMap<'State, 'Hyper> =
        FixedPointMap.OfData((fun data w h -> f data w h), name, Tree.find<'Data>, Tree.find<'State>, Tree.find<'Hyper>).Bind

    /// <summary>A map from a function without data that is promised to be pure; see <c>ofData</c>.</summary>
    [<CompiledName("OfPure")>]
    let ofPure (f: 'State -> 'Hyper -> 'State) =
        FixedPointMap.OfPure((fun w h -> f w h), "a function", Tree.find<'State>, Tree.find<'Hyper>)

    /// <summary>One step, Φ(w, λ).</summary>
    [<CompiledName("Evaluate")>]
    let evaluate (state: 'State) (hyper: 'Hyper) (map: FixedPointMap<'State, 'Hyper>) =
        map.Evaluate(state, hyper)

    /// <summary>The map together with the method that finds its fixed point.</summary>
    [<CompiledName("SolvedBy")>]
    let solvedBy (by: FixedPointSolver) (map: FixedPointMap<'State, 'Hyper>) = map.SolvedBy by

    /// <summary>The same map, with the promise that its Jacobian in the state is not symmetric: solvers for symmetric systems refuse it.</summary>
    [<CompiledName("AsNonSymmetric")>]
    let asNonSymmetric (map: FixedPointMap<'State, 'Hyper>) = map.AsNonSymmetric()

    /// <summary>The same map, traced anew by each computation: what a form that is kept must agree with, if its function is pure.</summary>
    [<CompiledName("AsUncached")>]
    let asUncached (map: FixedPointMap<'State, 'Hyper>) = map.AsUncached()
