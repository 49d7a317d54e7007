namespace Hyperdiff.FSharp

open System
open Hyperdiff

/// <summary>Numbers of an optimizer as functions of the number of steps taken.</summary>
[<RequireQualifiedAccess>]
module Schedule =

    /// <summary>A number that does not change.</summary>
    [<CompiledName("Constant")>]
    let constant (value: float) = Schedule.Constant value

    /// <summary>A scalar tensor that does not change, and is differentiated.</summary>
    [<CompiledName("OfTensor")>]
    let ofTensor (value: Tensor) = Schedule.Constant value

    /// <summary>A step down every so often, by a factor.</summary>
    [<CompiledName("Step")>]
    let step (every: int) (factor: Schedule) (initial: Schedule) = Schedule.Step(initial, every, factor)

    /// <summary>Exponential decay, by a factor per step.</summary>
    [<CompiledName("Exponential")>]
    let exponential (factor: Schedule) (initial: Schedule) = Schedule.Exponential(initial, factor)

    /// <summary>Decay with the inverse of time, <c>v / (1 + q t)</c>.</summary>
    [<CompiledName("InverseTime")>]
    let inverseTime (decay: Schedule) (initial: Schedule) = Schedule.InverseTime(initial, decay)

    /// <summary>Half a period of a cosine, down to 0 after so many steps.</summary>
    [<CompiledName("Cosine")>]
    let cosine (steps: int) (initial: Schedule) = Schedule.Cosine(initial, steps)

    /// <summary>A linear rise of so many steps before another schedule.</summary>
    [<CompiledName("Warmup")>]
    let warmup (steps: int) (next: Schedule) = Schedule.Warmup(steps, next)

    /// <summary>A schedule of one's own: from the number of steps, a float64 scalar, to a floating scalar.</summary>
    [<CompiledName("From")>]
    let from (value: Tensor -> Tensor) = Schedule.From(Func<_, _> value)

    /// <summary>The value after so many steps.</summary>
    [<CompiledName("At")>]
    let at (taken: int) (schedule: Schedule) = schedule.At taken
