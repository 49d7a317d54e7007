namespace Hyperdiff.FSharp

open Hyperdiff

/// <summary>Methods for hypergradients, and their results: a gradient with its evidence, or the failure with every report.</summary>
[<RequireQualifiedAccess>]
module Hypergradient =

    let private result (computed: 'Result :> HypergradientResult<'State, 'Hyper>) =
        if computed.Converged then Ok computed else Error(SolveFailure(computed, computed.Reports, string computed))

    /// <summary>Implicit differentiation of a fixed point, a minimum or a root.</summary>
    /// <param name="adjoint">Solves the adjoint system.</param>
    [<CompiledName("Implicit")>]
    let implicit (adjoint: LinearSolver) = Hypergradient.Implicit adjoint

    /// <summary>Reverse through the stored iterates of some steps of a map.</summary>
    [<CompiledName("Reverse")>]
    let reverse (steps: int) = Hypergradient.Reverse steps

    /// <summary>Reverse through the last steps only: an approximation.</summary>
    [<CompiledName("ReverseTruncated")>]
    let reverseTruncated (last: int) (steps: int) =
        Hypergradient.Reverse(steps, last)

    /// <summary>MAML: reverse, of whose result the gradient in the start is what is asked for.</summary>
    [<CompiledName("Maml")>]
    let maml (steps: int) = Hypergradient.Maml steps

    /// <summary>First-order MAML: the gradient at the last iterate instead of that in the start.</summary>
    [<CompiledName("FirstOrderMaml")>]
    let firstOrderMaml (steps: int) = Hypergradient.FirstOrderMaml steps

    /// <summary>Forward through some steps of a map, one direction per hyperparameter: for few of them.</summary>
    [<CompiledName("Forward")>]
    let forward (steps: int) = Hypergradient.Forward steps

    /// <summary>Implicit differentiation with some terms of the damped Neumann series instead of the adjoint solve: an approximation.</summary>
    [<CompiledName("Phantom")>]
    let phantom (damping: float) (terms: int) = Hypergradient.Phantom(terms, damping)

    /// <summary>Implicit differentiation through the last step alone: an approximation.</summary>
    [<CompiledName("OneStep")>]
    let oneStep () = Hypergradient.OneStep()

    /// <summary>Implicit differentiation of a minimum on minibatches of some size: steps of an optimizer for the adjoint, then averages over so many
    /// minibatches of each objective.</summary>
    [<CompiledName("Stochastic")>]
    let stochastic (optimizer: Optimizer) (iterations: int) (innerBatches: int, outerBatches: int) (batchSize: int) =
        Hypergradient.Stochastic(optimizer, iterations, innerBatches, outerBatches, batchSize)

    /// <summary>Implicit differentiation of a minimum, with steps of an optimizer on all data for the adjoint.</summary>
    [<CompiledName("StochasticOnAll")>]
    let stochasticOnAll (optimizer: Optimizer) (iterations: int) =
        Hypergradient.Stochastic(optimizer, iterations)

    /// <summary>The hypergradient by any method, over any kind of problem that it applies to.</summary>
    /// <param name="how">The method.</param>
    /// <param name="start">The first inner iterate.</param>
    /// <param name="hyper">λ.</param>
    /// <param name="problem">The problem.</param>
    /// <exception cref="T:System.ArgumentException">The method does not apply to this kind of problem, or needs a key.</exception>
    [<CompiledName("Compute")>]
    let compute (how: HypergradientMethod) (start: 'State) (hyper: 'Hyper) (problem: BilevelProblem<'State, 'Hyper>) =
        result (how.Compute(problem, start, hyper))

    /// <summary>The same with a key, a warm start, progress or cancellation: <c>HypergradientOptions(Key = key)</c>.</summary>
    /// <param name="options">Options, all of which the method reads.</param>
    /// <param name="how">The method.</param>
    /// <param name="start">The first inner iterate.</param>
    /// <param name="hyper">λ.</param>
    /// <param name="problem">The problem.</param>
    /// <exception cref="T:System.ArgumentException">The method does not apply to this kind of problem, or an option is missing or not read.</exception>
    [<CompiledName("ComputeWith")>]
    let computeWith (options: HypergradientOptions) (how: HypergradientMethod) (start: 'State) (hyper: 'Hyper) (problem: BilevelProblem<'State, 'Hyper>) =
        result (how.Compute(problem, start, hyper, options))

    /// <summary>The error of a hypergradient, estimated by two further solves with the solver of its adjoint.</summary>
    [<CompiledName("EstimateError")>]
    let estimateError (hypergradient: ImplicitHypergradient<'State, 'Hyper>) = hypergradient.EstimateError()

    /// <summary>The error of a hypergradient, estimated by two further solves with another solver: for truncated and regularized adjoints.</summary>
    [<CompiledName("EstimateErrorBy")>]
    let estimateErrorBy (solver: LinearSolver) (hypergradient: ImplicitHypergradient<'State, 'Hyper>) = hypergradient.EstimateError solver

    /// <summary>A bound of the error of a hypergradient, from what is known of the problem beforehand.</summary>
    [<CompiledName("Certify")>]
    let certify (bounds: ErrorBounds) (hypergradient: ImplicitHypergradient<'State, 'Hyper>) = hypergradient.Certify bounds

    /// <summary>One product with the mixed second derivative instead of the adjoint solve, as in DARTS; the scale and the point of evaluation are
    /// arguments.</summary>
    [<CompiledName("Darts")>]
    let darts (product: MixedProduct) (at: EvaluationPoint) (step: StepDerivative) (steps: int) =
        Hypergradient.Darts(steps, step, at, product)

    /// <summary>The score-function estimator (REINFORCE), for random inner processes.</summary>
    [<CompiledName("ScoreFunction")>]
    let scoreFunction (baseline: Baseline) (samples: int) =
        Hypergradient.ScoreFunction(samples, baseline)

    /// <summary>A zero-order estimator, for outer values that can only be evaluated.</summary>
    [<CompiledName("ZeroOrder")>]
    let zeroOrder (rule: ZeroOrderRule) (sigma: float) (samples: int) =
        Hypergradient.ZeroOrder(samples, sigma, rule)

    /// <summary>Zero-order differences of the inner solution (PZOBO), for inner solvers that can only be run.</summary>
    [<CompiledName("ZeroOrderResponse")>]
    let zeroOrderResponse (radius: float) (samples: int) =
        Hypergradient.ZeroOrderResponse(samples, radius)
