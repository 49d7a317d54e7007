module Hyperdiff.FSharp.Tests.HypergradientTests

open Hyperdiff
open Hyperdiff.FSharp
open Xunit

type State = { W: Tensor; B: Tensor }
type Hyper = { LogL2: Tensor }

let private x = Tensor.from2D (array2D [ [ 1.0; -2.0 ]; [ 0.5; 0.3 ]; [ -1.0; 0.7 ] ])
let private y = Tensor.from [| 1.0; 0.0; 1.0 |]
let private loss w = x %*% w.W + w.B |> Losses.binaryCrossEntropyWithLogits y
let private train = Objective.from (fun w h -> loss w + 0.5 * Tensor.sum (Tensor.exp h.LogL2 * Tensor.square w.W))
let private validate = Objective.from (fun w (_: Hyper) -> Tensor.sum (Tensor.square w.W) + 0.1 * w.B * w.B)
let private start = { W = Tensor.zeros [ 2 ]; B = Tensor.scalar 0.0 }
let private hyper = { LogL2 = Tensor.from [| -1.0; 0.5 |] }
let private minimum = Bilevel.problem (train |> Objective.minimizedBy (Minimizer.newtonCg 1e-12)) validate
let private descent = train |> Objective.gradientDescentMap 0.5
let private solvedBy by = Bilevel.problem (descent |> FixedPointMap.solvedBy by) validate
let private map = solvedBy (FixedPoint.iteration 1e-12)
let private adjoint = LinearSolver.conjugateGradient 1e-12

let private ok result =
    match result with
    | Ok value -> value
    | Error failure -> failwith $"{failure}"

[<Fact>]
let ``A hypergradient over a minimum has the bits of C#`` () =
    let expected = Hypergradient.Implicit(adjoint = adjoint).Compute(minimum, start, hyper)
    let actual = minimum |> Hypergradient.compute (Hypergradient.implicit adjoint) start hyper |> ok
    Bits.equal expected.Gradient.LogL2 actual.Gradient.LogL2

[<Fact>]
let ``Hypergradients over a map have the bits of C#, by every method`` () =
    let implicit = Hypergradient.implicit adjoint
    let expected = implicit.Compute(map, start, hyper)
    Bits.equal expected.Gradient.LogL2 (map |> Hypergradient.compute implicit start hyper |> ok).Gradient.LogL2

    for expected, actual in
        [ Hypergradient.Forward 30 :> HypergradientMethod, Hypergradient.forward 30 :> HypergradientMethod
          Hypergradient.Phantom(20, 0.5), Hypergradient.phantom 0.5 20
          Hypergradient.OneStep(), Hypergradient.oneStep () ] do
        Bits.equal (expected.Compute(map, start, hyper)).Gradient.LogL2 (actual.Compute(map, start, hyper)).Gradient.LogL2

    for reverse in [ Hypergradient.reverse 50; Hypergradient.reverseTruncated 10 50 ] do
        let expected = reverse.Compute(map, start, hyper)
        Bits.equal expected.Gradient.LogL2 (map |> Hypergradient.compute reverse start hyper |> ok).Gradient.LogL2

[<Fact>]
let ``A hypergradient goes on from another, whatever the method`` () =
    let goesOn (how: HypergradientMethod) (problem: BilevelProblem<State, Hyper>) =
        let first = problem |> Hypergradient.compute how start hyper |> ok
        problem |> Hypergradient.computeWith (HypergradientOptions(WarmStart = first.WarmStart)) how first.State hyper |> ok

    for problem in [ minimum :> BilevelProblem<State, Hyper>; map ] do
        for report in (goesOn (Hypergradient.implicit adjoint) problem).Reports do
            Assert.Equal(0, report.Iterations)

    let unrolled = Bilevel.problem (train |> Dynamics.unroll (fun _ -> Optimizer.sgdWith (Schedule.constant 0.5) (Schedule.constant 0.1))) validate
    let whole = unrolled |> Hypergradient.compute (Hypergradient.reverse 6) start hyper |> ok
    Bits.equal whole.State.W (goesOn (Hypergradient.reverse 3) unrolled).State.W

