namespace Hyperdiff.FSharp

open System
open Hyperdiff

/// <summary>Scalar functions f(w, λ).</summary>
[<RequireQualifiedAccess>]
module Objective =

    /// <summary>An objective from a function; it is traced anew each time.</summary>
    [<CompiledName("From")>]
    let from (f: 'State -> 'Hyper -> Tensor) =
        Objective.From((fun w h -> f w h), "a function", Tree.find<'State>, Tree.find<'Hyper>)

    /// <summary>The same with a name, for messages and reports.</summary>
    [<CompiledName("FromNamed")>]
    let fromNamed (name: string) (f: 'State -> 'Hyper -> Tensor) =
        Objective.From((fun w h -> f w h), name, Tree.find<'State>, Tree.find<'Hyper>)

    /// <summary>Objectives from a function that is promised to be pure, one for any data; see <c>FixedPointMap.ofData</c>.</summary>
    /// <param name="f">The data, w and λ ↦ f(w, λ).</param>
    [<CompiledName("OfData")>]
    let ofData (f: 'Data -> 'State -> 'Hyper -> Tensor) : 'Data -> Objective<'State, 'Hyper> =
        Objective.OfData((fun data w h -> f data w h), "a function", Tree.find<'Data>, Tree.find<'State>, Tree.find<'Hyper>).Bind

    /// <summary>The same with a name, for messages and reports.</summary>
    [<CompiledName("OfDataNamed")>]
    let ofDataNamed (name: string) (f: 'Data -> 'State -> 'Hyper -> Tensor) : 'Data -> Objective<'State, 'Hyper> =
        Objective.OfData((fun data w h -> f data w h), name, Tree.find<'Data>, Tree.find<'State>, Tree.find<'Hyper>).Bind

    /// <summary>The same for a function that is a mean over samples: what minibatches and chunks are taken of.</summary>
    /// <param name="batch">Which data hold samples along their first axis, by the names of their leaves; of a tuple <c>Item1</c>, of a tensor
    /// <c>data</c>.</param>
    /// <param name="f">The data, w and λ ↦ f(w, λ).</param>
    [<CompiledName("OfSamples")>]
    let ofSamples (batch: string list) (f: 'Data -> 'State -> 'Hyper -> Tensor) : 'Data -> Objective<'State, 'Hyper> =
        Objective.OfData((fun data w h -> f data w h), "a function", Tree.find<'Data>, Tree.find<'State>, Tree.find<'Hyper>, batch).Bind

    /// <summary>An objective from a function without data that is promised to be pure.</summary>
    [<CompiledName("OfPure")>]
    let ofPure (f: 'State -> 'Hyper -> Tensor) =
        Objective.OfPure((fun w h -> f w h), "a function", Tree.find<'State>, Tree.find<'Hyper>)

    /// <summary>f(w, λ), a scalar.</summary>
    [<CompiledName("Evaluate")>]
    let evaluate (state: 'State) (hyper: 'Hyper) (objective: Objective<'State, 'Hyper>) =
        objective.Evaluate(state, hyper)

    /// <summary>∇_w f(w, λ).</summary>
    [<CompiledName("Gradient")>]
    let gradient (state: 'State) (hyper: 'Hyper) (objective: Objective<'State, 'Hyper>) =
        objective.Gradient(state, hyper)

    /// <summary>The objective at given hyperparameters, as a function of w alone.</summary>
    [<CompiledName("At")>]
    let at (hyper: 'Hyper) (objective: Objective<'State, 'Hyper>) = objective.At hyper

    /// <summary>An objective without hyperparameters as one that does not depend on them.</summary>
    [<CompiledName("InHyper")>]
    let inHyper<'State, 'Hyper> (objective: Objective<'State>) = objective.In(Tree.find<'Hyper>)

    /// <summary>The objective together with the method that minimizes it in w.</summary>
    [<CompiledName("MinimizedBy")>]
    let minimizedBy (by: Minimizer) (objective: Objective<'State, 'Hyper>) = objective.MinimizedBy by

    /// <summary>The gradient-descent map <c>w − η ∇_w f(w, λ)</c>; a contraction needs 0 &lt; η &lt; 2/L, where L bounds the curvature.</summary>
    [<CompiledName("GradientDescentMap")>]
    let gradientDescentMap (rate: float) (objective: Objective<'State, 'Hyper>) =
        objective.GradientDescentMap rate

    /// <summary>The proximal-gradient map <c>prox(w − η ∇_w f(w, λ), λ)</c>, whose fixed points are constrained or non-smooth minima.</summary>
    [<CompiledName("ProximalGradientMap")>]
    let proximalGradientMap (rate: float) (prox: 'State -> 'Hyper -> 'State) (objective: Objective<'State, 'Hyper>) =
        objective.ProximalGradientMap(rate, (fun w h -> prox w h))

    /// <summary>The same objective, to be minimized subject to <c>e(w, λ) = 0</c>.</summary>
    [<CompiledName("SubjectToEqualities")>]
    let subjectToEqualities (e: 'State -> 'Hyper -> Tensor) (objective: Objective<'State, 'Hyper>) =
        objective.SubjectTo(equalities = fun w h -> e w h)

    /// <summary>The same objective, to be minimized subject to <c>i(w, λ) ≤ 0</c>.</summary>
    [<CompiledName("SubjectToInequalities")>]
    let subjectToInequalities (i: 'State -> 'Hyper -> Tensor) (objective: Objective<'State, 'Hyper>) =
        objective.SubjectTo(inequalities = fun w h -> i w h)

    /// <summary>The same objective, to be minimized subject to <c>e(w, λ) = 0</c> and <c>i(w, λ) ≤ 0</c>.</summary>
    [<CompiledName("SubjectTo")>]
    let subjectTo (e: 'State -> 'Hyper -> Tensor) (i: 'State -> 'Hyper -> Tensor) (objective: Objective<'State, 'Hyper>) =
        objective.SubjectTo((fun w h -> e w h), (fun w h -> i w h))

    /// <summary>The same objective in other hyperparameters, <c>f(w, m(μ))</c>.</summary>
    [<CompiledName("Reparametrize")>]
    let reparametrize (map: 'Other -> 'Hyper) (objective: Objective<'State, 'Hyper>) =
        objective.Reparametrize(Func<_, _> map, Tree.find<'Other>)

    /// <summary>A weighted mean with another objective, <c>α F + (1 − α) f</c>.</summary>
    [<CompiledName("Aggregate")>]
    let aggregate (other: Objective<'State, 'Hyper>) (share: float) (objective: Objective<'State, 'Hyper>) =
        objective.Aggregate(other, share)

    /// <summary>The same objective, computed on chunks of so many of its samples, one after the other: the same value and derivatives up to rounding, in the
    /// memory of one chunk.</summary>
    [<CompiledName("InChunks")>]
    let inChunks (size: int) (objective: Objective<'State, 'Hyper>) = objective.InChunks size

    /// <summary>The same objective in chunks as large as the memory that a gradient may take allows, in bytes.</summary>
    [<CompiledName("WithinMemory")>]
    let withinMemory (bytes: int64) (objective: Objective<'State, 'Hyper>) = objective.WithinMemory bytes

    /// <summary>The same objective over the samples of all ranks, of which each has its share: <c>f = Σ_r (n_r/n) f_r</c>, with all its
    /// derivatives.</summary>
    [<CompiledName("Across")>]
    let across (ranks: Ranks) (objective: Objective<'State, 'Hyper>) = objective.Across ranks

    /// <summary>The same objective, traced anew by each computation.</summary>
    [<CompiledName("AsUncached")>]
    let asUncached (objective: Objective<'State, 'Hyper>) = objective.AsUncached()
