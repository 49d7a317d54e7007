module Hyperdiff.FSharp.Tests.OwnSolverTests

open Hyperdiff
open Hyperdiff.FSharp
open Hyperdiff.Testing
open Xunit

/// Steepest descent for A x = b, A symmetric positive definite: along the residual, as far as the curvature says.
let steepestDescent (tolerance: float) =
    LinearSolver.from "steepest descent" MatrixClass.PositiveDefinite tolerance (fun system ->
        let mutable x = system.Start

        while system.Continues x do
            let r = system.RightHandSide - system.Matrix * x
            let step = LeafVector.Dot(r, r) / LeafVector.Dot(r, system.Matrix * r)
            x <- x + step * r

        system.Solution x)

let private newton tolerance =
    Minimizer.from "Newton" tolerance (fun f ->
        let mutable w = f.Start

        while f.Continues w do
            let struct (_, gradient) = f.At w
            w <- w - LeafVector(LinearSolver.DenseLu().Solve(f.Hessian w, gradient.Leaves).Value)

        f.Solution w)

let private newtonForRoots tolerance =
    Root.from "Newton" tolerance (fun c ->
        let mutable w = c.Start

        while c.Continues w do
            w <- w - LeafVector(LinearSolver.DenseLu().Solve(c.Jacobian w, (c.At w).Leaves).Value)

        c.Solution w)

let private damped tolerance =
    FixedPoint.from "damped" tolerance (fun () -> fun w image _ -> w + 0.5 * (image - w))

let private jacobi =
    Preconditioner.from "Jacobi" true (fun a ->
        let matrix = a.ToMatrix()
        let numbers: float[] = matrix.ToArray()
        let diagonal = Array.init matrix.Shape[0] (fun i -> numbers[i * matrix.Shape[0] + i])

        let scaled (v: LeafVector) =
            let numbers: float[] = Array.map2 (/) (v.ToArray()) diagonal
            v.With numbers

        LinearOperator.From(scaled, scaled, a.InputTypes.AsSpan()))

[<Fact>]
let ``Solvers written in F# obey the laws`` () =
    (Laws.Of(steepestDescent 1e-9)).EnsureHolds()
    (Laws.Of(newton 1e-9)).EnsureHolds()
    (Laws.Of(damped 1e-9)).EnsureHolds()
    (Laws.Of(newtonForRoots 1e-9)).EnsureHolds()
    (Laws.Of(jacobi)).EnsureHolds()

[<Fact>]
let ``A hypergradient by solvers of one's own is that by ours`` () =
    let f = Objective.from (fun (w: Tensor) (h: Tensor) -> Tensor.sum (Tensor.exp h * Tensor.square w + Tensor.square (w - 1.0)))
    let outer = Objective.from (fun (w: Tensor) (_: Tensor) -> Tensor.sum (Tensor.square (w - 0.5)))
    let h, start = Tensor.from [| 0.2; -0.4 |], Tensor.zeros [ 2 ]

    let gradient by adjoint =
        let problem = Bilevel.Problem(f |> Objective.minimizedBy by, outer)
        (Hypergradient.Implicit(adjoint)).Compute(problem, start, h).EnsureConverged()

    let own = gradient (newton 1e-12) (LinearSolver.preconditioned jacobi (LinearSolver.conjugateGradient 1e-12))
    let ours = gradient (Minimizer.newtonCg 1e-12) (LinearSolver.denseLu 1e-12)
    // tolerances of 1e-12 through a condition below 10
    Assert.True(own - ours |> Tensor.norm |> Tensor.toScalar < 1e-10)