[<Fact>]
let ``What does not go together is refused with the cure, before any work`` () =
    let refused = Assert.Throws<System.ArgumentException>(fun () -> minimum |> Hypergradient.compute (Hypergradient.reverse 3) start hyper |> ignore)
    Assert.Contains("use Hypergradient.Implicit", refused.Message)
    Assert.Contains("Hypergradient.Implicit", Bilevel.methods minimum)
    Assert.DoesNotContain("Hypergradient.Reverse", Bilevel.methods minimum)

[<Fact>]
let ``A hypergradient whose solve did not converge is an error with every report`` () =
    match solvedBy (FixedPoint.iterationUpTo 2 1e-12) |> Hypergradient.compute (Hypergradient.implicit adjoint) start hyper with
    | Ok _ -> Assert.Fail "two steps are not enough"
    | Error failure ->
        Assert.Equal(SolveStatus.MaxIterations, failure.Report.Status)
        Assert.Equal(2, failure.Reports.Length)
        Assert.False failure.Result.Converged

[<Fact>]
let ``An optimizer steps as in C#`` () =
    let half, rate = Schedule.constant 0.5, Schedule.constant 0.1 |> Schedule.cosine 10 |> Schedule.warmup 2

    for optimizer, same in
        [ Optimizer.sgd 0.1, Optimizer.Sgd(Schedule.Constant 0.1)
          Optimizer.adam 0.1, Optimizer.Adam(Schedule.Constant 0.1)
          Optimizer.adamOf 0.8 0.99 1e-6 0.1, Optimizer.Adam(Schedule.Constant 0.1, Schedule.Constant 0.8, Schedule.Constant 0.99, Schedule.Constant 1e-6)
          Optimizer.sgdWith half rate, Optimizer.Sgd(rate, half)
          Optimizer.heavyBall half rate, Optimizer.HeavyBall(rate, half)
          Optimizer.nesterov half rate, Optimizer.Nesterov(rate, half)
          Optimizer.adamWith rate, Optimizer.Adam rate
          Optimizer.adamW half rate, Optimizer.AdamW(rate, weightDecay = half)
          Optimizer.rmsProp rate, Optimizer.RmsProp rate
          Optimizer.adagrad rate, Optimizer.Adagrad rate
          Optimizer.adam 0.1 |> Optimizer.projected Proximal.nonNegative, Optimizer.Adam(Schedule.Constant 0.1).Projected(fun x -> Proximal.NonNegative x) ] do
        let state = optimizer |> Optimizer.start hyper |> Optimizer.next hyper
        Bits.equal (same.Start(hyper, Tree.derive<Hyper>).Next(hyper).Parameters.LogL2) state.Parameters.LogL2

[<Fact>]
let ``Schedules are those of C#`` () =
    let constant = Schedule.constant 0.8

    for schedule, same in
        [ constant |> Schedule.step 2 (Schedule.constant 0.5), Schedule.Step(constant, 2, Schedule.Constant 0.5)
          constant |> Schedule.exponential (Schedule.constant 0.5), Schedule.Exponential(constant, Schedule.Constant 0.5)
          constant |> Schedule.inverseTime (Schedule.constant 0.5), Schedule.InverseTime(constant, Schedule.Constant 0.5)
          Schedule.from Tensor.exp, Schedule.From(fun t -> t.Exp())
          Schedule.ofTensor (Tensor.scalar 0.3), Schedule.Constant(Tensor.scalar 0.3) ] do
        Bits.equal (same.At 3) (schedule |> Schedule.at 3)

[<Fact>]
let ``A learned rate has the bits of C#, forwards the same, and steps can be taken by hand`` () =
    let by h = Optimizer.heavyBall (Schedule.constant 0.5) (Schedule.ofTensor (Tensor.exp (Tensor.sum h.LogL2)))
    let dynamics = train |> Dynamics.unroll by
    let problem = Bilevel.problem dynamics validate
    let reverse = problem |> Hypergradient.compute (Hypergradient.reverse 3) start hyper |> ok
    let forward = problem |> Hypergradient.compute (Hypergradient.forward 3) start hyper |> ok
    Bits.equal (Hypergradient.Reverse(3).Compute(problem, start, hyper).Gradient.LogL2) reverse.Gradient.LogL2
    Assert.True(Tensor.toScalar (Tensor.sum (Tensor.square (forward.Gradient.LogL2 - reverse.Gradient.LogL2))) < 1e-28)
    let step state = dynamics |> Dynamics.next state hyper
    let last = dynamics |> Dynamics.start start hyper |> step |> step |> step
    Bits.equal reverse.State.W last.Parameters.W
    let changing = Dynamics.from by (fun w h _ -> train |> Objective.evaluate w h)
    let same = Bilevel.problem changing validate |> Hypergradient.compute (Hypergradient.reverse 3) start hyper |> ok
    Bits.equal reverse.State.W same.State.W

