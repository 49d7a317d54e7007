namespace Hyperdiff.DiffSharp.FSharp

open Hyperdiff.DiffSharp

/// <summary>Derivatives of DiffSharp functions by DiffSharp, right where its own <c>diff</c> and <c>grad</c> are not: of what does not depend on the
/// argument they
/// are zero, whatever encloses the call.</summary>
[<RequireQualifiedAccess>]
module DiffSharpDerivative =

    /// <summary>f(x) and J v, in forward mode.</summary>
    /// <param name="f">x ↦ f(x).</param>
    /// <param name="direction">v, of the shape of x.</param>
    /// <param name="x">The point.</param>
    [<CompiledName("Jvp")>]
    let jvp (f: global.DiffSharp.Tensor -> global.DiffSharp.Tensor) (direction: global.DiffSharp.Tensor) (x: global.DiffSharp.Tensor) =
        let struct (value, tangent) = DiffSharpDerivative.Jvp(f, x, direction)
        value, tangent

    /// <summary>f(x) and Jᵀ ȳ, in reverse mode.</summary>
    /// <param name="f">x ↦ f(x).</param>
    /// <param name="cotangent">ȳ, of the shape of f(x).</param>
    /// <param name="x">The point.</param>
    [<CompiledName("Vjp")>]
    let vjp (f: global.DiffSharp.Tensor -> global.DiffSharp.Tensor) (cotangent: global.DiffSharp.Tensor) (x: global.DiffSharp.Tensor) =
        let struct (value, pulled) = DiffSharpDerivative.Vjp(f, x, cotangent)
        value, pulled

    /// <summary>The gradient of a scalar function, like x.</summary>
    /// <exception cref="T:Hyperdiff.ShapeMismatchException">The function's value has axes.</exception>
    [<CompiledName("Grad")>]
    let grad (f: global.DiffSharp.Tensor -> global.DiffSharp.Tensor) (x: global.DiffSharp.Tensor) : global.DiffSharp.Tensor = DiffSharpDerivative.Grad(f, x)
