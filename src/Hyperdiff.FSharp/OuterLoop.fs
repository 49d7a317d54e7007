namespace Hyperdiff.FSharp

open System
open System.Threading
open Hyperdiff

/// <summary>When an outer loop ends: values that <c>|||</c> and <c>&amp;&amp;&amp;</c> combine.</summary>
[<RequireQualifiedAccess>]
module Stop =

    /// <summary>After so many steps.</summary>
    [<CompiledName("AfterSteps")>]
    let afterSteps (steps: int) = Stop.AfterSteps steps

    /// <summary>After so many steps without a best one.</summary>
    [<CompiledName("NoImprovement")>]
    let noImprovement (steps: int) = Stop.NoImprovement steps

    /// <summary>After a trusted step with ‖∇ℓ‖ at most a tolerance.</summary>
    [<CompiledName("GradientBelow")>]
    let gradientBelow (tolerance: float) = Stop.GradientBelow tolerance

    /// <summary>After a trusted step with F at most a value.</summary>
    [<CompiledName("ValueBelow")>]
    let valueBelow (value: float) = Stop.ValueBelow value

    /// <summary>After so much time since the run began, or was resumed.</summary>
    [<CompiledName("After")>]
    let after (time: TimeSpan) = Stop.After time

    /// <summary>After a step for which a condition holds, with what the run then says.</summary>
    [<CompiledName("When")>]
    let ``when`` (reason: string) (condition: StepRecord -> bool) = Stop.When(condition, reason)

    /// <summary>Where either holds.</summary>
    [<CompiledName("Either")>]
    let either (left: Stop) (right: Stop) = Stop.BitwiseOr(left, right)

    /// <summary>Where both hold.</summary>
    [<CompiledName("Both")>]
    let both (left: Stop) (right: Stop) = Stop.BitwiseAnd(left, right)

/// <summary>What an outer loop does where a hypergradient is not to be trusted.</summary>
[<RequireQualifiedAccess>]
module StepFailure =

    /// <summary>λ stays, at most so many times in a row.</summary>
    [<CompiledName("Skip")>]
    let skip (most: int) = StepFailure.Skip most

    /// <summary>Back to the last trusted step, and half as far from there, at most so many times in a row.</summary>
    [<CompiledName("RollBack")>]
    let rollBack (most: int) = StepFailure.RollBack most

    /// <summary>Solve again to tighter tolerances, at most so many times; then throw.</summary>
    [<CompiledName("Tighten")>]
    let tighten (attempts: int) = StepFailure.Tighten attempts

    /// <summary>Solve again to tighter tolerances, at most so many times, before another policy.</summary>
    [<CompiledName("AfterTightening")>]
    let afterTightening (attempts: int) (policy: StepFailure) = policy.AfterTightening attempts

