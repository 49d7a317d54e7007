namespace Hyperdiff.FSharp

open System
open Hyperdiff

/// <summary>Loops as values: traced once, whatever the number of steps, and differentiated in any mode and to any order.</summary>
[<RequireQualifiedAccess>]
module Loop =

    /// <summary>A number of steps.</summary>
    [<CompiledName("Iterate")>]
    let iterate (count: int) (step: 'T -> 'T) (start: 'T) : 'T =
        Loop.Iterate(count, step, start, Tree.find<'T>)

    /// <summary>A number of steps, of which a reverse pass keeps what the checkpointing says.</summary>
    [<CompiledName("IterateWith")>]
    let iterateWith (checkpointing: Checkpointing) (count: int) (step: 'T -> 'T) (start: 'T) : 'T =
        Loop.Iterate(count, step, start, Tree.find<'T>, checkpointing)

    /// <summary>One step for every row of a stack: the last carry, and the outputs of all steps, stacked.</summary>
    [<CompiledName("Scan")>]
    let scan (step: 'Carry -> 'Input -> 'Carry * 'Output) (start: 'Carry) (inputs: 'Input) : 'Carry * 'Output =
        let each carry input =
            let next, output = step carry input
            struct (next, output)

        Loop.Scan(each, start, inputs, Tree.find<'Carry>, Tree.find<'Input>, Tree.find<'Output>).ToTuple()

    /// <summary>Steps while a condition holds, at most so many: the last carry and the number of steps.</summary>
    /// <exception cref="T:Hyperdiff.SolveException">The condition still holds after the last step that was allowed, or the last carry is NaN.</exception>
    [<CompiledName("WhileTrue")>]
    let whileTrue (limit: int) (condition: 'T -> Tensor) (step: 'T -> 'T) (start: 'T) : 'T * Tensor =
        Loop.While(condition, step, start, limit, Tree.find<'T>).ToTuple()
