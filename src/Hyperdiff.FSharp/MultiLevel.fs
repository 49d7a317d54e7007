namespace Hyperdiff.FSharp

open Hyperdiff

/// <summary>Problems of several levels, and their total derivatives.</summary>
[<RequireQualifiedAccess>]
module MultiLevel =

    /// <summary>Puts problems together; each one's function is run once, for what it asks of others.</summary>
    /// <param name="problems">All problems, in any order.</param>
    /// <exception cref="T:System.ArgumentException">They do not fit together; the path is named.</exception>
    [<CompiledName("OfProblems")>]
    let ofProblems (problems: LevelProblem seq) = MultiLevel.Of(System.ReadOnlySpan(Array.ofSeq problems))

    /// <summary>The objective of a problem as a function of its own parameters, with everything below it at its solution.</summary>
    [<CompiledName("Loss")>]
    let loss (level: Level<'T>) (problems: MultiLevel) = problems.Loss(level).Invoke

    /// <summary>The same as an objective, to be minimized.</summary>
    [<CompiledName("Objective")>]
    let objective (level: Level<'T>) (problems: MultiLevel) = problems.Objective level

    /// <summary>The total derivative of a problem's objective at a point.</summary>
    [<CompiledName("GradientAt")>]
    let gradientAt (point: LevelPoint) (level: Level<'T>) (problems: MultiLevel) =
        let computed = problems.Gradient(level, point)
        if computed.Converged then Ok computed else Error(SolveFailure(computed, computed.Reports, string computed))

    /// <summary>The total derivative of a problem's objective at the first parameters of all.</summary>
    [<CompiledName("Gradient")>]
    let gradient (level: Level<'T>) (problems: MultiLevel) = gradientAt problems.Start level problems
