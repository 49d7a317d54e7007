module Hyperdiff.FSharp.Tests.OuterLoopTests

open System
open System.IO
open Xunit
open Hyperdiff
open Hyperdiff.FSharp

type Rates = { Penalty: Tensor; Shift: Tensor }

let private train =
    Objective.from (fun (w: Tensor) (h: Rates) ->
        Tensor.sum (Tensor.square (w - h.Shift)) + Tensor.sum (Tensor.exp h.Penalty * w * w))

let private validate = Objective.from (fun (w: Tensor) (_: Rates) -> Tensor.sum (Tensor.square (w - 1.0)))

let private problem = Bilevel.problem (train |> Objective.minimizedBy (Minimizer.newtonCg 1e-10)) validate

let private start: Tensor = Tensor.zeros [ 2 ]

let private hyper = { Penalty = Tensor.zeros [ 2 ]; Shift = Tensor.zeros [ 2 ] }

let private loop =
    OuterLoop.over problem (Hypergradient.implicit (LinearSolver.conjugateGradient 1e-10))
    |> OuterLoop.by (Optimizer.adam 0.1 |> Optimizer.grouped [ "Shift", Optimizer.sgd 0.2 |> Optimizer.clippedByNorm 10.0 ])
    |> OuterLoop.until (Stop.either (Stop.afterSteps 15) (Stop.valueBelow 1e-6))

[<Fact>]
let ``A loop is a sequence of steps over records of F#`` () =
    let values = loop |> OuterLoop.from start hyper |> Seq.map _.Value |> List.ofSeq
    Assert.Equal(15, values.Length)
    Assert.True(List.last values < 0.1 * List.head values)

[<Fact>]
let ``A loop that is saved and resumed ends with the same bits`` () =
    let folder = Directory.CreateTempSubdirectory("hyperdiff-fsharp-").FullName
    let path = Path.Combine(folder, "loop.npz")

    try
        let whole = loop |> OuterLoop.from start hyper |> Seq.last
        let saved = loop |> OuterLoop.savedTo path 4
        saved |> OuterLoop.from start hyper |> Seq.take 6 |> Seq.iter ignore
        let resumed = saved |> OuterLoop.resume start hyper
        Assert.Equal(4, resumed.State.Steps)
        let last = Seq.last resumed
        Assert.Equal<float array>(Tensor.toArray whole.Next.Hyper.Shift, Tensor.toArray last.Next.Hyper.Shift)
        Assert.Equal<float array>(Tensor.toArray whole.Next.Hyper.Penalty, Tensor.toArray last.Next.Hyper.Penalty)
        let rates = Path.Combine(folder, "rates.npz")
        TreeFile.save rates last.Hyper
        Assert.Equal<float array>(Tensor.toArray last.Hyper.Shift, Tensor.toArray (TreeFile.load rates hyper).Shift)
    finally
        Directory.Delete(folder, true)

[<Fact>]
let ``Levels in turn are those of C#, with problems for every key too`` () =
    let penalty, weights = Level.named "penalty" (Tensor.scalar 0.5), Level.named "weights" (tensor [ 1.0; -1.0 ])

    let problems =
        MultiLevel.ofProblems [
            penalty |> Level.minimizes (Minimizer.newtonCg 1e-10) (Response.exact ()) (fun h at -> Tensor.sum ((at.Solution weights - 2) ** 2) + h ** 2)
            weights
            |> Level.minimizes (Minimizer.newtonCg 1e-10) (Response.exact ()) (fun w at -> Tensor.sum (w ** 2) * exp (at.Parameters penalty) - Tensor.sum w)
        ]

    let steps = weights |> Level.stepsBy (Optimizer.heavyBall (Schedule.constant 0.5) (Schedule.constant 0.1)) 3

    let ends (loop: OuterLoop<LevelPoint, Tensor>) =
        loop
        |> OuterLoop.by (Optimizer.sgd 0.05)
        |> OuterLoop.until (Stop.afterSteps 4)
        |> OuterLoop.from problems.Start penalty.Start
        |> Seq.last
        |> _.Next.Hyper

    let same = weights.StepsBy(Optimizer.HeavyBall(Schedule.Constant 0.1, Schedule.Constant 0.5), 3)
    let expected = OuterLoop.Over(problems, penalty, ReadOnlySpan [| same |]) |> ends
    Bits.equal expected (problems |> OuterLoop.overLevels penalty [ steps ] |> ends)
    Bits.equal expected ((fun (_: RandomKey) -> problems) |> OuterLoop.overLevelKeys penalty [ steps ] |> OuterLoop.keyed (RandomKey.fromSeed 1L) |> ends)
