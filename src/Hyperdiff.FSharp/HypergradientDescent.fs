namespace Hyperdiff.FSharp

open Hyperdiff

/// <summary>Descent along hypergradients whose tolerances are coupled to its progress.</summary>
[<RequireQualifiedAccess>]
module HypergradientDescent =

    let private result (solution: OuterSolution<'State, 'Hyper>) =
        SolveFailure.ofReports "This descent" [ solution.Report ] solution

    /// <summary>Descent by an optimizer, until the gradient is at most a tolerance, in its unit, or the steps run out.</summary>
    [<CompiledName("By")>]
    let by (optimizer: Optimizer) (tolerance: float) (maxSteps: int) =
        HypergradientDescent(optimizer, Tolerance = tolerance, MaxSteps = maxSteps)

    /// <summary>Descent by an optimizer, until the estimated error of λ is small against λ, or the steps run out.</summary>
    [<CompiledName("UpTo")>]
    let upTo (maxSteps: int) (optimizer: Optimizer) = HypergradientDescent(optimizer, MaxSteps = maxSteps)

    /// <summary>The hyperparameters at which the outer objective is stationary.</summary>
    [<CompiledName("Minimize")>]
    let minimize (how: HypergradientDescent) (start: 'State) (hyper: 'Hyper) (problem: SolvedProblem<'State, 'Hyper>) =
        result (how.Minimize(problem, start, hyper))
