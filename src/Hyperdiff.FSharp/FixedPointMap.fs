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
