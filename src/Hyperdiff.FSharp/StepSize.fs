namespace Hyperdiff.FSharp

open Hyperdiff

/// <summary>How long the steps of gradient descent are.</summary>
[<RequireQualifiedAccess>]
module StepSize =

    /// <summary>The same step size throughout, in the unit parameter² per loss; C#'s <c>StepSize.Fixed</c>.</summary>
    [<CompiledName("Constant")>]
    let constant (rate: float) = StepSize.Fixed rate

    /// <summary>1/L from a bound L on the curvature.</summary>
    [<CompiledName("FromSmoothness")>]
    let fromSmoothness (smoothness: float) = StepSize.FromSmoothness smoothness

    /// <summary>Backtracking from a first step size that is tried.</summary>
    [<CompiledName("Backtracking")>]
    let backtracking (initial: float) = StepSize.Backtracking initial
