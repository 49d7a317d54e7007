namespace Hyperdiff.FSharp

open System
open Hyperdiff

/// <summary>Functions that are promised to be pure, compiled once for each of their derivatives: what <c>Diff</c> does, without tracing at every
/// call.</summary>
[<RequireQualifiedAccess>]
module DifferentiableFunction =

    /// <summary>A function of x that returns a tensor.</summary>
    /// <remarks>
    /// The promise is that f depends on x alone. It is traced and compiled once per combination of shapes, element types and static members. What f captures is
    /// a constant to it.
    /// </remarks>
    /// <param name="f">x ↦ f(x); a scalar, where gradients are asked for.</param>
    [<CompiledName("OfPure")>]
    let ofPure (f: 'T -> Tensor) =
        DifferentiableFunction.OfPure((fun x -> f x), "a function", Tree.find<'T>)

    /// <summary>A function of x that returns a structure.</summary>
    /// <param name="f">x ↦ f(x).</param>
    [<CompiledName("OfPureStructure")>]
    let ofPureStructure (f: 'T -> 'R) =
        DifferentiableFunction.OfPure((fun x -> f x), "a function", Tree.find<'T>, Tree.find<'R>)

    /// <summary>Functions of x that return a tensor, one for any data; derivatives are those in x.</summary>
    /// <param name="f">The data and x ↦ f(x); a scalar, where gradients are asked for.</param>
    [<CompiledName("OfData")>]
    let ofData (f: 'Data -> 'T -> Tensor) : 'Data -> DifferentiableFunction<'T> =
        DifferentiableFunction.OfData((fun data x -> f data x), "a function", Tree.find<'Data>, Tree.find<'T>).Bind

    /// <summary>Functions of x that return a structure, one for any data.</summary>
    /// <param name="f">The data and x ↦ f(x).</param>
    [<CompiledName("OfDataStructure")>]
    let ofDataStructure (f: 'Data -> 'T -> 'R) : 'Data -> DifferentiableFunction<'T, 'R> =
        DifferentiableFunction.OfData((fun data x -> f data x), "a function", Tree.find<'Data>, Tree.find<'T>, Tree.find<'R>).Bind

    /// <summary>f(x).</summary>
    [<CompiledName("Evaluate")>]
    let evaluate (x: 'T) (f: DifferentiableFunction<'T, 'R>) = f.Evaluate x

    /// <summary>∇f(x), with the structure of x.</summary>
    /// <exception cref="T:Hyperdiff.SolveException">A solve within f did not converge.</exception>
    [<CompiledName("Grad")>]
    let grad (x: 'T) (f: DifferentiableFunction<'T>) : 'T = f.Grad x

    /// <summary>f(x) and ∇f(x).</summary>
    /// <exception cref="T:Hyperdiff.SolveException">A solve within f did not converge.</exception>
    [<CompiledName("ValueAndGrad")>]
    let valueAndGrad (x: 'T) (f: DifferentiableFunction<'T>) : Tensor * 'T =
        let result = f.ValueAndGrad x
        SolveException.ThrowUnlessConverged("This gradient", result.Reports)
        result.Value, result.Gradient

    /// <summary>The Hessian-vector product ∇²f(x) v.</summary>
    [<CompiledName("Hvp")>]
    let hvp (v: 'T) (x: 'T) (f: DifferentiableFunction<'T>) : 'T = f.Hvp(x, v)

    /// <summary>f(x) and its derivative along a tangent, J ẋ.</summary>
    [<CompiledName("Jvp")>]
    let jvp (tangent: 'T) (x: 'T) (f: DifferentiableFunction<'T, 'R>) : 'R * 'R = f.Jvp(x, tangent).ToTuple()

    /// <summary>f(x) and the pullback of a cotangent, Jᵀ ȳ.</summary>
    [<CompiledName("Vjp")>]
    let vjp (cotangent: 'R) (x: 'T) (f: DifferentiableFunction<'T, 'R>) : 'R * 'T = f.Vjp(x, cotangent).ToTuple()

    /// <summary>f(x) and its derivative there as a linear map.</summary>
    [<CompiledName("Linearize")>]
    let linearize (x: 'T) (f: DifferentiableFunction<'T, 'R>) = f.Linearize x

    /// <summary>f of every item of a batch at once; the items are stacked along axis 0 of every leaf.</summary>
    [<CompiledName("Vmap")>]
    let vmap (batch: 'T) (f: DifferentiableFunction<'T, 'R>) : 'R = f.Vmap batch

    /// <summary>The same function, traced anew by each computation.</summary>
    [<CompiledName("AsUncached")>]
    let asUncached (f: DifferentiableFunction<'T, 'R>) = f.AsUncached()
