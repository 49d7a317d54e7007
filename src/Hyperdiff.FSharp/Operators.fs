namespace Hyperdiff.FSharp

open Hyperdiff

/// <summary>The operators that F# needs beside those of <c>Tensor</c> itself.</summary>
[<AutoOpen>]
module Operators =

    /// <summary>The product of matrices. It binds like <c>*</c>: operators that begin with <c>@</c> would bind looser than <c>+</c> and compute something
    /// else.</summary>
    [<CompiledName("MatMul")>]
    let (%*%) (left: Tensor) (right: Tensor) = left.MatMul right
