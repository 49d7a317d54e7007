namespace Hyperdiff.FSharp

open System.Threading
open Hyperdiff

/// <summary>How any computation of this library is ended from outside: what C#'s functions take as their last, optional argument.</summary>
[<RequireQualifiedAccess>]
module Cancellation =

    /// <summary>Runs a function; whatever it computes on this thread ends within one unit of its work when the token is cancelled.</summary>
    /// <remarks>Solves end with the status <c>Cancelled</c> and the iterate that they have; what has nothing to return half done ends with an
    /// <c>OperationCanceledException</c>. Of two within each other the inner one counts.</remarks>
    /// <param name="token">Ends it.</param>
    /// <param name="work">Computes.</param>
    [<CompiledName("Under")>]
    let under (token: CancellationToken) (work: unit -> 'T) : 'T = Work.Run(work, token)
