// Derivatives of a function of two numbers, and four ways down Rosenbrock's valley: f(x) = (1 − x₀)² + 100 (x₁ − x₀²)².
// Packages: nuget.config beside this script names the folder that `dotnet pack Hyperdiff.sln -c Release -o artifacts/packages` fills.

#r "nuget: Hyperdiff.FSharp"

open System
open Hyperdiff
open Hyperdiff.FSharp

let claim (what: string) holds =
    if holds then
        printfn "holds: %s" what
    else
        eprintfn "FAILS: %s" what
        exit 1

let rosenbrock (x: Tensor) = (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2
let distance (x: Tensor) = Tensor.norm (x - 1) |> Tensor.toScalar
let start = tensor [ -1.2; 1.0 ]

// every derivative, and what it is in closed form
let gradient = Diff.grad rosenbrock start
let hessian = Diff.hessian rosenbrock start
let direction = tensor [ 1.0; 2.0 ]
claim "the gradient at (−1.2, 1) is (−215.6, −88)" (Tensor.norm (gradient - tensor [ -215.6; -88.0 ]) |> Tensor.toScalar < 1e-12)
claim "the Hessian is ((1330, 480), (480, 200))" (Tensor.norm (hessian - tensor [ [ 1330.0; 480.0 ]; [ 480.0; 200.0 ] ]) |> Tensor.toScalar < 1e-11)
claim "J v is ∇f·v" (abs (Tensor.toScalar (snd (Diff.jvp rosenbrock direction start) - Tensor.dot gradient direction)) < 1e-12)
claim "H v is the Hessian times v" (Tensor.norm (Diff.hvp rosenbrock direction start - hessian %*% direction) |> Tensor.toScalar < 1e-11)
claim "Δf is the trace of the Hessian" (abs (Tensor.toScalar (Diff.laplacian rosenbrock start) - 1530.0) < 1e-11)
claim "the Jacobian of the gradient is the Hessian" (Tensor.norm (Diff.jacobian (Diff.grad rosenbrock) start - hessian) |> Tensor.toScalar < 1e-11)

// 1. gradient descent by hand, as a loop that is a value: 20,000 steps are traced once
let descend rate steps = start |> Loop.iterate steps (fun x -> x - rate * Diff.grad rosenbrock x)
let far = descend 1e-3 20_000 |> distance
claim $"20,000 steps of gradient descent come within %.1g{far} of (1, 1)" (far < 1e-2)

// 2. Newton's method by hand: one linear system per step
let newton x =
    let gradient, hessian = Diff.gradhessian rosenbrock x
    x - Linalg.solve hessian gradient

let trail = List.scan (fun x _ -> newton x) start [ 1..7 ]
claim $"7 of Newton's steps come within %.1g{distance (List.last trail)}" (distance (List.last trail) < 1e-12)

// 3. an optimizer, step by step
let adam =
    Seq.init 4_000 id
    |> Seq.fold
        (fun state _ -> Optimizer.next (Diff.grad rosenbrock state.Parameters) state)
        (Optimizer.adam 0.02 |> Optimizer.start start)

claim $"4,000 steps of Adam come within %.1g{distance adam.Parameters}" (distance adam.Parameters < 1e-2)

// 4. a minimizer, which says how it ended
let f = Objective.from (fun x (scale: Tensor) -> scale * rosenbrock x)
let valley = f |> Objective.minimizedBy (Minimizer.lbfgs 10 1e-10)

match valley |> Minimization.solve start (Tensor.scalar 1.0) with
| Ok x -> claim $"L-BFGS comes within %.1g{distance x}" (distance x < 1e-8)
| Error failure ->
    eprintfn "FAILS: %O" failure
    exit 1

// and the rate of gradient descent by the derivative of where it ends: a hypergradient by hand
let missed (rate: Tensor) =
    let x = start |> Loop.iterate 100 (fun x -> x - rate * Diff.grad rosenbrock x)
    rosenbrock x

let rate, step = Tensor.scalar 1e-3, 1e-6
let slope = Diff.grad missed rate |> Tensor.toScalar
let difference = (missed (rate + step) - missed (rate - step) |> Tensor.toScalar) / (2.0 * step)
claim $"100 steps get better by %.0f{-slope} per unit of the rate, by differences too" (abs (slope - difference) < 1e-4 * abs slope)
printfn "Nothing here is random."
