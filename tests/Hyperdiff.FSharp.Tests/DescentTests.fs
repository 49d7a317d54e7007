module Hyperdiff.FSharp.Tests.DescentTests

open Hyperdiff
open Hyperdiff.FSharp
open Xunit

let private f (w: Tensor) (h: Tensor) = Tensor.sum (Tensor.square (w - h))
let private F (w: Tensor) (h: Tensor) = Tensor.sum (Tensor.square (w - 1.0)) + 0.5 * Tensor.sum (Tensor.square h)
let private start, hyper = Tensor.zeros [ 2 ], Tensor.from [| 0.3; -2.0 |]
let private problem = Bilevel.problem (Objective.from f) (Objective.from F)
let private rate, slow = Schedule.constant 0.4, Schedule.constant 0.1
let private limited (how: 'Method when 'Method :> Descent) : 'Method = Descent.withLimits 1e-10 5 how

let private last result =
    match result with
    | Ok(solution: DescentSolution<Tensor, Tensor>) -> solution.Hyper
    | Error(failure: SolveFailure<DescentSolution<Tensor, Tensor>>) -> failure.Result.Hyper

[<Fact>]
let ``Stochastic descents have the bits of C#`` () =
    let series = HessianSeries.truncated rate 3

    for expected, actual in
        [ Descent.Soba(rate, slow), Descent.soba rate slow
          Descent.Amigo(rate, 2, 3, slow), Descent.amigo 2 3 rate slow
          Descent.StocBio(rate, 2, 3, slow), Descent.stocBio 2 3 rate slow
          Descent.Ttsa(rate, slow, series), Descent.ttsa series rate slow
          Descent.Ttsa(rate, slow, HessianSeries.Random(3, rate)), Descent.ttsa (HessianSeries.random rate 3) rate slow
          Descent.Sustain(rate, slow, 0.5, series), Descent.sustain (Schedule.constant 0.5) series rate slow
          Descent.F2sa(rate, 2, slow, 10.0), Descent.f2sa (Schedule.constant 10.0) 2 rate slow
          Descent.Pbgd(rate, 2, slow, 10.0), Descent.pbgd (Schedule.constant 10.0) 2 rate slow
          Descent.Meha(slow, slow, 10.0, 1.0), Descent.meha (Schedule.constant 10.0) (Schedule.constant 1.0) slow slow ] do
        let expected = Descent.WithLimits(expected, 1e-10, 5).Minimize(problem, start, hyper)
        let how = limited actual
        Bits.equal expected.Hyper (problem |> Descent.minimize how start hyper |> last)

[<Fact>]
let ``Descents on exact objectives have the bits of C#`` () =
    for expected, actual in
        [ Descent.DualMultiplier(rate, slow, mixture = 0.1), Descent.dualMultiplier (Schedule.constant 0.1) rate slow
          Descent.PbgdGradientNorm(slow, slow, 10.0), Descent.pbgdGradientNorm (Schedule.constant 10.0) slow slow
          Descent.Bome(rate, 2, slow, 0.5), Descent.bome (Schedule.constant 0.5) 2 rate slow
          Descent.Bvfsm(slow, 2, slow, 0.5, 5.0), Descent.bvfsm (Schedule.constant 0.5) (Schedule.constant 5.0) 2 slow slow
          Descent.Iga(slow, 1, slow), Descent.iga 1 slow slow ] do
        let expected = Descent.WithLimits(expected, 1e-10, 5).Minimize(problem, start, hyper)
        let how = limited actual
        Bits.equal expected.Hyper (problem |> Descent.minimizeExact how start hyper |> last)

[<Fact>]
let ``A descent that converges is Ok, at the stationary point`` () =
    // w = λ, ℓ = Σ (λ − 1)² + ½ λ²: λ = 2/3, and ℓ″ = 3
    match problem |> Descent.minimize (Descent.soba rate slow |> Descent.withLimits 1e-10 1000) start hyper with
    | Ok solution -> Assert.True(solution.Hyper - 2.0 / 3.0 |> Tensor.norm |> Tensor.toScalar < 1e-9)
    | Error failure -> Assert.Fail $"{failure}"

[<Fact>]
let ``A descent without a tolerance ends by the error of what moves`` () =
    match problem |> Descent.minimize (Descent.soba rate slow |> Descent.upTo 1000) start hyper with
    | Ok solution ->
        // relative to ‖λ‖ = 0.94
        Assert.True(solution.Hyper - 2.0 / 3.0 |> Tensor.norm |> Tensor.toScalar < 6e-6)
        Assert.True solution.Report.Error.IsEstimated
    | Error failure -> Assert.Fail $"{failure}"

[<Fact>]
let ``Samples and sums are those of C#, and a key decides`` () =
    let noisy = fun (w: Tensor) (h: Tensor) (key: RandomKey) -> f w h + Tensor.sum (key.Normal(w.Shape) * w)
    let sampled = Bilevel.problem (SampledObjective.from noisy) (SampledObjective.``of`` (Objective.from F))
    let run seed = sampled |> Descent.minimize (Descent.soba rate slow |> limited |> Descent.withKey (RandomKey.FromSeed seed)) start hyper |> last
    Bits.equal (run 1L) (run 1L)
    Assert.True(run 1L - run 2L |> Tensor.norm |> Tensor.toScalar > 0.0)

    let sums = Bilevel.problem (FiniteSum.from 3 (fun w h i -> f w h + Tensor.sum (w * (Tensor.from [| -1.0; 0.0; 1.0 |]).TakeRows i))) (
        FiniteSum.``of`` (Objective.from F))
    let expected = Descent.WithLimits(Descent.Saba(rate, slow), 1e-10, 5).Minimize(sums, start, hyper)
    Bits.equal expected.Hyper (sums |> Descent.minimizeSums (Descent.saba rate slow |> limited) start hyper |> last)

[<Fact>]
let ``Conditions are checked, and MAML has its names`` () =
    let bounds = StrongConvexityBounds(Convexity = 2.0, Smoothness = 2.0)
    Assert.Contains(Descent.soba (Schedule.constant 0.6) slow |> Descent.check bounds, fun condition -> not condition.Holds)
    let unrolled = Bilevel.problem (Dynamics.unroll (fun _ -> Optimizer.Sgd rate) (Objective.from f)) (Objective.from F)
    let initial how =
        match unrolled |> Hypergradient.compute how start hyper with
        | Ok(:? IterativeHypergradient<Tensor, Tensor> as g) -> g.WithRespectToStart
        | other -> failwith $"{other}"

    Bits.equal (Hypergradient.Maml(3).Compute(unrolled, start, hyper).WithRespectToStart) (initial (Hypergradient.maml 3))
    Bits.equal (Hypergradient.FirstOrderMaml(3).Compute(unrolled, start, hyper).WithRespectToStart) (initial (Hypergradient.firstOrderMaml 3))
