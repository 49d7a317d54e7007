namespace Hyperdiff.FSharp

open Hyperdiff

/// <summary>Projections onto sets, and proximal operators, as differentiable functions.</summary>
[<RequireQualifiedAccess>]
module Proximal =

    /// <summary>The nearest point of a box; the bounds broadcast.</summary>
    [<CompiledName("Box")>]
    let box (low: Tensor) (high: Tensor) (x: Tensor) = Proximal.Box(x, low, high)

    /// <summary>The nearest point without negative elements.</summary>
    [<CompiledName("NonNegative")>]
    let nonNegative (x: Tensor) = Proximal.NonNegative x

    /// <summary>The nearest point whose elements are at least 0 and add up to 1 along the last axis.</summary>
    [<CompiledName("Simplex")>]
    let simplex (x: Tensor) = Proximal.Simplex x

    /// <summary>Every element towards 0 by a threshold, and no further: the proximal operator of the ℓ1 norm.</summary>
    [<CompiledName("SoftThreshold")>]
    let softThreshold (threshold: Tensor) (x: Tensor) = Proximal.SoftThreshold(x, threshold)