[<Fact>]
let ``Accelerated solvers, L-BFGS and constrained maps find what they find in C#`` () =
    let solve by = descent |> FixedPointMap.solvedBy by |> FixedPoint.solve start hyper |> ok

    for solver in
        [ FixedPoint.damped 0.9 1e-12
          FixedPoint.anderson 5 1e-12
          FixedPoint.broyden 10 1e-12
          FixedPoint.inFloat32 (FixedPoint.iteration 1e-12) ] do
        Bits.equal (descent.SolvedBy(solver).Solve(start, hyper).State.W) (solve solver).W

    Bits.equal (train.MinimizedBy(Minimizer.Lbfgs(5, 1e-10)).Solve(start, hyper).State.W) (
        train.MinimizedBy(Minimizer.lbfgs 5 1e-10).Solve(start, hyper).State.W)
    Bits.equal (train.MinimizedBy(Minimizer.InFloat32(Minimizer.Lbfgs(5, 1e-10))).Solve(start, hyper).State.W) (
        train.MinimizedBy(Minimizer.lbfgs 5 1e-10 |> Minimizer.inFloat32).Solve(start, hyper).State.W)
    let bound = Tensor.scalar 0.1
    let inside w (_: Hyper) = { w with W = Proximal.box -bound bound w.W }
    let constrained = train |> Objective.proximalGradientMap 0.5 inside |> FixedPointMap.solvedBy (
        FixedPoint.iteration 1e-10) |> FixedPoint.solve start hyper |> ok
    Assert.Equal(0.1, Tensor.toScalar (Tensor.max (Tensor.abs constrained.W)))
    Bits.equal (Proximal.Simplex(hyper.LogL2)) (Proximal.simplex hyper.LogL2)
    Bits.equal (Proximal.SoftThreshold(hyper.LogL2, bound)) (Proximal.softThreshold bound hyper.LogL2)

[<Fact>]
let ``An objective in the numbers of a bijection is the objective`` () =
    let l2 = Tensor.from [| 0.5; 2.0 |]
    let u = Bijection.Exp |> Bijection.invert l2
    let other = train |> Objective.reparametrize (fun (u: Tensor) -> { LogL2 = Bijection.Exp |> Bijection.apply u })
    Bits.equal (train |> Objective.evaluate start { LogL2 = Tensor.exp u }) (other |> Objective.evaluate start u)
    Bits.equal (Bijection.Exp.Pullback(u, l2)) (Bijection.Exp |> Bijection.pullback u l2)

[<Fact>]
let ``Evidence has the numbers of C#`` () =
    let how = Hypergradient.implicit (LinearSolver.conjugateGradient 1e-3)
    let g = how.Compute(solvedBy (FixedPoint.iteration 1e-3), start, hyper)
    Assert.Equal(EstimateStatus.Estimated, (Hypergradient.estimateError g).Status)
    Assert.Equal(g.EstimateError().Value, (Hypergradient.estimateError g).Value)
    Assert.Equal(g.EstimateError(LinearSolver.Gmres()).Value, (Hypergradient.estimateErrorBy (LinearSolver.Gmres()) g).Value)
    Assert.False((Hypergradient.certify (ContractionBounds(Contraction = 0.5)) g).IsCertified)

    let key = RandomKey.FromSeed 1L
    Assert.True((map |> Bilevel.check key start hyper).Passed)
    Assert.True((minimum |> Bilevel.check key start hyper).Passed)
    Assert.Equal(2, (map |> Bilevel.explain g.State hyper).Hypers)
    Assert.True((minimum |> Bilevel.explain g.State hyper).IsSymmetric)

