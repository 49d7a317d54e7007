namespace Hyperdiff.FSharp

open Hyperdiff

/// <summary>The parameters of one problem among several, and what they are to fulfill.</summary>
[<RequireQualifiedAccess>]
module Level =

    /// <summary>Parameters with a name, and where they begin.</summary>
    [<CompiledName("Named")>]
    let named (name: string) (start: 'T) = Level.Of(name, start, Tree.find<'T>)

    /// <summary>The problem in which these parameters minimize an objective of them and of what is seen of the others.</summary>
    [<CompiledName("Minimizes")>]
    let minimizes (by: Minimizer) (response: Response) (objective: 'T -> LevelScope -> Tensor) (level: Level<'T>) =
        level.Minimizes((fun own at -> objective own at), by, response)

    /// <summary>The problem in which these parameters are the fixed point of a map.</summary>
    [<CompiledName("Repeats")>]
    let repeats (by: FixedPointSolver) (response: Response) (map: 'T -> LevelScope -> 'T) (level: Level<'T>) =
        level.Repeats((fun own at -> map own at), by, response)

    /// <summary>The problem in which these parameters are the root of a condition.</summary>
    [<CompiledName("Satisfies")>]
    let satisfies (by: RootSolver) (response: Response) (condition: 'T -> LevelScope -> 'T) (level: Level<'T>) =
        level.Satisfies((fun own at -> condition own at), by, response)

    /// <summary>So many steps of an optimizer on these parameters for each step of λ, in a loop over levels.</summary>
    [<CompiledName("StepsBy")>]
    let stepsBy (optimizer: Optimizer) (steps: int) (level: Level<'T>) = level.StepsBy(optimizer, steps)
