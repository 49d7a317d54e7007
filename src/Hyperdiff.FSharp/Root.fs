namespace Hyperdiff.FSharp

open Hyperdiff

/// <summary>Roots: methods to find them, and the root as a differentiable value.</summary>
[<RequireQualifiedAccess>]
module Root =

    /// <summary>A root finder of one's own: a function from a condition to what <c>c.Solution</c> or <c>c.GiveUp</c> makes.</summary>
    [<CompiledName("From")>]
    let from (name: string) (tolerance: float) (solve: ConditionOracle -> InnerSolution) =
        Root.From(name, solve, tolerance)

    /// <summary>Newton's method with a linear solver and backtracking, until ‖c‖ is within the tolerance, relative to its norm at the start, and
    /// absolute.</summary>
    [<CompiledName("Newton")>]
    let newton (linear: LinearSolver) (tolerance: float) = Root.Newton(linear, tolerance)

    /// <summary>Finds a root.</summary>
    [<CompiledName("Solve")>]
    let solve (start: 'State) (hyper: 'Hyper) (finding: RootFinding<'State, 'Hyper>) =
        let solution = finding.Solve(start, hyper)

        SolveFailure.ofReports "This solution" [ solution.Report ] solution
        |> Result.map (fun solved -> solved.State)

    /// <summary>The root w*(λ) as a value that can be differentiated in λ, whatever found it; C#'s <c>Root.Of</c>.</summary>
    /// <param name="adjoint">Solves the linear systems of the derivative.</param>
    /// <param name="start">The first iterate; the derivative in it is zero.</param>
    /// <param name="hyper">λ.</param>
    /// <param name="finding">The condition and what solves it.</param>
    /// <exception cref="T:Hyperdiff.SolveException">The solve did not converge.</exception>
    [<CompiledName("OfFinding")>]
    let ofFinding (adjoint: LinearSolver) (start: 'State) (hyper: 'Hyper) (finding: RootFinding<'State, 'Hyper>) =
        Root.Of(finding, start, hyper, adjoint)
