namespace Hyperdiff.FSharp

open Hyperdiff

/// <summary>The minimum as a differentiable value.</summary>
[<RequireQualifiedAccess>]
module Argmin =

    /// <summary>The minimum w*(λ) as a value that can be differentiated in λ; C#'s <c>Argmin.Of</c>.</summary>
    /// <param name="adjoint">Solves <c>H v = g</c>.</param>
    /// <param name="start">The first iterate; the derivative in it is zero.</param>
    /// <param name="hyper">λ.</param>
    /// <param name="minimization">The objective and its minimizer.</param>
    /// <exception cref="T:Hyperdiff.SolveException">The solve did not converge.</exception>
    [<CompiledName("OfMinimization")>]
    let ofMinimization (adjoint: LinearSolver) (start: 'State) (hyper: 'Hyper) (minimization: Minimization<'State, 'Hyper>) =
        Argmin.Of(minimization, start, hyper, adjoint)
