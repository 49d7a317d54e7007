module Hyperdiff.FSharp.Tests.NetTests

open System
open Hyperdiff
open Hyperdiff.FSharp
open Xunit

/// An equilibrium network: its hidden state is the fixed point of a cell.
type Net = { W: Tensor; U: Tensor; B: Tensor; Out: Tensor }

let private samples, inputs, hidden, classes = 5, 3, 4, 2

/// Numbers between −1 and 1 without a pattern that could hide a forgotten transpose.
let private numbers (phase: float) (sizes: int list) =
    Array.init (List.fold (*) 1 sizes) (fun i -> sin (phase + 1.7 * float i)) |> Tensor.fromShape sizes

let private x = numbers 0.3 [ samples; inputs ]
let private y = Tensor.from [| 0; 1; 1; 0; 1 |]

let private net = {
    W = 0.3 * numbers 1.0 [ hidden; hidden ]
    U = numbers 2.0 [ inputs; hidden ]
    B = numbers 3.0 [ hidden ]
    Out = numbers 4.0 [ hidden; classes ]
}

let private cell net z = Tensor.tanh (z %*% net.W + x %*% net.U + net.B)

let private loss net =
    let z = cell net |> FixedPoint.ofFunction (FixedPoint.iteration 1e-14) (Tensor.zeros [ samples; hidden ])
    z %*% net.Out |> Losses.crossEntropy y

[<Fact>]
let ``The gradient of an equilibrium network is that of central differences`` () =
    let _, gradient = net |> Diff.valueAndGrad loss
    let direction =
        { W = numbers 5.0 [ hidden; hidden ]; U = numbers 6.0 [ inputs; hidden ]; B = numbers 7.0 [ hidden ]; Out = numbers 8.0 [ hidden; classes ] }
    let along (t: float) = Tree.add net (Tree.scale t direction) |> loss |> Tensor.toScalar
    // fourth order: what is left is h⁴ f⁽⁵⁾/30 and, from rounding, ε f/h
    let h = 1e-3
    let difference = (8.0 * (along h - along -h) - (along (2.0 * h) - along (-2.0 * h))) / (12.0 * h)
    let inner (a: Tensor) b = Tensor.sum (a * b) |> Tensor.toScalar
    let slope = inner gradient.W direction.W + inner gradient.U direction.U + inner gradient.B direction.B + inner gradient.Out direction.Out
    Assert.True(abs (slope - difference) <= 1e-9 * abs difference, $"{slope} and {difference}")

[<Fact>]
let ``%*% binds like a product`` () =
    Bits.equal ((x %*% net.U) + net.B) (x %*% net.U + net.B)
    Assert.Throws<ShapeMismatchException>(Action(fun () -> x %*% (net.U + net.Out) |> ignore)) |> ignore
