module Hyperdiff.FSharp.Tests.RanksTests

open Hyperdiff
open Hyperdiff.FSharp
open Xunit

let private x = RandomKey.normal [ 7; 3 ] (RandomKey.fromSeed 1)
let private w = RandomKey.normal [ 3 ] (RandomKey.fromSeed 2)

let private close (expected: Tensor) (actual: Tensor) =
    // sums of some tens of rounded terms
    let far = (expected - actual) |> Tensor.abs |> Tensor.max |> Tensor.toScalar
    Assert.True(far <= 1e-14 * (1.0 + (expected |> Tensor.abs |> Tensor.max |> Tensor.toScalar)), $"off by {far}")

let private fit =
    Objective.OfData(
        (fun (rows: Tensor) (w: Tensor) (h: Tensor) -> Tensor.mean (Tensor.square (rows.MatMul w)) + Tensor.sum (h * w * w)),
        "fit", Tree.Tensor, Tree.Tensor, Tree.Tensor, batch = [ "data" ])

[<Fact>]
let ``An objective across ranks is that of all samples`` () =
    let h = Tensor.ones [ 3 ]
    let expected = (fit.Bind x).Gradient(w, h)

    for gradient in Ranks.inProcess 3 (fun ranks -> (fit.Bind(Ranks.shard ranks x) |> Objective.across ranks).Gradient(w, h)) do
        close expected gradient

[<Fact>]
let ``Sums and means over ranks have the derivatives of all`` () =
    let loss (rows: Tensor) (w: Tensor) = Tensor.mean (Tensor.sin (rows.MatMul w))
    let expected = Diff.grad (loss x) w

    for byMean, bySum in
        Ranks.inProcess 3 (fun ranks ->
            let rows = Ranks.own ranks (Ranks.shard ranks x)
            let count = List.head (Tensor.shape rows)
            let part w = float count / 7.0 * loss rows (Ranks.toEach ranks w)
            Diff.grad (loss rows >> Ranks.mean ranks count) w, Diff.grad (part >> Ranks.sum ranks) w) do
        close expected byMean
        close expected bySum

[<Fact>]
let ``Components are numbered in the order of the ranks`` () =
    let components (rows: Tensor) =
        FiniteSum.from (List.head (Tensor.shape rows)) (fun (w: Tensor) (h: Tensor) i ->
            Tensor.square (Tensor.sum (Tensor.takeRows i rows * w)) + Tensor.sum (h * w))

    let counts = Ranks.inProcess 3 (fun ranks -> (components (Ranks.shard ranks x) |> FiniteSum.across ranks).Count)
    Assert.Equal<int array>([| 7; 7; 7 |], counts)
