namespace Hyperdiff.FSharp

open Hyperdiff

/// <summary>Methods for hypergradients, and their results: a gradient with its evidence, or the failure with every report.</summary>
[<RequireQualifiedAccess>]
module Hypergradient =

    let private result (computed: 'Result :> HypergradientResult<'State, 'Hyper>) =
        if computed.Converged then Ok computed else Error(SolveFailure(computed, computed.Reports, string computed))

    /// <summary>Implicit differentiation of the fixed point of a map.</summary>
    [<CompiledName("Implicit")>]
    let implicit (inner: FixedPointSolver) (adjoint: LinearSolver) = Hypergradient.Implicit(inner, adjoint)

    /// <summary>Implicit differentiation of a minimum: the problem brings its minimizer.</summary>
    [<CompiledName("ImplicitMinimum")>]
    let implicitMinimum (adjoint: LinearSolver) =
        Hypergradient.Implicit(adjoint = adjoint)

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
    let phantom (inner: FixedPointSolver) (damping: float) (terms: int) = Hypergradient.Phantom(terms, damping, inner)

    /// <summary>Implicit differentiation through the last step alone: an approximation.</summary>
    [<CompiledName("OneStep")>]
    let oneStep (inner: FixedPointSolver) = Hypergradient.OneStep inner

    /// <summary>Implicit differentiation of a minimum on minibatches of some size: steps of an optimizer for the adjoint, then averages over so many
    /// minibatches of each objective.</summary>
    [<CompiledName("Stochastic")>]
    let stochastic (optimizer: Optimizer) (iterations: int) (innerBatches: int, outerBatches: int) (batchSize: int) =
        Hypergradient.Stochastic(optimizer, iterations, innerBatches, outerBatches, batchSize)

    /// <summary>Implicit differentiation of a minimum, with steps of an optimizer on all data for the adjoint.</summary>
    [<CompiledName("StochasticOnAll")>]
    let stochasticOnAll (optimizer: Optimizer) (iterations: int) =
        Hypergradient.Stochastic(optimizer, iterations)

    /// <summary>The hypergradient over a map, by any method chosen at run time.</summary>
    [<CompiledName("Compute")>]
    let compute (how: HypergradientMethod) (start: 'State) (hyper: 'Hyper) (problem: BilevelProblem<'State, 'Hyper>) =
        result (how.Compute(problem, start, hyper))

    /// <summary>The same, telling a listener of every residual of every solve and step.</summary>
    [<CompiledName("ComputeWithProgress")>]
    let computeWithProgress (progress: System.IProgress<SolveProgress>) (how: HypergradientMethod) (start: 'State) (hyper: 'Hyper)
        (problem: BilevelProblem<'State, 'Hyper>) =
        result (how.Compute(problem, start, hyper, progress))

    /// <summary>The hypergradient over a map by implicit differentiation; its result has the adjoint.</summary>
    [<CompiledName("ComputeImplicit")>]
    let computeImplicit (how: ImplicitMethod) (start: 'State) (hyper: 'Hyper) (problem: BilevelProblem<'State, 'Hyper>) =
        result (how.Compute(problem, start, hyper))

    /// <summary>The hypergradient over a map by reverse; its result has the gradient in the start.</summary>
    [<CompiledName("ComputeReverse")>]
    let computeReverse (how: ReverseMethod) (start: 'State) (hyper: 'Hyper) (problem: BilevelProblem<'State, 'Hyper>) =
        result (how.Compute(problem, start, hyper))

    /// <summary>The hypergradient through an optimizer's steps, forwards or in reverse.</summary>
    [<CompiledName("ComputeUnrolled")>]
    let computeUnrolled (how: IterativeMethod) (start: 'State) (hyper: 'Hyper) (problem: UnrolledProblem<'State, 'Hyper>) =
        result (how.Compute(problem, start, hyper))

    /// <summary>The hypergradient over a minimum.</summary>
    [<CompiledName("ComputeMinimum")>]
    let computeMinimum (how: ImplicitMethod) (start: 'State) (hyper: 'Hyper) (problem: MinimizationProblem<'State, 'Hyper>) =
        result (how.Compute(problem, start, hyper))

    /// <summary>The hypergradient over a root.</summary>
    [<CompiledName("ComputeRoot")>]
    let computeRoot (how: ImplicitMethod) (start: 'State) (hyper: 'Hyper) (problem: RootProblem<'State, 'Hyper>) =
        result (how.Compute(problem, start, hyper))

    /// <summary>The same, telling a listener of every residual of both solves.</summary>
    [<CompiledName("ComputeMinimumWithProgress")>]
    let computeMinimumWithProgress (progress: System.IProgress<SolveProgress>) (how: ImplicitMethod) (start: 'State) (hyper: 'Hyper)
        (problem: MinimizationProblem<'State, 'Hyper>) =
        result (how.Compute(problem, start, hyper, progress = progress))

    /// <summary>The hypergradient over a minimum, estimated on minibatches that are drawn from a key.</summary>
    [<CompiledName("ComputeStochastic")>]
    let computeStochastic (how: StochasticMethod) (key: RandomKey) (start: 'State) (hyper: 'Hyper) (problem: MinimizationProblem<'State, 'Hyper>) =
        result (how.Compute(problem, start, hyper, key))

    /// <summary>The hypergradient over a map at other hyperparameters, its solves going on from the state and adjoint of a result.</summary>
    [<CompiledName("ContinueFrom")>]
    let continueFrom (how: ImplicitMethod) (previous: ImplicitHypergradient<'State, 'Hyper>) (hyper: 'Hyper) (problem: BilevelProblem<'State, 'Hyper>) =
        result (how.Compute(problem, previous.State, hyper, warm = previous.Adjoint))

    /// <summary>The hypergradient over a minimum at other hyperparameters, its solves going on from the state and adjoint of a result.</summary>
    [<CompiledName("ContinueMinimumFrom")>]
    let continueMinimumFrom (how: ImplicitMethod) (previous: ImplicitHypergradient<'State, 'Hyper>) (hyper: 'Hyper)
        (problem: MinimizationProblem<'State, 'Hyper>) =
        result (how.Compute(problem, previous.State, hyper, warm = previous.Adjoint))

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

    /// <summary>The hypergradient through an optimizer's steps, by a product with the mixed derivative.</summary>
    [<CompiledName("ComputeDarts")>]
    let computeDarts (how: DartsMethod) (start: OptimizerState<'State>) (hyper: 'Hyper) (problem: UnrolledProblem<'State, 'Hyper>) =
        result (how.Compute(problem, start, hyper))

    /// <summary>The hypergradient over a minimum, by a product with the mixed derivative.</summary>
    [<CompiledName("ComputeDartsMinimum")>]
    let computeDartsMinimum (how: DartsMethod) (start: 'State) (hyper: 'Hyper) (problem: MinimizationProblem<'State, 'Hyper>) =
        result (how.Compute(problem, start, hyper))

    /// <summary>The score-function estimator (REINFORCE), for random inner processes.</summary>
    [<CompiledName("ScoreFunction")>]
    let scoreFunction (baseline: Baseline) (samples: int) =
        Hypergradient.ScoreFunction(samples, baseline)

    /// <summary>The hypergradient over a random process, estimated by the score function.</summary>
    [<CompiledName("ComputeScoreFunction")>]
    let computeScoreFunction (how: ScoreFunctionMethod) (key: RandomKey) (hyper: 'Hyper) (problem: ExpectationProblem<'Sample, 'Hyper>) =
        result (how.Compute(problem, hyper, key))

    /// <summary>A zero-order estimator, for outer values that can only be evaluated.</summary>
    [<CompiledName("ZeroOrder")>]
    let zeroOrder (rule: ZeroOrderRule) (sigma: float) (samples: int) =
        Hypergradient.ZeroOrder(samples, sigma, rule)

    /// <summary>The gradient of a function that can only be evaluated, estimated.</summary>
    [<CompiledName("ComputeZeroOrder")>]
    let computeZeroOrder (how: ZeroOrderMethod) (key: RandomKey) (hyper: 'Hyper) (f: 'Hyper -> float) =
        result (how.Compute((fun h -> f h), hyper, key, Tree.find<'Hyper>))

    /// <summary>Zero-order differences of the inner solution (PZOBO), for inner solvers that can only be run.</summary>
    [<CompiledName("ZeroOrderResponse")>]
    let zeroOrderResponse (radius: float) (samples: int) =
        Hypergradient.ZeroOrderResponse(samples, radius)

    /// <summary>The hypergradient over what any inner solver returns, estimated.</summary>
    [<CompiledName("ComputeZeroOrderResponse")>]
    let computeZeroOrderResponse (how: ZeroOrderResponseMethod) (key: RandomKey) (outer: Objective<'State, 'Hyper>) (hyper: 'Hyper)
        (response: 'Hyper -> 'State) =
        result (how.Compute((fun h -> response h), outer, hyper, key))
