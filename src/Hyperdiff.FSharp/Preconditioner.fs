namespace Hyperdiff.FSharp

open Hyperdiff

/// <summary>How a system is scaled before it is solved.</summary>
[<RequireQualifiedAccess>]
module Preconditioner =

    /// <summary>The diagonal of A, found by at most so many products.</summary>
    [<CompiledName("Diagonal")>]
    let diagonal (probes: int) = Preconditioner.Diagonal probes

    /// <summary>A randomized approximation of some rank, for symmetric positive definite A of which a multiple of the identity may be known, the
    /// ridge.</summary>
    [<CompiledName("Nystrom")>]
    let nystrom (key: RandomKey) (ridge: float) (rank: int) = Preconditioner.Nystrom(rank, ridge, key)
