// Kepler's equation, a chemical equilibrium and a duopoly: solutions of equations, and how they change with what stands in them.
// Packages: nuget.config beside this script names the folder that `dotnet pack Hyperdiff.sln -c Release -o artifacts/packages` fills.

#r "nuget: Hyperdiff.FSharp"

open System
open Hyperdiff
open Hyperdiff.FSharp

// the derivative is as accurate as the solution, 1e-12 relative, times what it is conditioned by
let compare what (exact: float) (value: Tensor) =
    let value = Tensor.toScalar value

    if not (abs (value - exact) <= 1e-9 * abs exact) then
        eprintfn "FAILS: %s is %.12f, and %.12f in closed form" what value exact
        exit 1

    printfn "%-40s%18.12f%18.12f" what value exact

let solved result =
    match result with
    | Ok value -> value
    | Error failure ->
        eprintfn "FAILS: %O" failure
        exit 1

// Kepler's equation, E = M + e sin E: the anomaly of a body on an ellipse, as a function of time and shape
let kepler m e =
    FixedPoint.ofFunction (FixedPoint.iteration 1e-14) (Tensor.scalar 1.0) (fun anomaly -> m + e * sin anomaly)

let m, e = Tensor.scalar 0.5, Tensor.scalar 0.3
let anomaly = kepler m e |> Tensor.toScalar
let along = 1.0 - 0.3 * cos anomaly
compare "Kepler, dE/dM" (1.0 / along) (Diff.grad (fun m -> kepler m e) m)
compare "Kepler, dE/de" (sin anomaly / along) (Diff.grad (fun e -> kepler m e) e)
compare "Kepler, d²E/dM²" (-0.3 * sin anomaly / along ** 3.0) (Diff.hessian (fun m -> kepler m e) m)

// A₂ ⇌ 2 A: mass action for the part ξ that is dissociated, 4 ξ² p = K (1 − ξ²)
type Gas = { K: Tensor; Pressure: Tensor }

let massAction = RootCondition.from (fun (part: Tensor) gas -> 4 * part ** 2 * gas.Pressure - gas.K * (1 - part ** 2))
let gas = { K = Tensor.scalar 0.15; Pressure = Tensor.scalar 1.0 }
let newton = massAction |> RootCondition.solvedBy (Root.newton (LinearSolver.denseLu 1e-14) 1e-14)
let dissociated gas = newton |> Root.ofFinding (LinearSolver.denseLu 1e-14) (Tensor.scalar 0.5) gas
let part, change = Diff.valueAndGrad dissociated gas
let below = 0.15 + 4.0
let exact = sqrt (0.15 / below)
compare "dissociated part" exact part
compare "its change with K" (2.0 / (exact * below * below)) change.K
compare "its change with p" (-2.0 * 0.15 / (exact * below * below)) change.Pressure

// Cournot: two firms, the price a − q₁ − q₂, costs per piece; each answers the other, and Nash's equilibrium is where neither moves
type Market = { A: Tensor; Cost1: Tensor; Cost2: Tensor }
type Quantities = { First: Tensor; Second: Tensor }

let answers = FixedPointMap.from (fun q m -> { First = Tensor.relu ((m.A - m.Cost1 - q.Second) / 2); Second = Tensor.relu ((m.A - m.Cost2 - q.First) / 2) })
let profit = Objective.from (fun q m -> (m.A - q.First - q.Second - m.Cost1) * q.First)
let market = { A = Tensor.scalar 10.0; Cost1 = Tensor.scalar 1.0; Cost2 = Tensor.scalar 2.0 }

let game =
    Bilevel.problem (answers |> FixedPointMap.solvedBy (FixedPoint.iteration 1e-13)) profit
    |> Hypergradient.compute
        (Hypergradient.implicit (LinearSolver.denseLu 1e-13))
        { First = Tensor.scalar 1.0; Second = Tensor.scalar 1.0 }
        market
    |> solved

let first = (10.0 - 2.0 * 1.0 + 2.0) / 3.0
compare "Cournot, first quantity" first game.State.First
compare "profit's change with the other's cost" (2.0 * first / 3.0) game.Gradient.Cost2
compare "profit's change with its own cost" (-4.0 * first / 3.0) game.Gradient.Cost1
printfn "Nine numbers are those in closed form; nothing here is random."
