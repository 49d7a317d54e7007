// A DiffSharp model whose penalties are tuned by exact hypergradients, and a fixed point inside a DiffSharp program.
// Packages: nuget.config beside this script names the folder that `dotnet pack Hyperdiff.DiffSharp.sln -c Release -o artifacts/packages` fills;
// DiffSharp's come from wherever you have them. The reference backend is enough here;
// for libtorch reference the bundle DiffSharp-cpu instead, for CUDA DiffSharp-cuda-linux.

#r "nuget: Hyperdiff.DiffSharp.FSharp"
#r "nuget: DiffSharp.Backends.Reference"

open Hyperdiff
open Hyperdiff.FSharp
open Hyperdiff.DiffSharp.FSharp

// last, so that Tensor is that of DiffSharp; global, for Hyperdiff has a namespace of that name
open global.DiffSharp
open global.DiffSharp.Model

let claim (what: string) holds =
    if not holds then
        eprintfn "FAILS: %s" what
        exit 1

    printfn "%s" what

// DiffSharp's own settings; what is made of numbers is float32 all the same, unless it says otherwise
dsharp.config (dtype = Dtype.Float64)
let seed = 1
dsharp.seed seed
let tensor (values: obj) = dsharp.tensor (values, dtype = Dtype.Float64)

// 24 samples of which two of six features mean something, drawn with that seed
let truth = tensor [ [ 2.0 ]; [ -1.0 ]; [ 0.0 ]; [ 0.0 ]; [ 0.0 ]; [ 0.0 ] ]
let draw n = let x = dsharp.randn [ n; 6 ] in x, x.matmul truth + 0.5 * dsharp.randn [ n; 1 ]
let xTrain, yTrain = draw 24
let xVal, yVal = draw 24

let model = Linear(6, 1)
let squares (y: Tensor) = (y * y).mean ()

// the training loss of the model with a penalty for each feature, log-penalties as λ; and the loss on other data
let weight () = model.parameters["Linear-weight"]
let penalty (h: Tensor) = (h.exp().view [ 6; 1 ] * weight () * weight ()).sum ()
let train = model |> DiffSharpModel.objective "train" (fun (h: Tensor) -> squares (model.forward xTrain - yTrain) + penalty h)
let validate = model |> DiffSharpModel.objective "validate" (fun (_: Tensor) -> squares (model.forward xVal - yVal))

let problem = Bilevel.Problem(train.MinimizedBy(Minimizer.NewtonCg(tolerance = 1e-10)), validate)
let start = DiffSharpModel.parameters model
let loss h = (problem.Outer.Evaluate(train.MinimizedBy(Minimizer.NewtonCg(tolerance = 1e-10)).Solve(start, h).State, h)).ToScalar()

let mutable penalties = dsharp.zeros [ 6 ]
let before = loss penalties

for _ in 1..20 do
    let g = Hypergradient.Implicit().Compute(problem, start, penalties)
    g.EnsureConverged() |> ignore
    penalties <- penalties - 2.0 * g.Gradient

let after = loss penalties
printfn "validation loss %.4f before, %.4f after 20 steps; log-penalties %s" before after (penalties.ToString())
claim $"seed {seed}: tuned penalties halve the loss on data that the model was not trained on" (after < before / 2.0)

// Hyperdiff inside a DiffSharp program: w = cos(λ w), differentiated twice by dsharp through Hyperdiff's solve
let map = DiffSharpFunction.map "cosine" (fun (w: Tensor) (h: Tensor) -> (h * w).cos ())
let solution = map.SolvedBy(FixedPoint.Anderson(tolerance = 1e-13)) |> DiffSharpOperation.solution (tensor 0.5)
let lambda = 0.8
let w = float (solution (tensor lambda))

// with s = sin λw, c = cos λw: w′ = −s w / (1 + λ s)
let s = sin (lambda * w)
let slope = -s * w / (1.0 + lambda * s)
let gradient = float (dsharp.grad solution (tensor lambda))
claim $"dsharp.grad through the fixed point is {gradient:F10}, in closed form {slope:F10}" (abs (gradient - slope) < 1e-8)

// and once more by differences of the closed form: d²w/dλ²
let closed (x: float) = let v = float (solution (tensor x)) in let s = sin (x * v) in -s * v / (1.0 + x * s)
let curvature = (closed (lambda + 1e-4) - closed (lambda - 1e-4)) / 2e-4
let second = float (dsharp.grad (fun h -> dsharp.grad solution h) (tensor lambda))
claim $"dsharp.grad of that is {second:F7}, by differences {curvature:F7}" (abs (second - curvature) < 1e-6)

// DiffSharp's own nested derivative of what does not depend on the inner variable is 6 here; it is 0
let y = tensor 3.0
let ours = float (dsharp.diff (fun y -> y * DiffSharpDerivative.grad (fun _ -> y * y) (tensor 1.0)) y)
claim "the derivative of y · d/dx y² is 0" (ours = 0.0)
