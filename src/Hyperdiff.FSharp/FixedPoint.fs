namespace Hyperdiff.FSharp

open System
open Hyperdiff

/// <summary>Fixed points: methods to find them, and the fixed point as a differentiable value.</summary>
[<RequireQualifiedAccess>]
module FixedPoint =

    /// <summary>A solver of one's own: a function that makes a rule for one solve, from w, Φ(w) and ‖Φ(w) − w‖ to the next w.</summary>
    [<CompiledName("From")>]
    let from (name: string) (tolerance: float) (rule: unit -> LeafVector -> LeafVector -> float -> LeafVector) =
        FixedPoint.From(name, (fun () -> let next = rule () in Func<_, _, _, _>(fun w image r -> next w image r)), tolerance)

    /// <summary>The iteration <c>w ← Φ(w, λ)</c>, until ‖Φ(w) − w‖ is within the tolerance, relative to ‖w‖.</summary>
    [<CompiledName("Iteration")>]
    let iteration (tolerance: float) = FixedPoint.Iteration tolerance

    /// <summary>The iteration with a limit on the updates.</summary>
    [<CompiledName("IterationUpTo")>]
    let iterationUpTo (maxIterations: int) (tolerance: float) =
        FixedPoint.Iteration(tolerance, maxIterations = maxIterations)

    /// <summary>The damped iteration, <c>w ← (1 − τ) w + τ Φ(w, λ)</c>.</summary>
    [<CompiledName("Damped")>]
    let damped (damping: float) (tolerance: float) = FixedPoint.Damped(damping, tolerance)

    /// <summary>Anderson acceleration over the last few iterates.</summary>
    [<CompiledName("Anderson")>]
    let anderson (window: int) (tolerance: float) =
        FixedPoint.Anderson(window, tolerance = tolerance)

    /// <summary>Broyden's method with so many updates of the inverse Jacobian.</summary>
    [<CompiledName("Broyden")>]
    let broyden (memory: int) (tolerance: float) = FixedPoint.Broyden(memory, tolerance)

    /// <summary>Iterates in float32, to the solver's tolerance in float64.</summary>
    [<CompiledName("InFloat32")>]
    let inFloat32 (inner: FixedPointSolver) = FixedPoint.InFloat32 inner

    /// <summary>Finds a fixed point.</summary>
    [<CompiledName("Solve")>]
    let solve (start: 'State) (hyper: 'Hyper) (finding: FixedPointFinding<'State, 'Hyper>) =
        let solution = finding.Solve(start, hyper)

        SolveFailure.ofReports "This solution" [ solution.Report ] solution
        |> Result.map (fun solved -> solved.State)

    /// <summary>The fixed point w*(λ) as a value that can be differentiated in λ; C#'s <c>FixedPoint.Of</c>.</summary>
    /// <param name="adjoint">Solves the linear system of the derivative.</param>
    /// <param name="start">The first iterate; the derivative in it is zero.</param>
    /// <param name="hyper">λ.</param>
    /// <param name="finding">The map and what finds its fixed point.</param>
    /// <exception cref="T:Hyperdiff.SolveException">The solve did not converge.</exception>
    [<CompiledName("OfFinding")>]
    let ofFinding (adjoint: LinearSolver) (start: 'State) (hyper: 'Hyper) (finding: FixedPointFinding<'State, 'Hyper>) =
        FixedPoint.Of(finding, start, hyper, adjoint)

    /// <summary>The fixed point of a function of the state alone, as a value that can be differentiated in whatever the function captures.</summary>
    /// <param name="by">Finds the fixed point.</param>
    /// <param name="start">The first iterate; the derivative in it is zero.</param>
    /// <param name="f">w ↦ Φ(w).</param>
    /// <exception cref="T:Hyperdiff.SolveException">The solve did not converge.</exception>
    [<CompiledName("OfFunction")>]
    let ofFunction (by: FixedPointSolver) (start: 'State) (f: 'State -> 'State) =
        let map = FixedPointMap.From((fun w (_: ValueTuple) -> f w), "a function", Tree.find<'State>, Tree.Unit)
        FixedPoint.Of(map.SolvedBy by, start, ValueTuple())
