namespace Hyperdiff.FSharp

open System
open Hyperdiff

/// <summary>Conditions c(w, λ) whose root is the solution of an inner problem.</summary>
[<RequireQualifiedAccess>]
module RootCondition =

    /// <summary>A condition from a function; it is traced anew each time.</summary>
    [<CompiledName("From")>]
    let from (c: 'State -> 'Hyper -> 'State) =
        RootCondition.From((fun w h -> c w h), "a function", Tree.find<'State>, Tree.find<'Hyper>)

    /// <summary>The same with a name, for messages and reports.</summary>
    [<CompiledName("FromNamed")>]
    let fromNamed (name: string) (c: 'State -> 'Hyper -> 'State) =
        RootCondition.From((fun w h -> c w h), name, Tree.find<'State>, Tree.find<'Hyper>)

    /// <summary>Conditions from a function that is promised to be pure, one for any data; see <c>FixedPointMap.ofData</c>.</summary>
    /// <param name="c">The data, w and λ ↦ c(w, λ).</param>
    [<CompiledName("OfData")>]
    let ofData (c: 'Data -> 'State -> 'Hyper -> 'State) : 'Data -> RootCondition<'State, 'Hyper> =
        RootCondition.OfData((fun data w h -> c data w h), "a function", Tree.find<'Data>, Tree.find<'State>, Tree.find<'Hyper>).Bind

    /// <summary>The same with a name, for messages and reports.</summary>
    [<CompiledName("OfDataNamed")>]
    let ofDataNamed (name: string) (c: 'Data -> 'State -> 'Hyper -> 'State) : 'Data -> RootCondition<'State, 'Hyper> =
        RootCondition.OfData((fun data w h -> c data w h), name, Tree.find<'Data>, Tree.find<'State>, Tree.find<'Hyper>).Bind

    /// <summary>A condition from a function without data that is promised to be pure.</summary>
    [<CompiledName("OfPure")>]
    let ofPure (c: 'State -> 'Hyper -> 'State) =
        RootCondition.OfPure((fun w h -> c w h), "a function", Tree.find<'State>, Tree.find<'Hyper>)

    /// <summary>The condition of a fixed point, <c>w − Φ(w, λ)</c>.</summary>
    [<CompiledName("OfMap")>]
    let ofMap (map: FixedPointMap<'State, 'Hyper>) = RootCondition.OfMap map

    /// <summary>The same condition, traced anew by each computation.</summary>
    [<CompiledName("AsUncached")>]
    let asUncached (condition: RootCondition<'State, 'Hyper>) = condition.AsUncached()

    /// <summary>c(w, λ), what is left of the condition.</summary>
    [<CompiledName("Evaluate")>]
    let evaluate (state: 'State) (hyper: 'Hyper) (condition: RootCondition<'State, 'Hyper>) = condition.Evaluate(state, hyper)

    /// <summary>The condition together with the method that finds its root in w.</summary>
    [<CompiledName("SolvedBy")>]
    let solvedBy (by: RootSolver) (condition: RootCondition<'State, 'Hyper>) = condition.SolvedBy by

    /// <summary>The condition together with a function that finds its root, by any means; its result is checked against the tolerance for
    /// ‖c‖.</summary>
    [<CompiledName("SolvedByFunction")>]
    let solvedByFunction (tolerance: float) (solver: 'State -> 'Hyper -> 'State) (condition: RootCondition<'State, 'Hyper>) =
        condition.SolvedBy(Func<_, _, _>(fun w h -> solver w h), tolerance)

/// <summary>Constrained objectives.</summary>
[<RequireQualifiedAccess>]
module ConstrainedObjective =

    /// <summary>The constrained objective together with the method that solves the conditions of its minimum.</summary>
    [<CompiledName("SolvedBy")>]
    let solvedBy (by: RootSolver) (objective: ConstrainedObjective<'State, 'Hyper>) = objective.SolvedBy by
