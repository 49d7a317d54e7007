namespace Hyperdiff.FSharp

open System
open System.Threading
open Hyperdiff

/// <summary>Programs that run on several ranks, each on its own share of the samples.</summary>
[<RequireQualifiedAccess>]
module Ranks =

    /// <summary>Runs a program on so many ranks, which are threads of this process. The results stand in the order of the ranks.</summary>
    [<CompiledName("InProcess")>]
    let inProcess (count: int) (program: Ranks -> 'T) = Ranks.InProcess(count, Func<_, _> program)

    /// <summary>The same, where ranks wait at most so long for the last one, and a token ends the waiting of all.</summary>
    [<CompiledName("InProcessWithin")>]
    let inProcessWithin (deadline: TimeSpan) (token: CancellationToken) (count: int) (program: Ranks -> 'T) =
        Ranks.InProcess(count, Func<_, _> program, Nullable deadline, token)

    /// <summary>The only rank of a program that runs alone.</summary>
    [<CompiledName("Single")>]
    let single () = Ranks.Single
