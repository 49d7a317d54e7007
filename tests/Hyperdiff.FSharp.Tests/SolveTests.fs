module Hyperdiff.FSharp.Tests.SolveTests

open Hyperdiff
open Hyperdiff.FSharp
open Xunit

let private ok result =
    match result with
    | Ok value -> value
    | Error failure -> failwith $"{failure}"

let private half = FixedPointMap.from (fun (w: Tensor) (h: Tensor) -> Tensor.tanh (0.5 * w + h))
let private bowl = Objective.from (fun (w: Tensor) (h: Tensor) -> Tensor.sum (Tensor.exp h * Tensor.square w + Tensor.square (w - 1.0)))
let private h = Tensor.from [| 0.2; -0.4 |]
let private start = Tensor.zeros [ 2 ]

[<Fact>]
let ``A map applied and solved gives the bits of C#`` () =
    Bits.equal (half.Evaluate(start, h)) (half |> FixedPointMap.evaluate start h)
    Bits.equal (half.SolvedBy(FixedPoint.Iteration 1e-12).Solve(start, h).EnsureConverged()) (
        half |> FixedPointMap.solvedBy (FixedPoint.iteration 1e-12) |> FixedPoint.solve start h |> ok)

[<Fact>]
let ``A solve out of iterations is an error with state and report`` () =
    match half |> FixedPointMap.solvedBy (FixedPoint.iterationUpTo 3 1e-12) |> FixedPoint.solve start h with
    | Ok _ -> Assert.Fail "three steps are not enough"
    | Error failure ->
        Assert.Equal((SolveStatus.MaxIterations, 3), (failure.Report.Status, failure.Report.Iterations))
        Bits.equal (half.SolvedBy(FixedPoint.Iteration(1e-12, maxIterations = 3)).Solve(start, h).State) failure.Result.State

[<Fact>]
let ``A fixed point is differentiable in its hyperparameters, and in what a function captures`` () =
    let iterate, adjoint = FixedPoint.iteration 1e-14, LinearSolver.fixedPoint 1e-14
    let explicit = Diff.grad (fun h -> half |> FixedPointMap.solvedBy iterate |> FixedPoint.ofFinding adjoint start h |> Tensor.sum) h
    let captured = Diff.grad (fun h -> FixedPoint.ofFunction iterate start (fun w -> Tensor.tanh (0.5 * w + h)) |> Tensor.sum) h
    // w = tanh(w/2 + h): dw/dh = s/(1 − s/2), s = 1 − w²
    let w = half |> FixedPointMap.solvedBy iterate |> FixedPoint.solve start h |> ok
    let s = 1.0 - Tensor.square w
    let exact = s / (1.0 - 0.5 * s)
    Assert.True(explicit - exact |> Tensor.norm |> Tensor.toScalar < 1e-12)
    Assert.True(captured - exact |> Tensor.norm |> Tensor.toScalar < 1e-9)

[<Theory>]
[<InlineData "Newton-CG">]
[<InlineData "gradient descent">]
let ``A minimum is found, and gives the bits of C#`` (name: string) =
    let by = if name = "Newton-CG" then Minimizer.newtonCg 1e-12 else Minimizer.gradientDescent (StepSize.backtracking 1.0) 1e-12
    Assert.Equal(name, by.Name)
    let expected = bowl.MinimizedBy(by).Solve(start, h).EnsureConverged()
    Bits.equal expected (bowl |> Objective.minimizedBy by |> Minimization.solve start h |> ok)
    // the minimum of e^h w² + (w − 1)² is 1/(1 + e^h)
    Assert.True(expected - 1.0 / (1.0 + Tensor.exp h) |> Tensor.norm |> Tensor.toScalar < 1e-10)

[<Fact>]
let ``Limits on iterations are kept`` () =
    let iterations by =
        match bowl |> Objective.minimizedBy by |> Minimization.solve start h with
        | Ok _ -> 0
        | Error failure -> failure.Report.Iterations

    Assert.Equal(2, iterations (Minimizer.gradientDescentUpTo 2 (StepSize.constant 0.01) 1e-12))
    Assert.Equal(1, iterations (Minimizer.gradientDescentUpTo 1 (StepSize.fromSmoothness 5.0) 1e-12))
    Assert.Equal(0, iterations (Minimizer.newtonCgUpTo 50 1e-10))

