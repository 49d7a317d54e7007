namespace Hyperdiff.FSharp

open System
open Hyperdiff

/// <summary>Operations on tensors: the same as the methods in C#, with the tensor last. What has more options in C# is called as a method:
/// <c>x.Sum(1, keepAxis = true)</c>.</summary>
[<RequireQualifiedAccess>]
module Tensor =

    /// <summary>A tensor without axes that holds one number, float64.</summary>
    [<CompiledName("Scalar")>]
    let scalar (value: float) = Tensor.Scalar value

    /// <summary>A tensor without axes that holds one number, in an element type.</summary>
    [<CompiledName("ScalarOf")>]
    let scalarOf (dtype: DType) (value: float) = Tensor.Scalar(value, dtype)

    /// <summary>A float64 tensor of zeros.</summary>
    [<CompiledName("Zeros")>]
    let zeros (sizes: int list) = Tensor.Zeros(sized sizes)

    /// <summary>Zeros in an element type.</summary>
    [<CompiledName("ZerosOf")>]
    let zerosOf (dtype: DType) (sizes: int list) = Tensor.Zeros(sized sizes, dtype)

    /// <summary>A float64 tensor of ones.</summary>
    [<CompiledName("Ones")>]
    let ones (sizes: int list) = Tensor.Ones(sized sizes)

    /// <summary>Ones in an element type.</summary>
    [<CompiledName("OnesOf")>]
    let onesOf (dtype: DType) (sizes: int list) = Tensor.Ones(sized sizes, dtype)

    /// <summary>A float64 tensor in which every element is the same number.</summary>
    [<CompiledName("Full")>]
    let full (sizes: int list) (value: float) = Tensor.Full(sized sizes, value)

    /// <summary>The same number in every element, in an element type.</summary>
    [<CompiledName("FullOf")>]
    let fullOf (dtype: DType) (sizes: int list) (value: float) = Tensor.Full(sized sizes, value, dtype)

    /// <summary>Zeros, with the shape and element type of another tensor.</summary>
    [<CompiledName("ZerosLike")>]
    let zerosLike (tensor: Tensor) = Tensor.ZerosLike tensor

    /// <summary>Ones, with the shape and element type of another tensor.</summary>
    [<CompiledName("OnesLike")>]
    let onesLike (tensor: Tensor) = Tensor.OnesLike tensor

    /// <summary>The n×n identity matrix, float64.</summary>
    [<CompiledName("Eye")>]
    let eye (size: int) = Tensor.Eye size

    /// <summary>The n×n identity matrix in an element type.</summary>
    [<CompiledName("EyeOf")>]
    let eyeOf (dtype: DType) (size: int) = Tensor.Eye(size, dtype)

    /// <summary>The integers 0 … n−1, int32.</summary>
    [<CompiledName("Arange")>]
    let arange (count: int) = Tensor.Arange count

    /// <summary>A tensor of rank 1 with a copy of the elements: float, float32, int or bool.</summary>
    [<CompiledName("From")>]
    let from (elements: 'E[]) = Tensor.From elements

    /// <summary>A tensor of rank 2 with a copy of the elements: float, float32, int or bool.</summary>
    [<CompiledName("From2D")>]
    let from2D (elements: 'E[,]) = Tensor.From elements

    /// <summary>A tensor of some shape with a copy of the elements, given row-major.</summary>
    [<CompiledName("FromShape")>]
    let fromShape (sizes: int list) (elements: 'E[]) =
        Tensor.From(elements, sized sizes)

    /// <summary>A tensor with a copy of the elements of a tensor of System.Numerics.Tensors, row-major whatever its strides.</summary>
    [<CompiledName("FromTensor")>]
    let fromTensor (elements: System.Numerics.Tensors.Tensor<'E>) = Tensor.From elements

    /// <summary>A tensor over an array that the caller gives away: it is not copied, and nobody may write to it afterwards.</summary>
    [<CompiledName("Wrap")>]
    let wrap (sizes: int list) (elements: 'E[]) = Tensor.Wrap(elements, sized sizes)

    /// <summary>A tensor of System.Numerics.Tensors with a copy of the elements: their type is not converted.</summary>
    [<CompiledName("ToTensor")>]
    let toTensor (tensor: Tensor) : System.Numerics.Tensors.Tensor<'E> = tensor.ToTensor()

    /// <summary>The only element as a float.</summary>
    [<CompiledName("ToScalar")>]
    let toScalar (tensor: Tensor) = tensor.ToScalar()

    /// <summary>A copy of the elements, row-major, without conversion.</summary>
    [<CompiledName("ToArray")>]
    let toArray (tensor: Tensor) : 'E[] = tensor.ToArray()

    /// <summary>The same numbers in another element type.</summary>
    [<CompiledName("ToDType")>]
    let toDType (dtype: DType) (tensor: Tensor) = tensor.To dtype

    /// <summary>The same elements in memory of a backend; what is computed from the result is computed there. The identity inside a traced function.</summary>
    /// <param name="backend">The backend, as <c>CpuBackend.Instance</c> for the host.</param>
    /// <param name="tensor">A tensor of any shape.</param>
    [<CompiledName("ToBackend")>]
    let toBackend (backend: Hyperdiff.Graphs.IBackend) (tensor: Tensor) = tensor.To backend

    /// <summary>The backend whose memory the elements lie in.</summary>
    /// <exception cref="T:System.InvalidOperationException">The tensor is traced.</exception>
    [<CompiledName("Backend")>]
    let backend (tensor: Tensor) = tensor.Backend

    /// <summary>The sizes of the axes.</summary>
    [<CompiledName("Shape")>]
    let shape (tensor: Tensor) = List.ofSeq tensor.Shape.Sizes

    /// <summary>The same value as a constant to every derivative.</summary>
    [<CompiledName("StopGradient")>]
    let stopGradient (tensor: Tensor) = tensor.StopGradient()

    /// <summary>The product of matrices, <c>left · right</c>; the operator <c>%*%</c> is the same.</summary>
    /// <param name="left"><c>[…, m, k]</c> or <c>[k]</c>.</param>
    /// <param name="right"><c>[…, k, n]</c> or <c>[k]</c>.</param>
    [<CompiledName("MatMul")>]
    let matMul (left: Tensor) (right: Tensor) = left.MatMul right

    /// <summary>The inner product of two vectors.</summary>
    [<CompiledName("Dot")>]
    let dot (left: Tensor) (right: Tensor) = left.Dot right

    /// <summary>The outer product of two vectors.</summary>
    [<CompiledName("Outer")>]
    let outer (left: Tensor) (right: Tensor) = left.Outer right

    /// <summary>A sum of products in Einstein's notation: <c>Tensor.einsum "bij,bjk->bik" [ a; b ]</c>.</summary>
    [<CompiledName("Einsum")>]
    let einsum (subscripts: string) (operands: Tensor list) =
        Tensor.Einsum(subscripts, ReadOnlySpan(List.toArray operands))

    /// <summary>One tensor where a mask is true, another where it is false.</summary>
    [<CompiledName("Where")>]
    let where (mask: Tensor) (whenTrue: Tensor) (whenFalse: Tensor) =
        Tensor.Where(mask, whenTrue, whenFalse)

    /// <summary>The same elements, row-major, in another shape; one size may be −1.</summary>
    [<CompiledName("Reshape")>]
    let reshape (sizes: int list) (tensor: Tensor) =
        tensor.Reshape(span sizes)

    /// <summary>All elements along one axis.</summary>
    [<CompiledName("Flatten")>]
    let flatten (tensor: Tensor) = tensor.Flatten()

    /// <summary>The tensor without an axis of size 1.</summary>
    [<CompiledName("Squeeze")>]
    let squeeze (axis: int) (tensor: Tensor) = tensor.Squeeze axis

    /// <summary>The tensor with one more axis, of size 1.</summary>
    [<CompiledName("Unsqueeze")>]
    let unsqueeze (axis: int) (tensor: Tensor) = tensor.Unsqueeze axis

    /// <summary>The tensor repeated along new axes and axes of size 1.</summary>
    [<CompiledName("BroadcastTo")>]
    let broadcastTo (sizes: int list) (tensor: Tensor) =
        tensor.BroadcastTo(sized sizes)

    /// <summary>The axes in another order.</summary>
    [<CompiledName("Permute")>]
    let permute (order: int list) (tensor: Tensor) =
        tensor.Permute(span order)

    /// <summary>One axis moved to another place; the others keep their order.</summary>
    [<CompiledName("MoveAxis")>]
    let moveAxis (source: int) (destination: int) (tensor: Tensor) = 
        tensor.MoveAxis(source, destination)

    /// <summary>The last two axes exchanged.</summary>
    [<CompiledName("Transpose")>]
    let transpose (tensor: Tensor) = tensor.Transpose()

    /// <summary>Two axes exchanged.</summary>
    [<CompiledName("TransposeAxes")>]
    let transposeAxes (first: int) (second: int) (tensor: Tensor) = tensor.Transpose(first, second)

    /// <summary>The elements in reverse order along axes.</summary>
    [<CompiledName("Flip")>]
    let flip (axes: int list) (tensor: Tensor) = tensor.Flip(span axes)

    /// <summary>The elements moved along an axis; those that leave at one end come in at the other.</summary>
    [<CompiledName("Roll")>]
    let roll (shift: int) (axis: int) (tensor: Tensor) = tensor.Roll(shift, axis)

    /// <summary>Copies of the tensor side by side, so many along each axis.</summary>
    [<CompiledName("Tile")>]
    let tile (counts: int list) (tensor: Tensor) = tensor.Tile(span counts)

    /// <summary>The tensor, padded along every axis with so many copies of a number before and after it.</summary>
    [<CompiledName("Pad")>]
    let pad (before: int list) (after: int list) (value: float) (tensor: Tensor) = 
        tensor.Pad(span before, span after, value)

    /// <summary>A diagonal of each matrix; offset 0 is the main one.</summary>
    [<CompiledName("Diagonal")>]
    let diagonal (offset: int) (tensor: Tensor) = tensor.Diagonal offset

    /// <summary>Matrices with the last axis as a diagonal, and zeros elsewhere; offset 0 is the main one.</summary>
    [<CompiledName("DiagonalMatrix")>]
    let diagonalMatrix (offset: int) (tensor: Tensor) = tensor.DiagonalMatrix offset

    /// <summary>The lower triangle of each matrix, up to a diagonal; 0 is the main one.</summary>
    [<CompiledName("Tril")>]
    let tril (diagonal: int) (tensor: Tensor) = tensor.Tril diagonal

    /// <summary>The upper triangle of each matrix, from a diagonal; 0 is the main one.</summary>
    [<CompiledName("Triu")>]
    let triu (diagonal: int) (tensor: Tensor) = tensor.Triu diagonal

    /// <summary>Every k-th element of an axis: from start up to, not including, stop. <c>x[1..3]</c> includes its end and steps by 1.</summary>
    [<CompiledName("Slice")>]
    let slice (axis: int) (start: int) (stop: int) (step: int) (tensor: Tensor) = 
        tensor.Slice(axis, start, stop, step)

    /// <summary>Slices chosen along an axis by int32 positions.</summary>
    [<CompiledName("Take")>]
    let take (axis: int) (indices: Tensor) (tensor: Tensor) = tensor.Take(indices, axis)

    /// <summary>The rows with these int32 positions.</summary>
    [<CompiledName("TakeRows")>]
    let takeRows (indices: Tensor) (tensor: Tensor) = tensor.TakeRows indices

    /// <summary>Elements chosen along an axis, each line by int32 positions of its own.</summary>
    [<CompiledName("Gather")>]
    let gather (axis: int) (indices: Tensor) (tensor: Tensor) = tensor.Gather(indices, axis)

    /// <summary>The slices of a tensor added into zeros along an axis of the given size, at int32 positions.</summary>
    [<CompiledName("ScatterAdd")>]
    let scatterAdd (axis: int) (size: int) (indices: Tensor) (tensor: Tensor) = 
        tensor.ScatterAdd(indices, size, axis)

    /// <summary>A last axis with 1 at the place that each int32 element names, and 0 elsewhere.</summary>
    [<CompiledName("OneHot")>]
    let oneHot (classes: int) (tensor: Tensor) = tensor.OneHot classes

    /// <summary>The parts of given sizes along an axis.</summary>
    [<CompiledName("Split")>]
    let split (axis: int) (sizes: int list) (tensor: Tensor) = 
        tensor.Split(axis, span sizes) |> List.ofArray

    /// <summary>The tensors one after the other along an axis.</summary>
    [<CompiledName("Concat")>]
    let concat (axis: int) (tensors: Tensor list) =
        Tensor.Concat(axis, ReadOnlySpan(List.toArray tensors))

    /// <summary>The tensors side by side along a new axis.</summary>
    [<CompiledName("Stack")>]
    let stack (axis: int) (tensors: Tensor list) =
        Tensor.Stack(axis, ReadOnlySpan(List.toArray tensors))
