namespace Hyperdiff.FSharp

open Hyperdiff

/// <summary>Methods for <c>A x = b</c>. Tolerances are relative to ‖b‖, dimensionless.</summary>
[<RequireQualifiedAccess>]
module LinearSolver =

    /// <summary>Conjugate gradients, for symmetric positive definite A.</summary>
    [<CompiledName("ConjugateGradient")>]
    let conjugateGradient (tolerance: float) = LinearSolver.ConjugateGradient tolerance

    /// <summary>Conjugate gradients with a limit on the iterations.</summary>
    [<CompiledName("ConjugateGradientUpTo")>]
    let conjugateGradientUpTo (maxIterations: int) (tolerance: float) =
        LinearSolver.ConjugateGradient(tolerance, maxIterations = maxIterations)

    /// <summary>The fixed-point iteration <c>x ← x + (b − A x)</c>, for A = I − J with a contraction J.</summary>
    [<CompiledName("FixedPoint")>]
    let fixedPoint (tolerance: float) = LinearSolver.FixedPoint tolerance

    /// <summary>The fixed-point iteration with a limit on the iterations.</summary>
    [<CompiledName("FixedPointUpTo")>]
    let fixedPointUpTo (maxIterations: int) (tolerance: float) =
        LinearSolver.FixedPoint(tolerance, maxIterations = maxIterations)

    /// <summary>GMRES, for any invertible A; restarted after some iterations.</summary>
    [<CompiledName("Gmres")>]
    let gmres (restart: int) (tolerance: float) = LinearSolver.Gmres(restart, tolerance)

    /// <summary>BiCGSTAB, for any invertible A, with little memory.</summary>
    [<CompiledName("BiCgStab")>]
    let biCgStab (tolerance: float) = LinearSolver.BiCgStab tolerance

    /// <summary>MINRES, for symmetric A, definite or not.</summary>
    [<CompiledName("Minres")>]
    let minres (tolerance: float) = LinearSolver.Minres tolerance

    /// <summary>LSMR, for least squares with any A.</summary>
    [<CompiledName("Lsmr")>]
    let lsmr (tolerance: float) = LinearSolver.Lsmr tolerance

    /// <summary>The matrix written out and factored, for any invertible A of moderate size.</summary>
    [<CompiledName("DenseLu")>]
    let denseLu (tolerance: float) = LinearSolver.DenseLu tolerance

    /// <summary>The matrix written out and factored, for symmetric positive definite A of moderate size.</summary>
    [<CompiledName("DenseCholesky")>]
    let denseCholesky (tolerance: float) = LinearSolver.DenseCholesky tolerance

    /// <summary>The fixed-point iteration with Anderson's mixing of the last iterates.</summary>
    [<CompiledName("Anderson")>]
    let anderson (window: int) (tolerance: float) = LinearSolver.Anderson(window, tolerance)

    /// <summary>Broyden's method, for any invertible A; begun again after some updates.</summary>
    [<CompiledName("Broyden")>]
    let broyden (memory: int) (tolerance: float) = LinearSolver.Broyden(memory, tolerance)

    /// <summary>Some products of the Neumann series of A = I − J: an approximation.</summary>
    [<CompiledName("Neumann")>]
    let neumann (products: int) = LinearSolver.Neumann products

    /// <summary>One term of the damped Neumann series, drawn at random and weighted: without bias for the sum of its first terms.</summary>
    [<CompiledName("RandomTruncation")>]
    let randomTruncation (key: RandomKey) (rate: float) (terms: int) = LinearSolver.RandomTruncation(terms, rate, key)

    /// <summary>The normal equations AᵀA x = Aᵀb, solved by another solver.</summary>
    [<CompiledName("Normal")>]
    let normal (inner: LinearSolver) = LinearSolver.Normal inner

    /// <summary>A solver of one's own: a function from a system to what <c>system.Solution</c> or <c>system.GiveUp</c> makes.</summary>
    [<CompiledName("From")>]
    let from (name: string) (matrices: MatrixClass) (tolerance: float) (solve: LinearSystem -> LinearSolution) =
        LinearSolver.From(name, solve, matrices, tolerance)

    /// <summary>Another solver, of whose iterates the best is returned.</summary>
    [<CompiledName("BestIterate")>]
    let bestIterate (inner: LinearSolver) = LinearSolver.BestIterate inner

    /// <summary>The system (A + ρI) x = b, solved by another solver.</summary>
    [<CompiledName("Ridge")>]
    let ridge (rho: float) (inner: LinearSolver) = LinearSolver.Ridge(inner, rho)

    /// <summary>The scaled system S A S y = S b, x = S y, solved by another solver.</summary>
    [<CompiledName("Preconditioned")>]
    let preconditioned (preconditioner: Preconditioner) (inner: LinearSolver) =
        LinearSolver.Preconditioned(inner, preconditioner)

    /// <summary>Another solver, applied again to what it left of the residual.</summary>
    [<CompiledName("Refined")>]
    let refined (tolerance: float) (inner: LinearSolver) = LinearSolver.Refined(inner, tolerance)

    /// <summary>Another solver's iterations in float32, to its tolerance in float64.</summary>
    [<CompiledName("InFloat32")>]
    let inFloat32 (inner: LinearSolver) = LinearSolver.InFloat32 inner

    /// <summary>Another solver for a sequence of systems, each near the one before; starts are looked for along so many differences of solutions.</summary>
    [<CompiledName("Recycled")>]
    let recycled (directions: int) (inner: LinearSolver) = LinearSolver.Recycled(inner, directions)

    /// <summary>A solver for several right-hand sides with one matrix: what depends on the matrix alone is made once.</summary>
    [<CompiledName("Prepare")>]
    let prepare (matrix: LinearOperator) (solver: LinearSolver) = solver.Prepare matrix

    /// <summary>Solves A x = b, one tensor per leaf.</summary>
    [<CompiledName("Solve")>]
    let solve (solver: LinearSolver) (matrix: LinearOperator) (rightHandSide: Tensor list) =
        let solution = solver.Solve(matrix, List.toArray rightHandSide)
    
        SolveFailure.ofReports "This solution" [ solution.Report ] solution
        |> Result.map (fun solved -> List.ofArray solved.Value)
