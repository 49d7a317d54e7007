namespace Hyperdiff.FSharp

open Hyperdiff

/// <summary>Approximations of H⁻¹g by some products, for descents that keep no adjoint.</summary>
[<RequireQualifiedAccess>]
module HessianSeries =

    /// <summary>The first terms of the Neumann series with a rate.</summary>
    [<CompiledName("Truncated")>]
    let truncated (rate: Schedule) (terms: int) = HessianSeries.Truncated(terms, rate)

    /// <summary>One of these terms, drawn at random, instead of all.</summary>
    [<CompiledName("Random")>]
    let random (rate: Schedule) (terms: int) = HessianSeries.Random(terms, rate)

/// <summary>Methods that step λ together with w. Rates come in the order inner, outer.</summary>
[<RequireQualifiedAccess>]
module Descent =

    let private result (solution: DescentSolution<'State, 'Hyper>) =
        SolveFailure.ofReports "This descent" [ solution.Report ] solution

    /// <summary>SOBA: one step each of w, v and λ.</summary>
    [<CompiledName("Soba")>]
    let soba (innerRate: Schedule) (outerRate: Schedule) = Descent.Soba(innerRate, outerRate)

    /// <summary>SABA: SOBA with reduced variance, over finite sums.</summary>
    [<CompiledName("Saba")>]
    let saba (innerRate: Schedule) (outerRate: Schedule) = Descent.Saba(innerRate, outerRate)

    /// <summary>AmIGO: so many steps of w and of v, then one of λ.</summary>
    [<CompiledName("Amigo")>]
    let amigo (innerSteps: int) (adjointSteps: int) (innerRate: Schedule) (outerRate: Schedule) =
        Descent.Amigo(innerRate, innerSteps, adjointSteps, outerRate)

    /// <summary>stocBiO: so many steps of w, a Neumann series of so many products, then one step of λ.</summary>
    [<CompiledName("StocBio")>]
    let stocBio (innerSteps: int) (products: int) (innerRate: Schedule) (outerRate: Schedule) =
        Descent.StocBio(innerRate, innerSteps, products, outerRate)

    /// <summary>TTSA: one step of w, then one of λ along a series.</summary>
    [<CompiledName("Ttsa")>]
    let ttsa (series: HessianSeries) (innerRate: Schedule) (outerRate: Schedule) = Descent.Ttsa(innerRate, outerRate, series)

    /// <summary>SUSTAIN: one step each of w and λ along corrected momentum.</summary>
    [<CompiledName("Sustain")>]
    let sustain (momentum: Schedule) (series: HessianSeries) (innerRate: Schedule) (outerRate: Schedule) =
        Descent.Sustain(innerRate, outerRate, momentum, series)

    /// <summary>The averaged method of multipliers, with an exact line search for the multiplier and a weight of F in the inner objective.</summary>
    [<CompiledName("DualMultiplier")>]
    let dualMultiplier (mixture: Schedule) (innerRate: Schedule) (outerRate: Schedule) =
        Descent.DualMultiplier(innerRate, outerRate, mixture = mixture)

    /// <summary>F2SA: the difference of two gradients of f.</summary>
    [<CompiledName("F2sa")>]
    let f2sa (multiplier: Schedule) (innerSteps: int) (innerRate: Schedule) (outerRate: Schedule) =
        Descent.F2sa(innerRate, innerSteps, outerRate, multiplier)

    /// <summary>PBGD with a penalty on the value gap.</summary>
    [<CompiledName("Pbgd")>]
    let pbgd (multiplier: Schedule) (innerSteps: int) (innerRate: Schedule) (outerRate: Schedule) =
        Descent.Pbgd(innerRate, innerSteps, outerRate, multiplier)

    /// <summary>PBGD with a penalty on the norm of ∇_wf.</summary>
    [<CompiledName("PbgdGradientNorm")>]
    let pbgdGradientNorm (multiplier: Schedule) (innerRate: Schedule) (outerRate: Schedule) =
        Descent.PbgdGradientNorm(innerRate, outerRate, multiplier)

    /// <summary>BOME: descent on F under a control of the value gap.</summary>
    [<CompiledName("Bome")>]
    let bome (control: Schedule) (innerSteps: int) (innerRate: Schedule) (outerRate: Schedule) =
        Descent.Bome(innerRate, innerSteps, outerRate, control)

    /// <summary>MEHA: a penalty on the gap to the Moreau envelope.</summary>
    [<CompiledName("Meha")>]
    let meha (penalty: Schedule) (proximity: Schedule) (innerRate: Schedule) (outerRate: Schedule) =
        Descent.Meha(innerRate, outerRate, penalty, proximity)

    /// <summary>BVFSM: a logarithmic barrier on the value gap.</summary>
    [<CompiledName("Bvfsm")>]
    let bvfsm (barrier: Schedule) (relaxation: Schedule) (innerSteps: int) (innerRate: Schedule) (outerRate: Schedule) =
        Descent.Bvfsm(innerRate, innerSteps, outerRate, barrier, relaxation)

    /// <summary>IGA: the inner problem as one equation.</summary>
    [<CompiledName("Iga")>]
    let iga (innerSteps: int) (innerRate: Schedule) (outerRate: Schedule) = Descent.Iga(innerRate, innerSteps, outerRate)

    /// <summary>The same method with a tolerance for its residual, in its unit, and another number of steps.</summary>
    [<CompiledName("WithLimits")>]
    let withLimits (tolerance: float) (maxSteps: int) (how: 'Method when 'Method :> Descent) : 'Method =
        Descent.WithLimits<'Method>(how, tolerance, maxSteps)

    /// <summary>The same method with another number of steps, until the estimated error of what moves is small against it.</summary>
    [<CompiledName("UpTo")>]
    let upTo (maxSteps: int) (how: 'Method when 'Method :> Descent) : 'Method =
        Descent.WithLimits<'Method>(how, System.Nullable(), maxSteps)

    /// <summary>The same method with samples drawn from another key.</summary>
    [<CompiledName("WithKey")>]
    let withKey (key: RandomKey) (how: 'Method when 'Method :> Descent) : 'Method =
        Descent.WithKey<'Method>(how, key)

    /// <summary>What the method needs of its numbers, checked against what is known of the problem.</summary>
    [<CompiledName("Check")>]
    let check (bounds: StrongConvexityBounds) (how: Descent) = how.Check bounds

    /// <summary>Descends on sampled or exact objectives.</summary>
    [<CompiledName("Minimize")>]
    let minimize (how: StochasticDescent) (start: 'State) (hyper: 'Hyper) (problem: SampledProblem<'State, 'Hyper>) =
        result (how.Minimize(problem, start, hyper))

    /// <summary>Descends on exact objectives.</summary>
    [<CompiledName("MinimizeExact")>]
    let minimizeExact (how: ExactDescent) (start: 'State) (hyper: 'Hyper) (problem: ObjectiveProblem<'State, 'Hyper>) =
        result (how.Minimize(problem, start, hyper))

    /// <summary>Descends on finite sums.</summary>
    [<CompiledName("MinimizeSums")>]
    let minimizeSums (how: SabaDescent) (start: 'State) (hyper: 'Hyper) (problem: FiniteSumProblem<'State, 'Hyper>) =
        result (how.Minimize(problem, start, hyper))
