namespace Hyperdiff.FSharp

open System
open Hyperdiff

/// <summary>Derivatives of functions of structures of tensors; they nest, to any depth and in any mix.</summary>
[<RequireQualifiedAccess>]
module Diff =

    /// <summary>∇f(x), with the structure of x.</summary>
    /// <exception cref="T:Hyperdiff.SolveException">A solve within f did not converge.</exception>
    [<CompiledName("Grad")>]
    let grad (f: 'T -> Tensor) (x: 'T) : 'T = Diff.Grad(f, x, Tree.find<'T>)

    /// <summary>f(x) and ∇f(x).</summary>
    /// <exception cref="T:Hyperdiff.SolveException">A solve within f did not converge.</exception>
    [<CompiledName("ValueAndGrad")>]
    let valueAndGrad (f: 'T -> Tensor) (x: 'T) : Tensor * 'T =
        let result = Diff.ValueAndGrad(f, x, Tree.find<'T>)
        SolveException.ThrowUnlessConverged("This gradient", result.Reports)
        result.Value, result.Gradient

    /// <summary>f(x) and ∇f(x) with the reports of the solves they rest on; an error if one of those did not converge.</summary>
    [<CompiledName("TryValueAndGrad")>]
    let tryValueAndGrad (f: 'T -> Tensor) (x: 'T) =
        let result = Diff.ValueAndGrad(f, x, Tree.find<'T>)
        SolveFailure.ofReports "This gradient" result.Reports result

    /// <summary>f(x), its auxiliary output and ∇f(x), for a function that returns both.</summary>
    [<CompiledName("ValueAndGradWithAuxiliary")>]
    let valueAndGradWithAuxiliary (f: 'T -> struct (Tensor * 'Aux)) (x: 'T) =
        let result = Diff.ValueAndGrad(f, x, Tree.find<'T>, Tree.find<'Aux>)
        SolveException.ThrowUnlessConverged("This gradient", result.Reports)
        result.Value, result.Auxiliary, result.Gradient

    /// <summary>df/dx at a single number: for a curve, of any shape or structure.</summary>
    /// <exception cref="T:Hyperdiff.ShapeMismatchException">x is not a scalar: its derivatives are <c>grad</c>, <c>jacobian</c>, <c>jvp</c>.</exception>
    [<CompiledName("Diff")>]
    let diff (f: Tensor -> 'R) (x: Tensor) : 'R =
        if x.Rank > 0 then
            raise (ShapeMismatchException $"Diff.diff takes the derivative in one number; x has shape {x.Shape}. In more it is Diff.grad, jacobian or jvp.")

        Diff.Jvp(f, x, Tensor.OnesLike x, Tree.find<Tensor>, Tree.find<'R>).ToTuple() |> snd

    /// <summary>The Jacobian <c>[…y, …x]</c> of a function of one tensor, forward or reverse, whichever takes fewer products.</summary>
    /// <exception cref="T:Hyperdiff.SolveException">A solve within f did not converge.</exception>
    [<CompiledName("Jacobian")>]
    let jacobian (f: Tensor -> Tensor) (x: Tensor) = Diff.Jacobian(f, x)

    /// <summary>The Jacobian by forward mode, one product for each element of x.</summary>
    [<CompiledName("JacobianForward")>]
    let jacobianForward (f: Tensor -> Tensor) (x: Tensor) = Diff.JacobianForward(f, x)

    /// <summary>The Jacobian by reverse mode, one product for each element of f(x).</summary>
    [<CompiledName("JacobianReverse")>]
    let jacobianReverse (f: Tensor -> Tensor) (x: Tensor) = Diff.JacobianReverse(f, x)

    /// <summary>The Hessian <c>[…x, …x]</c> of a scalar function of one tensor.</summary>
    /// <exception cref="T:Hyperdiff.SolveException">A solve within f did not converge.</exception>
    [<CompiledName("Hessian")>]
    let hessian (f: Tensor -> Tensor) (x: Tensor) = Diff.Hessian(f, x)

    /// <summary>∇f(x) and ∇²f(x).</summary>
    /// <exception cref="T:Hyperdiff.SolveException">A solve within f did not converge.</exception>
    [<CompiledName("Gradhessian")>]
    let gradhessian (f: Tensor -> Tensor) (x: Tensor) = Diff.Grad(f, x), Diff.Hessian(f, x)

    /// <summary>The Hessian-vector product ∇²f(x) v.</summary>
    /// <exception cref="T:Hyperdiff.SolveException">A solve within f did not converge.</exception>
    [<CompiledName("Hvp")>]
    let hvp (f: 'T -> Tensor) (v: 'T) (x: 'T) : 'T = Diff.Hvp(f, x, v, Tree.find<'T>)

    /// <summary>f(x) and its derivative along a tangent, J ẋ.</summary>
    [<CompiledName("Jvp")>]
    let jvp (f: 'T -> 'R) (tangent: 'T) (x: 'T) : 'R * 'R =
        Diff.Jvp(f, x, tangent, Tree.find<'T>, Tree.find<'R>).ToTuple()

    /// <summary>f(x) and the pullback of a cotangent, Jᵀ ȳ.</summary>
    [<CompiledName("Vjp")>]
    let vjp (f: 'T -> 'R) (cotangent: 'R) (x: 'T) : 'R * 'T =
        Diff.Vjp(f, x, cotangent, Tree.find<'T>, Tree.find<'R>).ToTuple()

    /// <summary>f(x) and its derivative there as a linear map, to be applied to as many vectors as wanted, both ways.</summary>
    [<CompiledName("Linearize")>]
    let linearize (f: 'T -> 'R) (x: 'T) =
        Diff.Linearize(f, x, Tree.find<'T>, Tree.find<'R>)

    /// <summary>Applies a function to every item of a batch at once; the items are stacked along axis 0 of every leaf.</summary>
    /// <exception cref="T:Hyperdiff.ShapeMismatchException">Leaves have different numbers of items.</exception>
    [<CompiledName("Vmap")>]
    let vmap (f: 'T -> 'R) (batch: 'T) : 'R =
        Diff.Vmap(f, batch, Tree.find<'T>, Tree.find<'R>)

    /// <summary>Applies a function to every item of a batch, and says of every item how its solves ended: one that fails does not lose the others.</summary>
    /// <exception cref="T:Hyperdiff.ShapeMismatchException">Leaves have different numbers of items.</exception>
    [<CompiledName("VmapWithReports")>]
    let vmapWithReports (f: 'T -> 'R) (batch: 'T) : BatchResult<'R> =
        Diff.VmapWithReports(f, batch, Tree.find<'T>, Tree.find<'R>)

    /// <summary>Δf(x), the trace of the Hessian.</summary>
    [<CompiledName("Laplacian")>]
    let laplacian (f: Tensor -> Tensor) (x: Tensor) = Diff.Laplacian(f, x)

    /// <summary>∇f(x) with its evidence: reports of solves, and the kinks of f exactly at x.</summary>
    [<CompiledName("GradWithReport")>]
    let gradWithReport (f: 'T -> Tensor) (x: 'T) = Diff.GradWithReport(f, x, Tree.find<'T>)

    /// <summary>f(x) and ∇f(x) with their evidence.</summary>
    [<CompiledName("ValueAndGradWithReport")>]
    let valueAndGradWithReport (f: 'T -> Tensor) (x: 'T) =
        Diff.ValueAndGradWithReport(f, x, Tree.find<'T>)

    /// <summary>∇²f(x) v with its evidence.</summary>
    [<CompiledName("HvpWithReport")>]
    let hvpWithReport (f: 'T -> Tensor) (v: 'T) (x: 'T) =
        Diff.HvpWithReport(f, x, v, Tree.find<'T>)

    /// <summary>f(x) and J ẋ with their evidence.</summary>
    [<CompiledName("JvpWithReport")>]
    let jvpWithReport (f: 'T -> 'R) (tangent: 'T) (x: 'T) =
        Diff.JvpWithReport(f, x, tangent, Tree.find<'T>, Tree.find<'R>)

    /// <summary>f(x) and Jᵀ ȳ with their evidence.</summary>
    [<CompiledName("VjpWithReport")>]
    let vjpWithReport (f: 'T -> 'R) (cotangent: 'R) (x: 'T) =
        Diff.VjpWithReport(f, x, cotangent, Tree.find<'T>, Tree.find<'R>)

    /// <summary>The Jacobian of a function of one tensor with its evidence.</summary>
    [<CompiledName("JacobianWithReport")>]
    let jacobianWithReport (f: Tensor -> Tensor) (x: Tensor) = Diff.JacobianWithReport(f, x)

    /// <summary>The Hessian of a scalar function of one tensor with its evidence.</summary>
    [<CompiledName("HessianWithReport")>]
    let hessianWithReport (f: Tensor -> Tensor) (x: Tensor) = Diff.HessianWithReport(f, x)

    /// <summary>Δf(x) with its evidence.</summary>
    [<CompiledName("LaplacianWithReport")>]
    let laplacianWithReport (f: Tensor -> Tensor) (x: Tensor) = Diff.LaplacianWithReport(f, x)

    /// <summary>The same function, which keeps nothing for its derivative but its argument.</summary>
    [<CompiledName("Checkpoint")>]
    let checkpoint (f: 'T -> 'R) : 'T -> 'R =
        Diff.Checkpoint(f, Tree.find<'T>, Tree.find<'R>).Invoke

    /// <summary>The same function with a tangent rule (x, ẋ) ↦ ẏ of its own, linear in ẋ.</summary>
    [<CompiledName("CustomTangent")>]
    let customTangent (rule: 'T -> 'T -> 'R) (f: 'T -> 'R) : 'T -> 'R =
        Diff.CustomTangent(f, rule, Tree.find<'T>, Tree.find<'R>).Invoke

    /// <summary>The same function with a cotangent rule (x, y, ȳ) ↦ x̄ of its own.</summary>
    [<CompiledName("CustomCotangent")>]
    let customCotangent (rule: 'T -> 'R -> 'R -> 'T) (f: 'T -> 'R) : 'T -> 'R =
        Diff.CustomCotangent(f, rule, Tree.find<'T>, Tree.find<'R>).Invoke

    /// <summary>The bytes that value and gradient of f at x would take at their peak.</summary>
    [<CompiledName("PeakMemory")>]
    let peakMemory (f: 'T -> Tensor) (x: 'T) = Diff.PeakMemory(f, x, Tree.find<'T>)
