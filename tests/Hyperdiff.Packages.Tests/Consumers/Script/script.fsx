#r "nuget: Hyperdiff.FSharp, {version}"

open System.Globalization
open Hyperdiff
open Hyperdiff.FSharp

type Weights = { W: Tensor }
type Penalty = { LogL2: Tensor }

// the problem of the console program
let a = Tensor.from [| 3.0; 8.0 |]
let train = Objective.from (fun w h -> 0.5 * Tensor.sum (Tensor.square (w.W - a) + Tensor.exp h.LogL2 * Tensor.square w.W))
let validate = Objective.from (fun w (_: Penalty) -> 0.5 * Tensor.sum (Tensor.square (w.W - Tensor.ones [ 2 ])))

let result =
    Bilevel.problem (train |> Objective.minimizedBy (Minimizer.newtonCg 1e-12)) validate
    |> Hypergradient.compute
        (Hypergradient.implicit (LinearSolver.conjugateGradient 1e-12))
        { W = Tensor.zeros [ 2 ] }
        { LogL2 = Tensor.from [| 0.0; log 3.0 |] }

match result with
| Ok g ->
    let numbers: float[] = Tensor.toArray g.Gradient.LogL2
    numbers |> Array.map _.ToString("R", CultureInfo.InvariantCulture) |> String.concat " " |> printfn "%s"
| Error failure ->
    eprintfn "%O" failure
    exit 1
