namespace Hyperdiff.FSharp

open System
open Hyperdiff

/// Lists of sizes and axes as C# takes them.
[<AutoOpen>]
module internal Sizes =

    let span (sizes: int list) = ReadOnlySpan(List.toArray sizes)
    let sized (sizes: int list) = Shape(span sizes)
