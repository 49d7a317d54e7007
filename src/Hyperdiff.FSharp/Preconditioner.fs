namespace Hyperdiff.FSharp

open Hyperdiff

/// <summary>How a system is scaled before it is solved.</summary>
[<RequireQualifiedAccess>]
module Preconditioner =

    /// <summary>A preconditioner of one's own: a function from A to M, which is about A⁻¹; symmetric positive definite where A is, or not.</summary>
    [<CompiledName("From")>]
    let from (name: string) (isSymmetric: bool) (approximate: LinearOperator -> LinearOperator) =
        Preconditioner.From(name, approximate, isSymmetric)

    /// <summary>The diagonal of A, found by at most so many products.</summary>
    [<CompiledName("Diagonal")>]
    let diagonal (probes: int) = Preconditioner.Diagonal probes

    /// <summary>A randomized approximation of some rank, for symmetric positive definite A of which a multiple of the identity may be known, the
    /// ridge.</summary>
    [<CompiledName("Nystrom")>]
    let nystrom (key: RandomKey) (ridge: float) (rank: int) = Preconditioner.Nystrom(rank, ridge, key)