[<Fact>]
let ``Descent along hypergradients has the bits of C#, or is an error`` () =
    let outer = Objective.from (fun w h -> Tensor.sum (Tensor.square w.W) + 0.1 * w.B * w.B + Tensor.sum (Tensor.square h.LogL2))
    let minimum = Bilevel.problem (train |> Objective.minimizedBy (Minimizer.newtonCg 1e-12)) outer
    let map = Bilevel.problem (train |> Objective.gradientDescentMap 0.5) outer
    let how = HypergradientDescent.by (Optimizer.Sgd 0.2) 1e-5 200
    let expected = how.Minimize(minimum, start, hyper)
    Bits.equal expected.Hyper.LogL2 (minimum |> HypergradientDescent.minimize how start hyper |> ok).Hyper.LogL2
    Bits.equal (how.Minimize(map, start, hyper)).Hyper.LogL2 (map |> HypergradientDescent.minimize how start hyper |> ok).Hyper.LogL2

    let byError = Optimizer.Sgd 0.2 |> HypergradientDescent.upTo 300
    let found = minimum |> HypergradientDescent.minimize byError start hyper |> ok
    Assert.True(found.Report.Converged && found.Report.Error.IsEstimated, string found)
    Bits.equal (byError.Minimize(minimum, start, hyper)).Hyper.LogL2 found.Hyper.LogL2

    match map |> HypergradientDescent.minimize (HypergradientDescent.by (Optimizer.Sgd 0.2) 1e-5 1) start hyper with
    | Ok _ -> failwith "one step is not enough"
    | Error failure -> Assert.Equal(SolveStatus.MaxIterations, failure.Report.Status)

[<Fact>]
let ``Stochastic adjoints have the bits of C#, and say what they need`` () =
    let options = HypergradientOptions(Key = RandomKey.FromSeed 7L)
    let all = Hypergradient.stochasticOnAll (Optimizer.Sgd 0.1) 20
    let expected = all.Compute(minimum, start, hyper, options)
    Bits.equal expected.Gradient.LogL2 (minimum |> Hypergradient.computeWith options all start hyper |> ok).Gradient.LogL2

    // these objectives were made from functions, and have no [Batch] parameters
    let drawn = Hypergradient.stochastic (Optimizer.Sgd 0.1) 20 (4, 4) 2
    let error = Assert.Throws<System.InvalidOperationException>(fun () -> minimum |> Hypergradient.computeWith options drawn start hyper |> ignore)
    Assert.Contains("[Batch]", error.Message)

[<Fact>]
let ``A map declared non-symmetric is refused by solvers for symmetric systems`` () =
    let declared = Bilevel.problem (train |> Objective.gradientDescentMap 0.5 |> FixedPointMap.asNonSymmetric) validate
    let compute adjoint = declared |> Hypergradient.compute (Hypergradient.implicit adjoint) start hyper
    Assert.Throws<System.InvalidOperationException>(fun () -> compute (LinearSolver.minres 1e-10) |> ignore) |> ignore
    compute (LinearSolver.gmres 5 1e-10) |> ok |> ignore

[<Fact>]
let ``A listener hears of every solve by name`` () =
    let history = ResidualHistory()
    let options = HypergradientOptions(Progress = history)
    let g = map |> Hypergradient.computeWith options (Hypergradient.implicit adjoint) start hyper |> ok
    Assert.Equal<string seq>([ for report in g.Reports -> report.Solver ], history.Solves)
    let minimal = (Hypergradient.implicit adjoint).Compute(minimum, start, hyper, options)
    Assert.Equal(minimal.AdjointReport.Iterations + 1, (history.Of minimal.AdjointReport.Solver).Count)

[<Fact>]
let ``Products with the mixed derivative have the bits of C#`` () =
    let inner = train |> Objective.aggregate validate 0.2
    let problem = Bilevel.problem (inner |> Dynamics.unroll (fun _ -> Optimizer.adam 0.1)) validate

    for product in [ MixedProduct.Exact; MixedProduct.CentralDifference 0.01; MixedProduct.Adaptive() ] do
        let how = Hypergradient.darts product EvaluationPoint.BeforeLastStep StepDerivative.Differentiated 2
        let expected = Hypergradient.Darts(2, StepDerivative.Differentiated, EvaluationPoint.BeforeLastStep, product).Compute(problem, start, hyper)
        Bits.equal expected.Gradient.LogL2 (problem |> Hypergradient.compute how start hyper |> ok).Gradient.LogL2
        let first = problem.Inner |> Dynamics.start start hyper
        Bits.equal expected.Gradient.LogL2 (problem.WithMemory |> Hypergradient.compute how first hyper |> ok).Gradient.LogL2

    let how = Hypergradient.darts MixedProduct.Exact EvaluationPoint.End (StepDerivative.Scaled 1.0) 0
    Bits.equal (how.Compute(minimum, start, hyper).Gradient.LogL2) (minimum |> Hypergradient.compute how start hyper |> ok).Gradient.LogL2

