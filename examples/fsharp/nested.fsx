// Derivatives within derivatives: the puzzles that confuse perturbations of different levels, each with its answer.
// Packages: nuget.config beside this script names the folder that `dotnet pack Hyperdiff.sln -c Release -o artifacts/packages` fills.

#r "nuget: Hyperdiff.FSharp"

open System
open Hyperdiff
open Hyperdiff.FSharp

/// f′(x) by forward and by reverse mode, of functions of one number.
let forward f x = Diff.jvp f (Tensor.scalar 1.0) x |> snd
let reverse f x = Diff.grad f x
let at (x: float) f = f (Tensor.scalar x) |> Tensor.toScalar

/// Every puzzle is asked in all mixes of modes, outer and inner.
let puzzle what expected (ask: ((Tensor -> Tensor) -> Tensor -> Tensor) -> ((Tensor -> Tensor) -> Tensor -> Tensor) -> float) =
    for outer, outerName in [ forward, "forward"; reverse, "reverse" ] do
        for inner, innerName in [ forward, "forward"; reverse, "reverse" ] do
            let actual = ask outer inner

            // a handful of roundings of numbers near 1
            if abs (actual - expected) > 1e-14 * max 1.0 (abs expected) then
                eprintfn "FAILS: %s is %g, %s over %s gave %g" what expected outerName innerName actual
                exit 1

    printfn "%-58s = %g" what expected

// Siskind and Pearlmutter (2005): the inner derivative is 1, whatever x; confused, it is 2.
puzzle "d/dx [x · d/dy (x + y) at y = 1] at x = 1" 1.0 (fun outer inner ->
    outer (fun x -> x * inner (fun y -> x + y) (Tensor.scalar 1.0)) |> at 1.0)

// the inner derivative is x
puzzle "d/dx [x · d/dy (x y) at y = 2] at x = 3" 6.0 (fun outer inner ->
    outer (fun x -> x * inner (fun y -> x * y) (Tensor.scalar 2.0)) |> at 3.0)

// the inner function ignores its argument, and reads the outer one
puzzle "d/dy [y · d/dx (y²) at x = 5] at y = 3" 0.0 (fun outer inner ->
    outer (fun y -> y * inner (fun _ -> y * y) (Tensor.scalar 5.0)) |> at 3.0)

// the same variable on both levels: x · (x³)′ = 3 x³
puzzle "d/dx [x · d/dy (y³) at y = x] at x = 2" 36.0 (fun outer inner ->
    outer (fun x -> x * inner (fun y -> y * y * y) x) |> at 2.0)

// Manzyuk, Pearlmutter, Radul, Rush and Siskind (2019): a derivative handed to a function that takes derivatives
let shift u (f: Tensor -> Tensor) x = f (x + u)

puzzle "D (D exp) at 1, D f = d/du shift u f at u = 0" (exp 1.0) (fun outer inner ->
    let d by f x = by (fun u -> shift u f x) (Tensor.scalar 0.0)
    d outer (d inner Tensor.exp) |> at 1.0)

// three levels, each with the variables of those above
puzzle "d/dx x · d/dy y · d/dz (x y z) at z = 1, y = x, x = 2" 24.0 (fun outer inner ->
    outer (fun x -> x * inner (fun y -> y * outer (fun z -> x * y * z) (Tensor.scalar 1.0)) x) |> at 2.0)

// a loop of derivatives within a derivative: Newton's steps for y² = x, so that y = √x
puzzle "d/dx of √x by Newton's method, at x = 4" 0.25 (fun outer inner ->
    let newton x =
        let residual y = y * y - x
        Loop.iterate 8 (fun y -> y - residual y / inner residual y) (Tensor.scalar 1.0)

    outer newton |> at 4.0)

// what is solved within: argmin_w ½ (w − x)² + ½ w² is x/2, so that the slope of its square at 3 is 3/2
puzzle "d/dx [argmin_w ½(w − x)² + ½w²]² at x = 3" 1.5 (fun outer _ ->
    let f = Objective.from (fun (w: Tensor) (x: Tensor) -> 0.5 * Tensor.square (w - x) + 0.5 * Tensor.square w)
    let best = f |> Objective.minimizedBy (Minimizer.newtonCg 1e-14)
    let squared x = best |> Argmin.ofMinimization (LinearSolver.conjugateGradient 1e-14) (Tensor.scalar 0.0) x |> Tensor.square
    outer squared |> at 3.0)

printfn "No perturbation was confused; nothing here is random."
