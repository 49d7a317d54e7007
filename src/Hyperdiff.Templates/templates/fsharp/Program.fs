open Hyperdiff
open Hyperdiff.FSharp

/// The inner state.
type Weights = { W: Tensor }

/// The hyperparameters: one log-penalty per feature.
type Penalty = { LogL2: Tensor }

// y = 2 x₁ + noise; the second feature means nothing
let xTrain = Tensor.from2D (array2D [ [ 1.0; 0.3 ]; [ -1.0; 1.2 ]; [ 0.5; -0.7 ]; [ 2.0; 0.4 ] ])
let yTrain = Tensor.from [| 2.1; -1.7; 0.8; 4.2 |]
let xVal = Tensor.from2D (array2D [ [ 1.5; -1.0 ]; [ -0.5; 0.8 ]; [ 0.2; 1.1 ] ])
let yVal = Tensor.from [| 3.0; -1.0; 0.4 |]

let squaredError x y w = Tensor.mean (Tensor.square (x %*% w.W - y))

// the weights that minimize the training loss, as a function of the penalties; and the validation loss there
let training =
    Objective.fromNamed "Train" (fun w h -> squaredError xTrain yTrain w + Tensor.sum (Tensor.exp h.LogL2 * Tensor.square w.W))
    |> Objective.minimizedBy (Minimizer.newtonCg 1e-10)

let validation = Objective.fromNamed "Validate" (fun w (_: Penalty) -> squaredError xVal yVal w)

let result =
    Bilevel.problem training validation
    |> Hypergradient.compute
        (Hypergradient.implicit (LinearSolver.conjugateGradient 1e-10))
        { W = Tensor.zeros [ 2 ] }
        { LogL2 = Tensor.zeros [ 2 ] }

match result with
| Ok g ->
    printfn "%O" g.Gradient.LogL2 // dℓ/dλ, one per penalty
    printfn "%O" g // how far to trust it: every solve with its status, iterations, residual
| Error failure ->
    eprintfn "%O" failure
    exit 1
