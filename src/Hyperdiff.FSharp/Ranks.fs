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

    /// <summary>The rows of this rank, of all, which are the same on every rank: marked as differing from rank to rank.</summary>
    [<CompiledName("Shard")>]
    let shard (ranks: Ranks) (all: Tensor) = ranks.Shard all

    /// <summary>A tensor that this rank has for itself, such as samples of a file of its own: marked as differing from rank to rank.</summary>
    [<CompiledName("Own")>]
    let own (ranks: Ranks) (tensor: Tensor) = ranks.Own tensor

    /// <summary>What is the same on all ranks, given to each: its derivative is summed over them.</summary>
    [<CompiledName("ToEach")>]
    let toEach (ranks: Ranks) (x: Tensor) = x.ToEach ranks

    /// <summary><c>Σ_r x_r</c>, in the order of the ranks: the same on all of them.</summary>
    [<CompiledName("Sum")>]
    let sum (ranks: Ranks) (x: Tensor) = x.SumOver ranks

    /// <summary><c>Σ_r n_r x_r / Σ_r n_r</c>: the mean over all samples of what each rank has as the mean over its own n_r.</summary>
    [<CompiledName("Mean")>]
    let mean (ranks: Ranks) (samples: int) (x: Tensor) = x.MeanOver(ranks, samples)
