namespace Hyperdiff.DiffSharp.FSharp

open Hyperdiff
open Hyperdiff.DiffSharp

/// <summary>Hyperdiff's functions, solutions and hypergradients inside DiffSharp programs: <c>dsharp.grad</c> and <c>dsharp.hessian</c> of them are
/// right.</summary>
[<RequireQualifiedAccess>]
module DiffSharpOperation =

    /// <summary>A function of a tensor, in Hyperdiff's operations.</summary>
    [<CompiledName("OfFunction")>]
    let ofFunction (f: Tensor -> Tensor) : global.DiffSharp.Tensor -> global.DiffSharp.Tensor =
        let operation = DiffSharpOperation.Of(fun (x: Tensor) -> f x)
        fun x -> operation.Invoke x

    /// <summary>A function of two tensors, in Hyperdiff's operations.</summary>
    [<CompiledName("OfFunction2")>]
    let ofFunction2 (f: Tensor -> Tensor -> Tensor) : global.DiffSharp.Tensor -> global.DiffSharp.Tensor -> global.DiffSharp.Tensor =
        let operation = DiffSharpOperation.Of(fun (x: Tensor) (y: Tensor) -> f x y)
        fun x y -> operation.Invoke(x, y)

    /// <summary>The solution w*(λ) of an inner problem: a fixed point, a minimum, a root.</summary>
    /// <param name="start">The first iterate; the derivative in it is zero.</param>
    /// <param name="inner">The problem, and what solves it.</param>
    [<CompiledName("Solution")>]
    let solution (start: 'State) (inner: SolvedFunction<'State, 'Hyper>) : 'Hyper -> 'State =
        let operation = DiffSharpOperation.Solution(inner, start)
        fun hyper -> operation.Invoke hyper

    /// <summary>The outer objective ℓ(λ) = F(w*(λ), λ): its gradient in DiffSharp is the hypergradient.</summary>
    /// <param name="start">The first iterate of the inner solver.</param>
    /// <param name="problem">The problem.</param>
    [<CompiledName("OuterObjective")>]
    let outerObjective (start: 'State) (problem: SolvedProblem<'State, 'Hyper>) : 'Hyper -> global.DiffSharp.Tensor =
        let operation = DiffSharpOperation.OuterObjective(problem, start)
        fun hyper -> operation.Invoke hyper

    /// <summary>The hypergradient ∇ℓ(λ), like λ, which can be differentiated again.</summary>
    /// <param name="start">The first iterate of the inner solver.</param>
    /// <param name="problem">The problem.</param>
    [<CompiledName("Hypergradient")>]
    let hypergradient (start: 'State) (problem: SolvedProblem<'State, 'Hyper>) : 'Hyper -> 'Hyper =
        let operation = DiffSharpOperation.Hypergradient(problem, start)
        fun hyper -> operation.Invoke hyper
