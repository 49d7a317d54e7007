module Hyperdiff.FSharp.Tests.LoopTests

open Hyperdiff
open Hyperdiff.FSharp
open Xunit

type Pair = { Position: Tensor; Speed: Tensor }

let private start = { Position = Tensor.from [| 0.3; -1.2 |]; Speed = Tensor.from [| 0.7; 0.1 |] }

let private step pair =
    { Position = pair.Position + 0.1 * pair.Speed; Speed = pair.Speed - 0.1 * Tensor.sin pair.Position }

[<Fact>]
let ``iterate is the steps written out, with and without checkpoints`` () =
    let energy loop pair = let last = loop step pair in last.Position |> Tensor.square |> Tensor.sum
    let written = energy (fun step -> step >> step >> step) |> Diff.grad <| start
    let looped = energy (Loop.iterate 3) |> Diff.grad <| start
    let checkpointed = energy (Loop.iterateWith (Checkpointing.Every 2) 3) |> Diff.grad <| start
    Bits.equal written.Speed looped.Speed
    Bits.equal written.Speed checkpointed.Speed

[<Fact>]
let ``scan gives the last carry and all outputs`` () =
    let last, all = Loop.scan (fun sum x -> sum + x, sum) (Tensor.scalar 0.0) (Tensor.from [| 1.0; 2.0; 3.0 |])
    Assert.Equal(6.0, Tensor.toScalar last)
    Bits.equal (Tensor.from [| 0.0; 1.0; 3.0 |]) all

[<Fact>]
let ``whileTrue stops by itself, or fails`` () =
    let halve = Loop.whileTrue 10 (Tensor.greater (Tensor.scalar 1.0)) (fun x -> 0.5 * x)
    let last, steps = halve (Tensor.scalar 5.0)
    Assert.Equal(0.625, Tensor.toScalar last)
    Assert.Equal(3.0, Tensor.toScalar steps)
    Assert.Throws<SolveException>(fun () -> halve (Tensor.scalar 1e9) |> ignore) |> ignore

[<Fact>]
let ``vmap, laplacian and rules are those of Diff`` () =
    let points = Tensor.from [| 0.5; 1.5; 2.5 |]
    Bits.equal (Tensor.cos points) (Diff.vmap (Diff.grad Tensor.sin) points)
    Assert.Equal(6.0, Diff.laplacian (Tensor.square >> Tensor.sum) points |> Tensor.toScalar)
    let doubled = Tensor.sin |> Diff.customTangent (fun _ (tangent: Tensor) -> 2.0 * tangent)
    Bits.equal (Tensor.from [| 2.0; 2.0; 2.0 |]) (Diff.grad (doubled >> Tensor.sum) points)
    let clipped = id |> Diff.customCotangent (fun _ _ (cotangent: Tensor) -> 0.5 * cotangent)
    Bits.equal (Tensor.from [| 0.5; 0.5; 0.5 |]) (Diff.grad (clipped >> Tensor.sum) points)
    Bits.equal (Tensor.cos points) (Diff.grad (Diff.checkpoint Tensor.sin >> Tensor.sum) points)
    Assert.True(Diff.peakMemory (Tensor.sin >> Tensor.sum) points >= 24L)
