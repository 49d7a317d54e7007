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

    /// <summary>Solves A x = b, one tensor per leaf.</summary>
    [<CompiledName("Solve")>]
    let solve (solver: LinearSolver) (matrix: LinearOperator) (rightHandSide: Tensor list) =
        let solution = solver.Solve(matrix, List.toArray rightHandSide)
    
        SolveFailure.ofReports "This solution" [ solution.Report ] solution
        |> Result.map (fun solved -> List.ofArray solved.Value)
