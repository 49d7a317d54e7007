module Hyperdiff.FSharp.Tests.DiffTests

open System
open Hyperdiff
open Hyperdiff.FSharp
open Xunit

type Point = { X: Tensor; Y: Tensor }

let private at = { X = Tensor.from [| 0.3; -1.2 |]; Y = Tensor.from [| 0.7; 0.1 |] }
let private direction = { X = Tensor.from [| 1.0; 2.0 |]; Y = Tensor.from [| -0.5; 0.25 |] }
let private f point = (Tensor.exp (point.X * point.Y) + Tensor.tanh point.X) |> Tensor.sum
let private g point = { X = Tensor.sin (point.X * point.Y); Y = Tensor.exp point.X }
let private tree = Tree.derive<Point>

let private equal expected actual =
    Bits.equal expected.X actual.X
    Bits.equal expected.Y actual.Y

[<Fact>]
let ``grad and valueAndGrad are Grad and ValueAndGrad`` () =
    equal (Diff.Grad(f, at, tree)) (Diff.grad f at)
    let expected = Diff.ValueAndGrad(f, at, tree)
    let value, gradient = at |> Diff.valueAndGrad f
    Bits.equal expected.Value value
    equal expected.Gradient gradient

[<Fact>]
let ``grad is the gradient by hand`` () =
    let x, y = at.X, at.Y
    let expected = y * Tensor.exp (x * y) + 1.0 / Tensor.square ((Tensor.exp x + Tensor.exp -x) / 2.0)
    // some roundings of numbers of size 1
    Assert.True((Diff.grad f at).X - expected |> Tensor.norm |> Tensor.toScalar < 1e-14)

[<Fact>]
let ``valueAndGradWithAuxiliary is ValueAndGrad`` () =
    let withAuxiliary point = struct (f point, point.X)
    let value, auxiliary, gradient = Diff.valueAndGradWithAuxiliary withAuxiliary at
    Bits.equal (f at) value
    Bits.equal at.X auxiliary
    equal (Diff.grad f at) gradient

[<Fact>]
let ``hvp, jvp, vjp and linearize are Hvp, Jvp, Vjp and Linearize`` () =
    equal (Diff.Hvp(f, at, direction, tree)) (Diff.hvp f direction at)
    let struct (value, tangent) = Diff.Jvp(g, at, direction, tree, tree)
    let value', tangent' = Diff.jvp g direction at
    equal value value'
    equal tangent tangent'
    let struct (_, cotangent) = Diff.Vjp(g, at, direction, tree, tree)
    equal cotangent (snd (Diff.vjp g direction at))
    equal tangent ((Diff.linearize g at).Jvp direction)

[<Fact>]
let ``Derivatives nest`` () =
    let second = Diff.grad (fun x -> Diff.grad (fun y -> Tensor.sum (y * y * y)) x |> Tensor.sum) (Tensor.from [| 2.0; 3.0 |])
    Bits.equal (Tensor.from [| 12.0; 18.0 |]) second

[<Fact>]
let ``A solve that does not converge is an error of tryValueAndGrad, with its report, and an exception of valueAndGrad`` () =
    let root (a: Tensor) =
        FixedPoint.ofFunction (FixedPoint.iterationUpTo 2 1e-12) (Tensor.scalar 1.0) (fun w -> (w + a / w) / 2.0)

    match Diff.tryValueAndGrad root (Tensor.scalar 9.0) with
    | Ok _ -> Assert.Fail "two steps are not enough"
    | Error failure ->
        Assert.Equal(SolveStatus.MaxIterations, failure.Report.Status)
        Assert.Contains("MaxIterations", string failure, StringComparison.Ordinal)

    Assert.Throws<SolveException>(fun () -> Diff.valueAndGrad root (Tensor.scalar 9.0) |> ignore) |> ignore