[<Fact>]
let ``A minimum is differentiable`` () =
    let minimization = bowl |> Objective.minimizedBy (Minimizer.newtonCg 1e-13)
    let gradient = Diff.grad (fun h -> minimization |> Argmin.ofMinimization (LinearSolver.conjugateGradient 1e-13) start h |> Tensor.sum) h
    // d/dh 1/(1 + e^h) = −e^h/(1 + e^h)²
    let e = Tensor.exp h
    Assert.True(gradient + e / Tensor.square (1.0 + e) |> Tensor.norm |> Tensor.toScalar < 1e-11)

[<Fact>]
let ``An objective evaluates, and has a gradient and a gradient-descent map`` () =
    Bits.equal (bowl.Evaluate(h, h)) (bowl |> Objective.evaluate h h)
    Bits.equal (bowl.Gradient(h, h)) (bowl |> Objective.gradient h h)
    Bits.equal (h - 0.1 * bowl.Gradient(h, h)) (bowl |> Objective.gradientDescentMap 0.1 |> FixedPointMap.evaluate h h)
    Assert.Equal("bowl", (Objective.fromNamed "bowl" (fun (w: Tensor) (h: Tensor) -> Tensor.sum (w * h))).Name)
    Assert.Equal("map", (FixedPointMap.fromNamed "map" (fun (w: Tensor) (h: Tensor) -> w * h)).Name)

[<Fact>]
let ``A linear system is solved, and a failure keeps the report`` () =
    let matrix = LinearOperator.From((fun v -> Tensor.from [| 2.0; 3.0 |] * v), start.Type)
    let solver = LinearSolver.conjugateGradient 1e-12
    let expected = solver.Solve(matrix, [| h |]).Value[0]
    Bits.equal expected (LinearSolver.solve solver matrix [ h ] |> ok |> List.exactlyOne)

    for limited in [ LinearSolver.conjugateGradientUpTo 1 1e-12; LinearSolver.fixedPointUpTo 1 1e-12 ] do
        match LinearSolver.solve limited matrix [ h ] with
        | Ok _ -> Assert.Fail "one iteration is not enough"
        | Error failure -> Assert.Equal(1, failure.Report.Iterations)

[<Fact>]
let ``Linear solvers are those of C#`` () =
    let inner = LinearSolver.conjugateGradient 1e-8
    let key = RandomKey.FromSeed 3L

    for expected, actual in
        [ LinearSolver.ConjugateGradient 1e-8, inner
          LinearSolver.FixedPoint 1e-8, LinearSolver.fixedPoint 1e-8
          LinearSolver.Gmres(30, 1e-8), LinearSolver.gmres 30 1e-8
          LinearSolver.BiCgStab 1e-8, LinearSolver.biCgStab 1e-8
          LinearSolver.Minres 1e-8, LinearSolver.minres 1e-8
          LinearSolver.Lsmr 1e-8, LinearSolver.lsmr 1e-8
          LinearSolver.DenseLu 1e-8, LinearSolver.denseLu 1e-8
          LinearSolver.DenseCholesky 1e-8, LinearSolver.denseCholesky 1e-8
          LinearSolver.Anderson(7, 1e-8), LinearSolver.anderson 7 1e-8
          LinearSolver.Broyden(7, 1e-8), LinearSolver.broyden 7 1e-8
          LinearSolver.Preconditioned(inner, Preconditioner.Diagonal 5), LinearSolver.preconditioned (Preconditioner.diagonal 5) inner
          LinearSolver.Preconditioned(inner, Preconditioner.Nystrom(5, 0.1, key)), LinearSolver.preconditioned (Preconditioner.nystrom key 0.1 5) inner
          LinearSolver.Neumann 12, LinearSolver.neumann 12
          LinearSolver.Normal inner, LinearSolver.normal inner
          LinearSolver.BestIterate inner, LinearSolver.bestIterate inner
          LinearSolver.Ridge(inner, 0.5), LinearSolver.ridge 0.5 inner
          LinearSolver.InFloat32 inner, LinearSolver.inFloat32 inner
          LinearSolver.Recycled(inner, 2), LinearSolver.recycled 2 inner
          LinearSolver.Refined(inner, 1e-12), LinearSolver.refined 1e-12 inner ] do
        Assert.Equal<LinearSolver>(expected, actual)
