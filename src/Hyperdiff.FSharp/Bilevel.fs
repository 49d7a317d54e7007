namespace Hyperdiff.FSharp

open Hyperdiff

/// <summary>What <c>Bilevel.problem</c> makes of each kind of inner problem.</summary>
[<Sealed>]
type BilevelKinds private () =

    /// <summary>The problem over a fixed point.</summary>
    static member Problem(inner: FixedPointFinding<'State, 'Hyper>, outer: Objective<'State, 'Hyper>) = Bilevel.Problem(inner, outer)

    /// <summary>The problem over the fixed point of a map, by its own iteration.</summary>
    static member Problem(inner: FixedPointMap<'State, 'Hyper>, outer: Objective<'State, 'Hyper>) = Bilevel.Problem(inner, outer)

    /// <summary>The problem over a minimum.</summary>
    static member Problem(inner: Minimization<'State, 'Hyper>, outer: Objective<'State, 'Hyper>) = Bilevel.Problem(inner, outer)

    /// <summary>The problem over a root.</summary>
    static member Problem(inner: RootFinding<'State, 'Hyper>, outer: Objective<'State, 'Hyper>) = Bilevel.Problem(inner, outer)

    /// <summary>The problem over a constrained minimum.</summary>
    static member Problem(inner: ConstrainedMinimization<'State, 'Hyper>, outer: Objective<'State, 'Hyper>) = Bilevel.Problem(inner, outer)

    /// <summary>The problem over a constrained minimum, by Newton's method.</summary>
    static member Problem(inner: ConstrainedObjective<'State, 'Hyper>, outer: Objective<'State, 'Hyper>) = Bilevel.Problem(inner, outer)

    /// <summary>The problem at the end of an optimizer's steps.</summary>
    static member Problem(inner: Dynamics<'State, 'Hyper>, outer: Objective<'State, 'Hyper>) = Bilevel.Problem(inner, outer)

    /// <summary>The problem of an expectation.</summary>
    static member Problem(inner: RandomProcess<'Sample, 'Hyper>, outer: Objective<'Sample, 'Hyper>) = Bilevel.Problem(inner, outer)

    /// <summary>The problem of two objectives, for descents.</summary>
    static member Problem(inner: Objective<'State, 'Hyper>, outer: Objective<'State, 'Hyper>) = Bilevel.Problem(inner, outer)

    /// <summary>The problem of two sampled objectives, for stochastic descents.</summary>
    static member Problem(inner: SampledObjective<'State, 'Hyper>, outer: SampledObjective<'State, 'Hyper>) = Bilevel.Problem(inner, outer)

    /// <summary>The problem of two finite sums, for descents that remember their components.</summary>
    static member Problem(inner: FiniteSum<'State, 'Hyper>, outer: FiniteSum<'State, 'Hyper>) = Bilevel.Problem(inner, outer)

    /// <summary>Resolves the overload for the type of the inner problem.</summary>
    static member inline Of(kinds: ^Kinds, inner: ^Inner, outer: ^Outer) : ^Problem =
        ignore kinds
        ((^Kinds or ^Inner): (static member Problem: ^Inner * ^Outer -> ^Problem) (inner, outer))

/// <summary>Bilevel problems: an outer objective over the solution of an inner problem.</summary>
[<RequireQualifiedAccess>]
module Bilevel =

    /// <summary>The outer objective over the solution of an inner problem, whichever its kind: a map, a condition or an objective with its solver, an
    /// optimizer's
    /// steps, a process, or two objectives for a descent. The type is that of the kind.</summary>
    /// <param name="inner">The inner problem.</param>
    /// <param name="outer">F.</param>
    [<CompiledName("Problem")>]
    let inline problem inner outer = BilevelKinds.Of(Unchecked.defaultof<BilevelKinds>, inner, outer)

    /// <summary>The outer objective over what a function of the start and the hyperparameters returns for the inner solution.</summary>
    [<CompiledName("ResponseProblem")>]
    let responseProblem (response: 'State -> 'Hyper -> 'State) (outer: Objective<'State, 'Hyper>) =
        Bilevel.Problem((fun w h -> response w h), outer)

    /// <summary>An outer value that can only be evaluated.</summary>
    [<CompiledName("ValueProblem")>]
    let valueProblem (value: 'Hyper -> float) =
        Bilevel.Problem((fun (h: 'Hyper) -> value h), Tree.find<'Hyper>)

    /// <summary>An outer value that can only be evaluated, and that is random.</summary>
    [<CompiledName("RandomValueProblem")>]
    let randomValueProblem (value: RandomKey -> 'Hyper -> float) =
        Bilevel.Problem((fun (h: 'Hyper) key -> value key h), Tree.find<'Hyper>)

    /// <summary>A random inner process with its log-density.</summary>
    [<CompiledName("RandomProcess")>]
    let randomProcess (sampler: RandomKey -> 'Hyper -> 'Sample) (logDensity: Objective<'Sample, 'Hyper>) =
        RandomProcess.From((fun key h -> sampler key h), logDensity)

    /// <summary>The methods that apply to a problem.</summary>
    [<CompiledName("Methods")>]
    let methods (problem: BilevelProblem) = List.ofSeq (problem.Methods())

    /// <summary>Compares the derivatives of a problem with differences, along random directions drawn from a key.</summary>
    [<CompiledName("Check")>]
    let check (key: RandomKey) (start: 'State) (hyper: 'Hyper) (problem: SolvedProblem<'State, 'Hyper>) = problem.Check(start, hyper, key)

    /// <summary>Measures a problem at a point, and what each method would cost.</summary>
    [<CompiledName("Explain")>]
    let explain (state: 'State) (hyper: 'Hyper) (problem: SolvedProblem<'State, 'Hyper>) = problem.Explain(state, hyper)
