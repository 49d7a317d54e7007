// An equilibrium network on images of digits: what it computes is a fixed point, and what it is trained by is the derivative of that.
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

let seed, classes, units, batch = 1L, 10, 32, 100
let file = Path.Combine(__SOURCE_DIRECTORY__, "..", "data", "optical-digits.csv")
let digits = CsvFile.Read(file, CsvOptions(Categories = ImmutableArray.Create(Category.Last(ReadOnlySpan<string>())))).ToDataset()
let keys = RandomKey.fromSeed seed |> RandomKey.split 5
let split = digits.WithX(digits.X / 16).Split(keys[0], validation = 0.2, test = 0.2, stratified = true)

/// V makes the recurrent weights, U leads from the image, B are offsets, Out leads to the classes.
type Net = { V: Tensor; U: Tensor; B: Tensor; Out: Tensor }

// z = tanh(z W + x U + b) with W = 0.9 V/√(1 + ‖V‖²): whatever V is, the norm of W is below 0.9 and tanh has slopes up to 1, so that the map contracts
let step x z net = tanh (z %*% (0.9 * net.V / sqrt (1 + Tensor.sum (net.V ** 2))) + x %*% net.U + net.B)
let loss y z net = -(y * Tensor.logSoftmax 1 (z %*% net.Out) |> Tensor.sumAxis 1 |> Tensor.mean)

// both are compiled once for each number of images: the images are data of theirs
let stepOn, lossOn = FixedPointMap.ofData step, Objective.ofData loss
let equilibrium x = stepOn x |> FixedPointMap.solvedBy (FixedPoint.anderson 5 1e-8)

let on (data: Dataset) =
    let y = data.Y |> Tensor.oneHot classes |> Tensor.toDType DType.Float64
    Bilevel.problem (equilibrium data.X) (lossOn y) :> BilevelProblem<_, _>

let start = {
    V = 0.3 * RandomKey.normal [ units; units ] keys[1]
    U = RandomKey.normal [ 64; units ] keys[2] / 8
    B = Tensor.zeros [ units ]
    Out = RandomKey.normal [ units; classes ] keys[3] / sqrt (float units)
}

let last =
    OuterLoop.overKeys (fun key -> on (split.Train.Minibatch(key, batch))) (Hypergradient.implicit (LinearSolver.gmres 30 1e-8))
    |> OuterLoop.keyed keys[4]
    |> OuterLoop.by (Optimizer.adam 0.01)
    |> OuterLoop.until (Stop.afterSteps 150)
    |> OuterLoop.from (Tensor.zeros [ batch; units ]) start
    |> Seq.map (fun step ->
        if step.Number % 25 = 0 then printfn "%O" step
        step)
    |> Seq.last

let net = last.Next.Hyper

match equilibrium split.Test.X |> FixedPoint.solve (Tensor.zeros [ split.Test.Samples; units ]) net with
| Ok z ->
    let accuracy = Metrics.Accuracy(z %*% net.Out |> Tensor.argMax 1, split.Test.Y)
    claim $"seed {seed}: %.1f{100.0 * accuracy} %% of the test images are classified right, and every solve converged" (accuracy > 0.9)
| Error failure ->
    eprintfn "FAILS: %O" failure
    exit 1
