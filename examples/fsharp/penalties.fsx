// A logistic regression whose penalty, and how strongly each feature is compressed, are tuned by hypergradients of the loss on five held-out folds.
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

// the data: a fifth to judge by, the rest in five folds, each held out by one of five models
let seed, folds, steps = 0L, 5, 15
let file = Path.Combine(__SOURCE_DIRECTORY__, "..", "data", "breast-cancer-wisconsin-diagnostic.csv")
let data = CsvFile.Read(file, CsvOptions(Categories = ImmutableArray.Create(Category.Last(ReadOnlySpan [| "0"; "1" |])))).ToDataset()
let keys = RandomKey.fromSeed seed |> RandomKey.split 2
let parts = Splits.StratifiedByShares(data.Y, keys[0], ReadOnlySpan [| 0.8; 0.2 |])
let raw, rawTest = data.Take(parts[0].AsSpan()), data.Take(parts[1].AsSpan())
let standardization = Standardization.Fit raw
let train, test = standardization.Apply raw, standardization.Apply rawTest
let heldOut = Folds.Stratified(train.Y, folds, keys[1]).Assignment |> Tensor.oneHot folds |> Tensor.toDType DType.Float64
let features = train.X.Shape[1]

type Weights = { W: Tensor; B: Tensor }
type Settings = { LogL2: Tensor; Shape: Tensor }

/// Features sign(x) ((1 + |x|)ᵖ − 1)/p, p = σ(shape), brought to mean 0 and deviation 1 on the training samples.
let compressed h (x: Tensor) =
    let p = Tensor.sigmoid h.Shape
    Tensor.sign x * Tensor.expm1 (p * Tensor.log1p (abs x)) / p

let logits w h x =
    let scale = compressed h train.X
    (compressed h x - Tensor.meanAxis 0 scale) / sqrt (Tensor.varAxis 0 scale + 1e-12) %*% w.W + w.B

let target (labels: Tensor) = labels |> Tensor.toDType DType.Float64 |> Tensor.unsqueeze 1

/// The cross-entropy of every sample under every model.
let losses (sample: Dataset) w h =
    let z = logits w h sample.X
    Tensor.softplus z - target sample.Y * z

// the weights see the samples that are not held out, the settings those that are
let count = float train.Samples

let fit (heldOut: Tensor) =
    Objective.fromNamed "fit" (fun w h -> (Tensor.sum ((1 - heldOut) * losses train w h) + 0.5 * exp h.LogL2 * Tensor.sum (w.W ** 2)) / count)
    |> Objective.minimizedBy (Minimizer.newtonCg 1e-8)

let judge = Objective.fromNamed "judge" (fun w h -> Tensor.sum (heldOut * losses train w h) / count)
let zero models = { W = Tensor.zeros [ features; models ]; B = Tensor.zeros [ models ] }
let h0 = { LogL2 = Tensor.scalar 0.0; Shape = Tensor.full [ features ] 2.0 }

let run =
    OuterLoop.over (Bilevel.problem (fit heldOut) judge) (Hypergradient.implicit (LinearSolver.conjugateGradient 1e-6))
    |> OuterLoop.by (Optimizer.adam 0.3)
    |> OuterLoop.until (Stop.afterSteps steps)
    |> OuterLoop.from (zero folds) h0
    |> Seq.map (fun step ->
        printfn "%O" step
        step)
    |> List.ofSeq

/// The loss on the test samples of one model, trained with some settings on all the others.
let testLoss settings =
    match fit (Tensor.zeros [ 1; 1 ]) |> Minimization.solve (zero 1) settings with
    | Ok w -> losses test w settings |> Tensor.mean |> Tensor.toScalar
    | Error failure ->
        eprintfn "FAILS: %O" failure
        exit 1

let first, best = run.Head, run |> List.minBy _.Value
printfn "seed %d: penalty %.3g" seed (exp best.Hyper.LogL2 |> Tensor.toScalar)
claim $"held-out loss %.4f{first.Value} -> %.4f{best.Value}" (best.Value < 0.95 * first.Value)

// as one would begin: features as they are, and a penalty of 1
let untuned, tuned = testLoss { h0 with Shape = Tensor.full [ features ] 40.0 }, testLoss best.Hyper
claim $"test loss %.4f{untuned}, untuned, -> %.4f{tuned}" (tuned < untuned)
