namespace Hyperdiff.FSharp

open Hyperdiff

/// <summary>Bilevel problems: an outer objective over the solution of an inner problem.</summary>
[<RequireQualifiedAccess>]
module Bilevel =

    /// <summary>The outer objective over the fixed point of a map.</summary>
    [<CompiledName("Problem")>]
    let problem (inner: FixedPointMap<'State, 'Hyper>) (outer: Objective<'State, 'Hyper>) =
        Bilevel.Problem(inner, outer)

    /// <summary>The outer objective over the minimum of an inner one.</summary>
    [<CompiledName("MinimizationProblem")>]
    let minimizationProblem (inner: Minimization<'State, 'Hyper>) (outer: Objective<'State, 'Hyper>) =
        Bilevel.Problem(inner, outer)

    /// <summary>The outer objective at the end of an optimizer's steps.</summary>
    [<CompiledName("UnrolledProblem")>]
    let unrolledProblem (inner: Dynamics<'State, 'Hyper>) (outer: Objective<'State, 'Hyper>) =
        Bilevel.Problem(inner, outer)

    /// <summary>The outer objective over the root of a condition.</summary>
    [<CompiledName("RootProblem")>]
    let rootProblem (inner: RootFinding<'State, 'Hyper>) (outer: Objective<'State, 'Hyper>) = Bilevel.Problem(inner, outer)

    /// <summary>The outer objective over the constrained minimum of an inner one.</summary>
    [<CompiledName("ConstrainedProblem")>]
    let constrainedProblem (by: RootSolver) (inner: ConstrainedObjective<'State, 'Hyper>) (outer: Objective<'State, 'Hyper>) =
        Bilevel.Problem(inner, outer, by)

    /// <summary>The expectation of an outer objective over a random inner process with a log-density.</summary>
    [<CompiledName("ExpectationProblem")>]
    let expectationProblem (sampler: RandomKey -> 'Hyper -> 'Sample) (logDensity: Objective<'Sample, 'Hyper>) (outer: Objective<'Sample, 'Hyper>) =
        Bilevel.Problem((fun key h -> sampler key h), logDensity, outer)

    /// <summary>Two objectives, for descents that step w and λ together.</summary>
    [<CompiledName("ObjectiveProblem")>]
    let objectiveProblem (inner: Objective<'State, 'Hyper>) (outer: Objective<'State, 'Hyper>) = Bilevel.Problem(inner, outer)

    /// <summary>Two objectives that are known by random samples, for stochastic descents.</summary>
    [<CompiledName("SampledProblem")>]
    let sampledProblem (inner: SampledObjective<'State, 'Hyper>) (outer: SampledObjective<'State, 'Hyper>) =
        Bilevel.Problem(inner, outer)

    /// <summary>Two finite sums, for descents that remember their components.</summary>
    [<CompiledName("FiniteSumProblem")>]
    let finiteSumProblem (inner: FiniteSum<'State, 'Hyper>) (outer: FiniteSum<'State, 'Hyper>) = Bilevel.Problem(inner, outer)

    /// <summary>Compares the derivatives of a problem over a map with differences, along random directions drawn from a key.</summary>
    [<CompiledName("Check")>]
    let check (key: RandomKey) (start: 'State) (hyper: 'Hyper) (problem: BilevelProblem<'State, 'Hyper>) =
        problem.Check(start, hyper, key = key)

    /// <summary>Compares the derivatives of a problem over a minimum with differences, along random directions drawn from a key.</summary>
    [<CompiledName("CheckMinimum")>]
    let checkMinimum (key: RandomKey) (start: 'State) (hyper: 'Hyper) (problem: MinimizationProblem<'State, 'Hyper>) =
        problem.Check(start, hyper, key)

    /// <summary>Measures a problem over a map at a point, and what each method would cost.</summary>
    [<CompiledName("Explain")>]
    let explain (state: 'State) (hyper: 'Hyper) (problem: BilevelProblem<'State, 'Hyper>) = problem.Explain(state, hyper)

    /// <summary>Measures a problem over a minimum at a point, and what each method would cost.</summary>
    [<CompiledName("ExplainMinimum")>]
    let explainMinimum (state: 'State) (hyper: 'Hyper) (problem: MinimizationProblem<'State, 'Hyper>) =
        problem.Explain(state, hyper)