/// <summary>Outer loops, as sequences of steps:
/// <c>OuterLoop.over problem how |> OuterLoop.by optimizer |> OuterLoop.until stop |> OuterLoop.from w h |> Seq.iter …</c></summary>
[<RequireQualifiedAccess>]
module OuterLoop =

    /// <summary>Steps of an optimizer along the hypergradients of a problem.</summary>
    [<CompiledName("Over")>]
    let over (problem: BilevelProblem<'State, 'Hyper>) (how: HypergradientMethod) = OuterLoop.Over(problem, how)

    /// <summary>The same with a problem for every key: minibatches.</summary>
    [<CompiledName("OverKeys")>]
    let overKeys (problem: RandomKey -> BilevelProblem<'State, 'Hyper>) (how: HypergradientMethod) = OuterLoop.Over(Func<_, _> problem, how)

    /// <summary>Steps of a descent that takes objectives which are sampled as well as exact ones.</summary>
    [<CompiledName("Along")>]
    let along (descent: StochasticDescent) (problem: SampledProblem<'State, 'Hyper>) = OuterLoop.Over(problem, descent)

    /// <summary>Steps of a descent that takes exact objectives only.</summary>
    [<CompiledName("AlongExact")>]
    let alongExact (descent: ExactDescent) (problem: ObjectiveProblem<'State, 'Hyper>) = OuterLoop.Over(problem, descent)

    /// <summary>Levels in turn: some steps of each of the others, then one of the problem whose parameters are λ.</summary>
    /// <param name="top">The problem whose parameters are λ.</param>
    /// <param name="steps">The others that are stepped: <c>Level.stepsBy</c>.</param>
    /// <param name="problems">All problems.</param>
    [<CompiledName("OverLevels")>]
    let overLevels (top: Level<'T>) (steps: LevelSteps list) (problems: MultiLevel) =
        OuterLoop.Over(problems, top, ReadOnlySpan(List.toArray steps))

    /// <summary>The same with problems for every key: minibatches.</summary>
    [<CompiledName("OverLevelKeys")>]
    let overLevelKeys (top: Level<'T>) (steps: LevelSteps list) (problems: RandomKey -> MultiLevel) =
        OuterLoop.Over(Func<_, _> problems, top, ReadOnlySpan(List.toArray steps))

    /// <summary>The rule that moves λ.</summary>
    [<CompiledName("By")>]
    let by (optimizer: Optimizer) (loop: OuterLoop<'State, 'Hyper>) = loop.With optimizer

    /// <summary>When it ends.</summary>
    [<CompiledName("Until")>]
    let until (stop: Stop) (loop: OuterLoop<'State, 'Hyper>) = loop.Until stop

    /// <summary>The same loop on all ranks: time, files and watchers are those of rank 0, and what ends a run ends it on all.</summary>
    [<CompiledName("Across")>]
    let across (ranks: Ranks) (loop: OuterLoop<'State, 'Hyper>) = loop.Across ranks

    /// <summary>What everything random is drawn from.</summary>
    [<CompiledName("Keyed")>]
    let keyed (key: RandomKey) (loop: OuterLoop<'State, 'Hyper>) = loop.Keyed key

    /// <summary>λ moves along the mean of several hypergradients.</summary>
    [<CompiledName("Accumulating")>]
    let accumulating (gradients: int) (loop: OuterLoop<'State, 'Hyper>) = loop.Accumulating gradients

    /// <summary>Judges steps by a function of w and λ that is asked at every so many steps; the lowest is the best.</summary>
    [<CompiledName("Validating")>]
    let validating (every: int) (metric: 'State -> 'Hyper -> float) (loop: OuterLoop<'State, 'Hyper>) =
        loop.Validating((fun state hyper -> metric state hyper), every)

    /// <summary>The same for what is best where it is highest: an accuracy.</summary>
    [<CompiledName("ValidatingHighest")>]
    let validatingHighest (every: int) (metric: 'State -> 'Hyper -> float) (loop: OuterLoop<'State, 'Hyper>) =
        loop.Validating((fun state hyper -> metric state hyper), every, higherIsBetter = true)

    /// <summary>What to do where a hypergradient is not to be trusted.</summary>
    [<CompiledName("OnFailure")>]
    let onFailure (policy: StepFailure) (loop: OuterLoop<'State, 'Hyper>) = loop.OnFailure policy

    /// <summary>Solves only as accurately as pays off: the share of the gradient that its error may be.</summary>
    [<CompiledName("Coupled")>]
    let coupled (errorShare: float) (loop: OuterLoop<'State, 'Hyper>) = loop.Coupled errorShare

    /// <summary>The same, and the norm of the gradient, in its unit, below which its error need not fall.</summary>
    [<CompiledName("CoupledUpTo")>]
    let coupledUpTo (tolerance: float) (errorShare: float) (loop: OuterLoop<'State, 'Hyper>) = loop.Coupled(errorShare, tolerance)

    /// <summary>Keeps all leaves of λ within bounds.</summary>
    [<CompiledName("Within")>]
    let within (by: Bijection) (loop: OuterLoop<'State, 'Hyper>) = loop.Within by

    /// <summary>Keeps a leaf of λ within bounds, by its name.</summary>
    [<CompiledName("WithinLeaf")>]
    let withinLeaf (leaf: string) (by: Bijection) (loop: OuterLoop<'State, 'Hyper>) = loop.Within(leaf, by)

    /// <summary>Begins every solve at the first w.</summary>
    [<CompiledName("ColdStarts")>]
    let coldStarts (loop: OuterLoop<'State, 'Hyper>) = loop.ColdStarts()

    /// <summary>Tells a watcher of every step.</summary>
    [<CompiledName("Watched")>]
    let watched (watcher: IProgress<StepRecord>) (loop: OuterLoop<'State, 'Hyper>) = loop.Watched(ReadOnlySpan [| watcher |])

    /// <summary>Tells a watcher of every residual of the solves within steps.</summary>
    [<CompiledName("WatchedSolves")>]
    let watchedSolves (watcher: IProgress<SolveProgress>) (loop: OuterLoop<'State, 'Hyper>) = loop.WatchedSolves watcher

    /// <summary>Saves where the loop is after every so many steps, and at its end.</summary>
    [<CompiledName("SavedTo")>]
    let savedTo (path: string) (every: int) (loop: OuterLoop<'State, 'Hyper>) = loop.SavedTo(path, every)

    /// <summary>Begins a run: a sequence of steps, which is enumerated once.</summary>
    [<CompiledName("From")>]
    let from (start: 'State) (hyper: 'Hyper) (loop: OuterLoop<'State, 'Hyper>) = loop.From(start, hyper, CancellationToken.None)

    /// <summary>Goes on from where a loop was.</summary>
    [<CompiledName("FromState")>]
    let fromState (state: LoopState<'State, 'Hyper>) (loop: OuterLoop<'State, 'Hyper>) = loop.From state

    /// <summary>Reads where a loop was, with structures like those that it began with.</summary>
    [<CompiledName("Load")>]
    let load (path: string) (start: 'State) (hyper: 'Hyper) (loop: OuterLoop<'State, 'Hyper>) = loop.Load(path, start, hyper)

    /// <summary>Goes on from the file that the loop is saved to, or begins where there is none.</summary>
    [<CompiledName("Resume")>]
    let resume (start: 'State) (hyper: 'Hyper) (loop: OuterLoop<'State, 'Hyper>) = loop.Resume(start, hyper)

    /// <summary>The best step of runs from several starts.</summary>
    [<CompiledName("BestOf")>]
    let bestOf (starts: ('State * 'Hyper) seq) (loop: OuterLoop<'State, 'Hyper>) =
        loop.BestOf(starts |> Seq.map (fun (state, hyper) -> struct (state, hyper)))

    /// <summary>Throws if the problem of a key is not the same twice, at so many steps.</summary>
    [<CompiledName("RequireRepeatable")>]
    let requireRepeatable (steps: int) (start: 'State) (hyper: 'Hyper) (loop: OuterLoop<'State, 'Hyper>) = loop.RequireRepeatable(start, hyper, steps)
