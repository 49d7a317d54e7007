module Hyperdiff.FSharp.Tests.RootTests

open System
open Hyperdiff
open Hyperdiff.FSharp
open Xunit

type Pair = { First: Tensor; Second: Tensor }

let private ok result =
    match result with
    | Ok value -> value
    | Error failure -> failwith $"{failure}"

let private newton = Root.newton (LinearSolver.denseLu 1e-12) 1e-13
let private square = RootCondition.fromNamed "Square" (fun w (h: Tensor) -> { First = Tensor.square w.First - h; Second = w.Second - w.First * h })
let private start = { First = Tensor.scalar 1.0; Second = Tensor.scalar 0.0 }
let private two = Tensor.scalar 2.0
let private outer = Objective.from (fun w (_: Tensor) -> w.Second)

[<Fact>]
let ``A root is found and differentiated, by Newton's method and by a function`` () =
    let given = fun (_: Pair) (h: Tensor) -> { First = Tensor.scalar (sqrt (Tensor.toScalar h)); Second = Tensor.scalar (Tensor.toScalar h ** 1.5) }

    for finding in [ square |> RootCondition.solvedBy newton; square |> RootCondition.solvedByFunction 1e-12 given ] do
        let slope = Diff.grad (fun h -> (finding |> Root.ofFinding (LinearSolver.denseLu 1e-12) start h).Second) two
        let g = Bilevel.problem finding outer |> Hypergradient.compute (Hypergradient.implicit (LinearSolver.denseLu 1e-12)) start two |> ok
        // second = λ^(3/2)
        Assert.Equal(1.5 * sqrt 2.0, Tensor.toScalar slope, 12)
        Assert.Equal(1.5 * sqrt 2.0, Tensor.toScalar g.Gradient, 12)
        Assert.Equal(2.0 ** 1.5, Tensor.toScalar (finding |> Root.solve start two |> ok).Second, 12)
        Assert.Equal(0.0, Tensor.toScalar (square |> RootCondition.evaluate (finding |> Root.solve start two |> ok) two).First, 12)

[<Fact>]
let ``A wrong root is an error with its report`` () =
    match square |> RootCondition.solvedByFunction 1e-10 (fun w _ -> w) |> Root.solve start two with
    | Ok _ -> Assert.Fail "one is not the root of two"
    | Error failure -> Assert.Equal(SolveStatus.MaxIterations, failure.Report.Status)

[<Fact>]
let ``The residual of a map is a condition`` () =
    let map = FixedPointMap.from (fun (w: Tensor) (h: Tensor) -> 0.5 * w + h)
    Assert.Equal(4.0, RootCondition.ofMap map |> RootCondition.solvedBy newton |> Root.solve (Tensor.scalar 0.0) two |> ok |> Tensor.toScalar, 12)
    Assert.Equal(1.0, RootCondition.from (fun (w: Tensor) (h: Tensor) -> w - h) |> RootCondition.evaluate (Tensor.scalar 3.0) two |> Tensor.toScalar)

[<Fact>]
let ``A constrained minimum has the bits of C#`` () =
    let distance = Objective.from (fun (w: Tensor) (h: Tensor) -> 0.5 * Tensor.sum (Tensor.square (w - h)))
    let sum = Objective.from (fun (w: Tensor) (_: Tensor) -> Tensor.sum (Tensor.square w))
    let equality = fun (w: Tensor) (_: Tensor) -> Tensor.sum w - 1.0
    let bound = fun (w: Tensor) (_: Tensor) -> -w
    let hyper = Tensor.from [| 3.0; -1.0; 0.5 |]

    for inner, same in
        [ distance |> Objective.subjectToEqualities equality, distance.SubjectTo(equalities = fun w h -> equality w h)
          distance |> Objective.subjectToInequalities bound, distance.SubjectTo(inequalities = fun w h -> bound w h)
          distance |> Objective.subjectTo equality bound, distance.SubjectTo((fun w h -> equality w h), (fun w h -> bound w h)) ] do
        let how = Hypergradient.implicit (LinearSolver.denseLu 1e-12)
        let start = inner.Start(Tensor.zeros [ 3 ], hyper)
        let expected = how.Compute(Bilevel.Problem(same.SolvedBy newton, sum), start, hyper)
        let actual = Bilevel.problem (inner |> ConstrainedObjective.solvedBy newton) sum |> Hypergradient.compute how start hyper |> ok
        Bits.equal expected.Gradient actual.Gradient

[<Fact>]
let ``Problems of three levels have the derivative of their closed form`` () =
    let top, middle, bottom = Level.named "top" two, Level.named "middle" (Tensor.scalar 1.0), Level.named "bottom" (Tensor.scalar 0.0)
    let exact = Response.implicit (LinearSolver.denseLu 1e-12)

    // middle = λ² by a root, bottom = 2 middle by a map, ℓ = ½ bottom² + λ = 2 λ⁴ + λ
    let problems =
        MultiLevel.ofProblems
            [ top |> Level.minimizes (Minimizer.newtonCg 1e-10) (Response.exact ()) (fun h at -> 0.5 * Tensor.square (at.Solution bottom) + h)
              middle |> Level.satisfies newton exact (fun m at -> m - Tensor.square (at.Parameters top))
              bottom |> Level.repeats (FixedPoint.iteration 1e-14) exact (fun b at -> 0.5 * b + at.Parameters middle) ]

    let g = problems |> MultiLevel.gradient top |> ok
    Assert.Equal(65.0, Tensor.toScalar g.Gradient, 9)
    Assert.Equal(65.0, Diff.grad (problems |> MultiLevel.loss top) two |> Tensor.toScalar, 9)
    Assert.Equal(g.Value, ((problems |> MultiLevel.objective top).Evaluate(two, ValueTuple()) |> Tensor.toScalar), 9)
    Assert.Equal(65.0, (problems |> MultiLevel.gradientAt g.Point top |> ok).Gradient |> Tensor.toScalar, 9)

[<Fact>]
let ``Responses are those of C#`` () =
    for actual, expected in
        [ Response.exact (), Response.Implicit()
          Response.implicit (LinearSolver.denseLu 1e-3), Response.Implicit(LinearSolver.DenseLu 1e-3)
          Response.unrolledMap 3, Response.Unrolled 3
          Response.constant (), Response.Constant() ] do
        Assert.Equal(expected, actual)

    let sgd = Optimizer.sgd 0.5
    Assert.Equal(Response.Unrolled(3, sgd), Response.unrolled sgd 3)
