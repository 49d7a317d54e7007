// Half of the labels are wrong. A weight per sample, tuned on a few clean samples, finds which.
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

// images of digits from 0 to 1: 500 with half of the labels wrong, 200 clean ones, and the rest to judge by
let seed, classes = 0L, 10
let file = Path.Combine(__SOURCE_DIRECTORY__, "..", "data", "optical-digits.csv")
let digits = CsvFile.Read(file, CsvOptions(Categories = ImmutableArray.Create(Category.Last(ReadOnlySpan<string>())))).ToDataset()
let keys = RandomKey.fromSeed seed |> RandomKey.split 3
let parts = Splits.ByCounts(digits.Samples, keys[0], ReadOnlySpan [| 500; 200; 600 |])
let part (i: int) = let chosen = digits.Take(parts[i].AsSpan()) in chosen.X / 16, chosen.Y
let (x, labels), (cleanX, cleanY), (testX, testY) = part 0, part 1, part 2
let isRight = keys[1] |> RandomKey.uniform [ 500 ] |> Tensor.less (Tensor.scalar 0.5)
let shifted = labels + (keys[2] |> RandomKey.integers 1 classes [ 500 ])
let wrong = Tensor.where isRight labels (Tensor.where (shifted.GreaterOrEqual 10) (shifted - 10) shifted)

type Linear = { W: Tensor; B: Tensor }
type Trust = { Logits: Tensor }

let oneHot (y: Tensor) = y |> Tensor.oneHot classes |> Tensor.toDType DType.Float64
let scores w (x: Tensor) = x %*% w.W + w.B
let crossEntropies x (y: Tensor) w = -(y * Tensor.logSoftmax 1 (scores w x) |> Tensor.sumAxis 1)
let ridge w = 0.0025 * (Tensor.sum (w.W ** 2) + Tensor.sum (w.B ** 2))

// (1/n) Σ σ(λᵢ) CEᵢ(w) + ridge, and the mean cross-entropy on clean samples
let noisy, clean = oneHot wrong, oneHot cleanY
let train = Objective.fromNamed "train" (fun w h -> Tensor.mean (Tensor.sigmoid h.Logits * crossEntropies x noisy w) + ridge w)
let validate = Objective.fromNamed "validate" (fun w (_: Trust) -> Tensor.mean (crossEntropies cleanX clean w))
let problem = Bilevel.problem (train |> Objective.minimizedBy (Minimizer.newtonCg 1e-3)) validate

// tolerances far below what a step changes
let run =
    OuterLoop.over problem (Hypergradient.implicit (LinearSolver.conjugateGradient 1e-3))
    |> OuterLoop.by (Optimizer.adam 0.5)
    |> OuterLoop.until (Stop.afterSteps 12)
    |> OuterLoop.from { W = Tensor.zeros [ 64; classes ]; B = Tensor.zeros [ classes ] } { Logits = Tensor.zeros [ 500 ] }
    |> Seq.map (fun step ->
        printfn "%O" step
        step)
    |> List.ofSeq

let accuracy (step: OuterStep<Linear, Trust>) = Metrics.Accuracy(scores step.State testX |> Tensor.argMax 1, testY)
let before, after = accuracy run.Head, accuracy (List.last run)
let auc = Metrics.Auc((List.last run).Hyper.Logits, isRight |> Tensor.toDType DType.Int32)
claim $"seed {seed}: trust tells right labels from wrong ones with an area of %.3f{auc} under the curve" (auc > 0.8)
claim $"test accuracy %.3f{before} -> %.3f{after}" (after > before)
