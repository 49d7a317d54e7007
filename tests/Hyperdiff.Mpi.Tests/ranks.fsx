open System
open Hyperdiff.Mpi

MpiRanks.Run(fun ranks ->
    let squares = [| float (ranks.Rank * ranks.Rank) |]
    ranks.Sum(Span squares)
    if ranks.Rank = 0 then printfn "%g over %s" squares[0] ranks.Name)
