// A variational autoencoder of images of digits: 64 pixels through 4 numbers and back, trained by gradients of a record.
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

let seed, latent, hidden, batch, steps = 4L, 4, 48, 100, 400
let file = Path.Combine(__SOURCE_DIRECTORY__, "..", "data", "optical-digits.csv")
let digits = CsvFile.Read(file, CsvOptions(Categories = ImmutableArray.Create(Category.Last(ReadOnlySpan<string>())))).ToDataset()
let images = digits.X / 16

type Layer = { W: Tensor; B: Tensor }
type Model = { Encode: Layer; Mean: Layer; LogVariance: Layer; Decode: Layer; Pixels: Layer }

let apply layer x = x %*% layer.W + layer.B

let layer inputs outputs key = {
    W = key |> Initializers.xavierUniform [ inputs; outputs ]
    B = Tensor.zeros [ outputs ]
}

let encode model x =
    let code = x |> apply model.Encode |> tanh
    apply model.Mean code, apply model.LogVariance code

let decode model z = z |> apply model.Decode |> tanh |> apply model.Pixels

/// What the evidence lower bound falls short of 0 by, per image: bits of pixels that are not reproduced, and what the code tells beyond a normal one.
let loss (noise: Tensor) (x: Tensor) model =
    let mean, logVariance = encode model x
    let logits = decode model (mean + exp (0.5 * logVariance) * noise)
    let reconstruction = Tensor.softplus logits - x * logits |> Tensor.sum
    let divergence = 0.5 * Tensor.sum (mean ** 2 + exp logVariance - logVariance - 1)
    (reconstruction + divergence) / float x.Shape[0]

let keys = RandomKey.fromSeed seed |> RandomKey.split 6

let start = {
    Encode = layer 64 hidden keys[0]
    Mean = layer hidden latent keys[1]
    LogVariance = layer hidden latent keys[2]
    Decode = layer latent hidden keys[3]
    Pixels = layer hidden 64 keys[4]
}

/// One step: a minibatch and its noise are drawn from a key of their own, so that a run is a function of the seed.
let step (state: OptimizerState<Model>) (k: int) =
    let key = keys[5] |> RandomKey.fold k |> RandomKey.split 2
    let x = images |> Tensor.takeRows (Minibatches.Draw(digits.Samples, batch, key[0]))
    let value, gradient = Diff.valueAndGrad (loss (key[1] |> RandomKey.normal [ batch; latent ]) x) state.Parameters
    if k % 100 = 0 then printfn "step %d: %.3f" k (Tensor.toScalar value)
    Optimizer.next gradient state

let trained = [ 0 .. steps - 1 ] |> List.fold step (Optimizer.adam 0.01 |> Optimizer.start start) |> _.Parameters

/// Judged on all images, with the same noise before and after.
let judge model = loss (RandomKey.fromSeed 5L |> RandomKey.normal [ digits.Samples; latent ]) images model |> Tensor.toScalar

/// The best code that is the same for all images: the mean image.
let meanImage =
    let p = images |> Tensor.meanAxis 0 |> Tensor.clamp 1e-6 (1.0 - 1e-6)
    -(images * log p + (1 - images) * log (1 - p)) |> Tensor.sum |> Tensor.toScalar |> fun all -> all / float digits.Samples

let before, after = judge start, judge trained
claim $"seed {seed}: the loss per image fell from %.1f{before} to %.1f{after}" (after < 0.8 * before)
claim $"the code tells images apart: the mean image alone has %.1f{meanImage}" (after < meanImage)