[<Fact>]
let ``Estimators have the bits of C#`` () =
    let key = RandomKey.fromSeed 3L
    let mean = Tensor.from [| 0.5; -1.0 |]
    let density = Objective.from (fun x (h: Tensor) -> -0.5 * Tensor.sum (Tensor.square (x - h)))
    let cost = Objective.from (fun x (_: Tensor) -> Tensor.sum (Tensor.square x))
    let options = HypergradientOptions(Key = key)
    let problem = Bilevel.problem (Bilevel.randomProcess (fun key h -> h + RandomKey.normal [ 2 ] key) density) cost
    let score = Hypergradient.scoreFunction Baseline.LeaveOneOut 20
    let none = System.ValueTuple()
    Bits.equal (Hypergradient.ScoreFunction(20).Compute(problem, none, mean, options).Gradient) (
        problem |> Hypergradient.computeWith options score none mean |> ok).Gradient
    let value h = cost |> Objective.evaluate h h |> Tensor.toScalar
    let zeroOrder = Hypergradient.zeroOrder ZeroOrderRule.Forward 0.1 20
    let valued = Bilevel.valueProblem value
    Bits.equal (zeroOrder.Compute(valued, none, mean, options).Gradient) (valued |> Hypergradient.computeWith options zeroOrder none mean |> ok).Gradient
    let same = Bilevel.randomValueProblem (fun _ h -> value h)
    Bits.equal (valued |> Hypergradient.computeWith options zeroOrder none mean |> ok).Gradient (
        same |> Hypergradient.computeWith options zeroOrder none mean |> ok).Gradient
    let how = Hypergradient.zeroOrderResponse 0.1 20
    let response = Bilevel.responseProblem (fun (_: Tensor) (h: Tensor) -> 2.0 * h) cost
    Bits.equal (how.Compute(response, mean, mean, options).Gradient) (response |> Hypergradient.computeWith options how mean mean |> ok).Gradient
    let adjoint = LinearSolver.randomTruncation key 0.5 4
    let expected = Hypergradient.Implicit(adjoint = LinearSolver.RandomTruncation(4, 0.5, key)).Compute(minimum, start, hyper)
    Bits.equal expected.Gradient.LogL2 (minimum |> Hypergradient.compute (Hypergradient.implicit adjoint) start hyper |> ok).Gradient.LogL2

[<Fact>]
let ``Objectives in chunks have the bits of C#, and say what they need`` () =
    let body (w: Tensor) (h: Tensor) (struct (x: Tensor, y: Tensor)) = Tensor.mean (Tensor.square (x %*% w - y)) + Tensor.sum (h * w)
    let pair = Tree.Tuple(Tree.Tensor, Tree.Tensor)
    let form = ObjectiveForm<Tensor, Tensor, struct (Tensor * Tensor)>("f", (fun w h data -> body w h data), Tree.Tensor, Tree.Tensor, pair, "Item1", "Item2")
    let data = RandomKey.fromSeed 5L |> RandomKey.normal [ 10; 2 ]
    let f = form.Bind(struct (data, Tensor.ones [ 10 ]))
    let w, h = Tensor.ones [ 2 ], Tensor.ones [ 2 ]
    Bits.equal (f.InChunks(3).Evaluate(w, h)) (f |> Objective.inChunks 3 |> Objective.evaluate w h)
    Bits.equal (f.WithinMemory(1_000_000L).Evaluate(w, h)) (f |> Objective.withinMemory 1_000_000L |> Objective.evaluate w h)
    let error = Assert.Throws<System.InvalidOperationException>(fun () -> train |> Objective.inChunks 3 |> ignore)
    Assert.Contains("[Batch]", error.Message)
