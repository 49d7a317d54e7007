namespace Hyperdiff.FSharp

open Hyperdiff

/// <summary>What F# needs beside the operators of <c>Tensor</c> itself: literals and the product of matrices.</summary>
/// <remarks>
/// The operators <c>+ - * / **</c> take tensors, floats and ints on either side; F#'s own functions <c>sin</c>, <c>exp</c>, <c>sqrt</c>, <c>abs</c>,
/// <c>atan2</c>, <c>round</c> … take tensors. Masks combine by <c>&amp;&amp;&amp;</c>, <c>|||</c> and <c>~~~</c>. <c>max</c> and <c>min</c> compare numbers
/// only: of tensors they are <c>Tensor.max</c>, <c>Tensor.maximum</c>.
/// </remarks>
[<AutoOpen>]
module Operators =

    /// <summary>The product of matrices. It binds like <c>*</c>: operators that begin with <c>@</c> would bind looser than <c>+</c> and compute something
    /// else.</summary>
    [<CompiledName("MatMul")>]
    let (%*%) (left: Tensor) (right: Tensor) = left.MatMul right

    /// <summary>A tensor of the numbers in nested lists, arrays or sequences: <c>tensor [ [ 1.0; 2.0 ]; [ 3.0; 4.0 ] ]</c>.</summary>
    /// <param name="items">
    /// float gives float64, float32 float32, int int32, bool a mask. Scalars or tensors among the items are stacked, derivatives included.
    /// </param>
    /// <exception cref="T:Hyperdiff.ShapeMismatchException">Lists at one depth differ in length.</exception>
    /// <exception cref="T:System.ArgumentException">An item is of another type.</exception>
    [<CompiledName("Tensor")>]
    let tensor (items: 'Items) = TensorLiteral.ofItems items

    /// <summary>The same with its numbers converted: <c>tensorOf DType.Float32 [ 1.0; 2.0 ]</c>.</summary>
    [<CompiledName("TensorOf")>]
    let tensorOf (dtype: DType) (items: 'Items) = (TensorLiteral.ofItems items).To dtype
