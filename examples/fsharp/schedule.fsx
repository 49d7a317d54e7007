// Learning rate and momentum of a training run, tuned backwards through all of its 1,000 steps.
// Packages: nuget.config beside this script names the folder that `dotnet pack Hyperdiff.sln -c Release -o artifacts/packages` fills.

#r "nuget: Hyperdiff.FSharp"
#r "nuget: Hyperdiff.Data"

open System
open System.IO
open System.Collections.Immutable
open Hyperdiff
open Hyperdiff.Data
open Hyperdiff.FSharp

let claim (what: string) holds =
    if holds then
        printfn "holds: %s" what
    else
        eprintfn "FAILS: %s" what
        exit 1

let seed, classes, steps = 2L, 10, 1000
let file = Path.Combine(__SOURCE_DIRECTORY__, "..", "data", "optical-digits.csv")
let digits = CsvFile.Read(file, CsvOptions(Categories = ImmutableArray.Create(Category.Last(ReadOnlySpan<string>())))).ToDataset()
let split = digits.Split(RandomKey.fromSeed seed, validation = 0.1, test = 0.8, stratified = true)

type Linear = { W: Tensor; B: Tensor }
type Rates = { LogRate: Tensor; Momentum: Tensor }

let loss (data: Dataset) =
    let x, y = data.X / 16, data.Y |> Tensor.oneHot classes |> Tensor.toDType DType.Float64
    Objective.from (fun w (_: Rates) -> -(y * Tensor.logSoftmax 1 (x %*% w.W + w.B) |> Tensor.sumAxis 1 |> Tensor.mean))

// w₁₀₀₀ is a function of the rates; of its iterates as many are kept as fit the budget, and those between are computed again
let trained =
    loss split.Train
    |> Dynamics.unroll (fun h -> Optimizer.heavyBall (Schedule.ofTensor (Tensor.sigmoid h.Momentum)) (Schedule.ofTensor (exp h.LogRate)))

let problem = Bilevel.problem trained (loss split.Validation)
let backwards = Hyperdiff.Hypergradient.Reverse(steps, checkpointing = Checkpointing.Budget(16L <<< 20))

let run =
    OuterLoop.over problem backwards
    |> OuterLoop.by (Optimizer.adam 0.3)
    |> OuterLoop.coldStarts
    |> OuterLoop.until (Stop.afterSteps 10)
    |> OuterLoop.from { W = Tensor.zeros [ 64; classes ]; B = Tensor.zeros [ classes ] } { LogRate = Tensor.scalar (log 0.01); Momentum = Tensor.scalar 0.0 }
    |> Seq.map (fun step ->
        printfn "%O" step
        step)
    |> List.ofSeq

let first, best = run.Head, run |> List.minBy _.Value
let rate, momentum = best.Hyper.LogRate |> exp |> Tensor.toScalar, best.Hyper.Momentum |> Tensor.sigmoid |> Tensor.toScalar
printfn "seed %d: rate 0.01 -> %.3f, momentum 0.5 -> %.2f" seed rate momentum
claim $"validation loss after {steps} steps %.4f{first.Value} -> %.4f{best.Value}" (best.Value < 0.7 * first.Value)
