namespace Hyperdiff.FSharp

open System
open Hyperdiff

/// <summary>Operations on tensors: the same as the methods in C#, with the tensor last.</summary>
[<RequireQualifiedAccess>]
module Tensor =

    let private span (sizes: int list) = ReadOnlySpan(List.toArray sizes)
    let private shape (sizes: int list) = Shape(span sizes)

    /// <summary>A tensor without axes that holds one number, float64.</summary>
    [<CompiledName("Scalar")>]
    let scalar (value: float) = Tensor.Scalar value

    /// <summary>A float64 tensor of zeros.</summary>
    [<CompiledName("Zeros")>]
    let zeros (sizes: int list) = Tensor.Zeros(shape sizes)

    /// <summary>A float64 tensor of ones.</summary>
    [<CompiledName("Ones")>]
    let ones (sizes: int list) = Tensor.Ones(shape sizes)

    /// <summary>A float64 tensor in which every element is the same number.</summary>
    [<CompiledName("Full")>]
    let full (sizes: int list) (value: float) = Tensor.Full(shape sizes, value)

    /// <summary>Zeros, with the shape and element type of another tensor.</summary>
    [<CompiledName("ZerosLike")>]
    let zerosLike (tensor: Tensor) = Tensor.ZerosLike tensor

    /// <summary>Ones, with the shape and element type of another tensor.</summary>
    [<CompiledName("OnesLike")>]
    let onesLike (tensor: Tensor) = Tensor.OnesLike tensor

    /// <summary>The n×n identity matrix, float64.</summary>
    [<CompiledName("Eye")>]
    let eye (size: int) = Tensor.Eye size

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
        Tensor.From(elements, shape sizes)

    /// <summary>A tensor with a copy of the elements of a tensor of System.Numerics.Tensors, row-major whatever its strides.</summary>
    [<CompiledName("FromTensor")>]
    let fromTensor (elements: System.Numerics.Tensors.Tensor<'E>) = Tensor.From elements

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

    /// <summary>e^x, element by element.</summary>
    [<CompiledName("Exp")>]
    let exp (tensor: Tensor) = tensor.Exp()

    /// <summary>e^x − 1, accurate near 0.</summary>
    [<CompiledName("Expm1")>]
    let expm1 (tensor: Tensor) = tensor.Expm1()

    /// <summary>The natural logarithm.</summary>
    [<CompiledName("Log")>]
    let log (tensor: Tensor) = tensor.Log()

    /// <summary>ln(1 + x), accurate near 0.</summary>
    [<CompiledName("Log1p")>]
    let log1p (tensor: Tensor) = tensor.Log1p()

    /// <summary>The sine, of radians.</summary>
    [<CompiledName("Sin")>]
    let sin (tensor: Tensor) = tensor.Sin()

    /// <summary>The cosine, of radians.</summary>
    [<CompiledName("Cos")>]
    let cos (tensor: Tensor) = tensor.Cos()

    /// <summary>The hyperbolic tangent.</summary>
    [<CompiledName("Tanh")>]
    let tanh (tensor: Tensor) = tensor.Tanh()

    /// <summary>x².</summary>
    [<CompiledName("Square")>]
    let square (tensor: Tensor) = tensor.Square()

    /// <summary>The square root.</summary>
    [<CompiledName("Sqrt")>]
    let sqrt (tensor: Tensor) = tensor.Sqrt()

    /// <summary>1/x.</summary>
    [<CompiledName("Reciprocal")>]
    let reciprocal (tensor: Tensor) = tensor.Reciprocal()

    /// <summary>|x|.</summary>
    [<CompiledName("Abs")>]
    let abs (tensor: Tensor) = tensor.Abs()

    /// <summary>−1, 0 or 1.</summary>
    [<CompiledName("Sign")>]
    let sign (tensor: Tensor) = tensor.Sign()

    /// <summary>1/(1 + e^−x).</summary>
    [<CompiledName("Sigmoid")>]
    let sigmoid (tensor: Tensor) = tensor.Sigmoid()

    /// <summary>ln(1 + e^x), stable for all x.</summary>
    [<CompiledName("Softplus")>]
    let softplus (tensor: Tensor) = tensor.Softplus()

    /// <summary>ln σ(x), stable for all x.</summary>
    [<CompiledName("LogSigmoid")>]
    let logSigmoid (tensor: Tensor) = tensor.LogSigmoid()

    /// <summary>max(x, 0).</summary>
    [<CompiledName("Relu")>]
    let relu (tensor: Tensor) = tensor.Relu()

    /// <summary>The same value as a constant to every derivative.</summary>
    [<CompiledName("StopGradient")>]
    let stopGradient (tensor: Tensor) = tensor.StopGradient()

    /// <summary>A mask of the elements that are neither NaN nor infinite.</summary>
    [<CompiledName("IsFinite")>]
    let isFinite (tensor: Tensor) = tensor.IsFinite()

    /// <summary>A mask of the elements that are NaN.</summary>
    [<CompiledName("IsNaN")>]
    let isNaN (tensor: Tensor) = tensor.IsNaN()

    /// <summary>The opposite of a mask.</summary>
    [<CompiledName("Not")>]
    let not (tensor: Tensor) = tensor.Not()

    /// <summary>x to the power of a number.</summary>
    [<CompiledName("Pow")>]
    let pow (exponent: float) (tensor: Tensor) = tensor.Pow exponent

    /// <summary>The larger of two, element by element.</summary>
    [<CompiledName("Maximum")>]
    let maximum (other: Tensor) (tensor: Tensor) = tensor.Maximum other

    /// <summary>The smaller of two, element by element.</summary>
    [<CompiledName("Minimum")>]
    let minimum (other: Tensor) (tensor: Tensor) = tensor.Minimum other

    /// <summary>The elements moved into an interval.</summary>
    [<CompiledName("Clamp")>]
    let clamp (low: float) (high: float) (tensor: Tensor) = tensor.Clamp(low, high)

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

    /// <summary>The convolution of neural networks over 1 axis.</summary>
    /// <param name="options">How the kernel moves: <c>Convolution(Stride = Axes 2, Padding = Padding.Same)</c>.</param>
    /// <param name="weight">The kernels, laid out as in the C# method.</param>
    /// <param name="tensor"><c>[…, channels, size …]</c>.</param>
    [<CompiledName("Conv1d")>]
    let conv1d (options: Convolution) (weight: Tensor) (tensor: Tensor) =
        tensor.Conv1d(weight, options)

    /// <summary>The convolution of neural networks over 2 axes.</summary>
    /// <param name="options">How the kernel moves: <c>Convolution(Stride = Axes 2, Padding = Padding.Same)</c>.</param>
    /// <param name="weight">The kernels, laid out as in the C# method.</param>
    /// <param name="tensor"><c>[…, channels, size …]</c>.</param>
    [<CompiledName("Conv2d")>]
    let conv2d (options: Convolution) (weight: Tensor) (tensor: Tensor) =
        tensor.Conv2d(weight, options)

    /// <summary>The convolution of neural networks over 3 axes.</summary>
    /// <param name="options">How the kernel moves: <c>Convolution(Stride = Axes 2, Padding = Padding.Same)</c>.</param>
    /// <param name="weight">The kernels, laid out as in the C# method.</param>
    /// <param name="tensor"><c>[…, channels, size …]</c>.</param>
    [<CompiledName("Conv3d")>]
    let conv3d (options: Convolution) (weight: Tensor) (tensor: Tensor) =
        tensor.Conv3d(weight, options)

    /// <summary>The transpose of a convolution over 1 axis.</summary>
    /// <param name="options">How the kernel moves: <c>Convolution(Stride = Axes 2, Padding = Padding.Same)</c>.</param>
    /// <param name="weight">The kernels, laid out as in the C# method.</param>
    /// <param name="tensor"><c>[…, channels, size …]</c>.</param>
    [<CompiledName("ConvTranspose1d")>]
    let convTranspose1d (options: Convolution) (weight: Tensor) (tensor: Tensor) =
        tensor.ConvTranspose1d(weight, options)

    /// <summary>The transpose of a convolution over 2 axes.</summary>
    /// <param name="options">How the kernel moves: <c>Convolution(Stride = Axes 2, Padding = Padding.Same)</c>.</param>
    /// <param name="weight">The kernels, laid out as in the C# method.</param>
    /// <param name="tensor"><c>[…, channels, size …]</c>.</param>
    [<CompiledName("ConvTranspose2d")>]
    let convTranspose2d (options: Convolution) (weight: Tensor) (tensor: Tensor) =
        tensor.ConvTranspose2d(weight, options)

    /// <summary>The transpose of a convolution over 3 axes.</summary>
    /// <param name="options">How the kernel moves: <c>Convolution(Stride = Axes 2, Padding = Padding.Same)</c>.</param>
    /// <param name="weight">The kernels, laid out as in the C# method.</param>
    /// <param name="tensor"><c>[…, channels, size …]</c>.</param>
    [<CompiledName("ConvTranspose3d")>]
    let convTranspose3d (options: Convolution) (weight: Tensor) (tensor: Tensor) =
        tensor.ConvTranspose3d(weight, options)

    /// <summary>The greatest element in each place of a window over the last axis.</summary>
    /// <param name="kernel">The sizes of the window: one for all axes, or one for each.</param>
    /// <param name="stride">The distances between neighboring places, likewise.</param>
    /// <param name="tensor">The tensor.</param>
    [<CompiledName("MaxPool1d")>]
    let maxPool1d (kernel: int list) (stride: int list) (tensor: Tensor) =
        tensor.MaxPool1d(Axes(span kernel), Axes(span stride))

    /// <summary>The greatest element in each place of a window over the last 2 axes.</summary>
    /// <param name="kernel">The sizes of the window: one for all axes, or one for each.</param>
    /// <param name="stride">The distances between neighboring places, likewise.</param>
    /// <param name="tensor">The tensor.</param>
    [<CompiledName("MaxPool2d")>]
    let maxPool2d (kernel: int list) (stride: int list) (tensor: Tensor) =
        tensor.MaxPool2d(Axes(span kernel), Axes(span stride))

    /// <summary>The greatest element in each place of a window over the last 3 axes.</summary>
    /// <param name="kernel">The sizes of the window: one for all axes, or one for each.</param>
    /// <param name="stride">The distances between neighboring places, likewise.</param>
    /// <param name="tensor">The tensor.</param>
    [<CompiledName("MaxPool3d")>]
    let maxPool3d (kernel: int list) (stride: int list) (tensor: Tensor) =
        tensor.MaxPool3d(Axes(span kernel), Axes(span stride))

    /// <summary>The mean in each place of a window over the last axis.</summary>
    /// <param name="kernel">The sizes of the window: one for all axes, or one for each.</param>
    /// <param name="stride">The distances between neighboring places, likewise.</param>
    /// <param name="tensor">The tensor.</param>
    [<CompiledName("AvgPool1d")>]
    let avgPool1d (kernel: int list) (stride: int list) (tensor: Tensor) =
        tensor.AvgPool1d(Axes(span kernel), Axes(span stride))

    /// <summary>The mean in each place of a window over the last 2 axes.</summary>
    /// <param name="kernel">The sizes of the window: one for all axes, or one for each.</param>
    /// <param name="stride">The distances between neighboring places, likewise.</param>
    /// <param name="tensor">The tensor.</param>
    [<CompiledName("AvgPool2d")>]
    let avgPool2d (kernel: int list) (stride: int list) (tensor: Tensor) =
        tensor.AvgPool2d(Axes(span kernel), Axes(span stride))

    /// <summary>The mean in each place of a window over the last 3 axes.</summary>
    /// <param name="kernel">The sizes of the window: one for all axes, or one for each.</param>
    /// <param name="stride">The distances between neighboring places, likewise.</param>
    /// <param name="tensor">The tensor.</param>
    [<CompiledName("AvgPool3d")>]
    let avgPool3d (kernel: int list) (stride: int list) (tensor: Tensor) =
        tensor.AvgPool3d(Axes(span kernel), Axes(span stride))

    /// <summary>The sum of all elements.</summary>
    [<CompiledName("Sum")>]
    let sum (tensor: Tensor) = tensor.Sum()

    /// <summary>The sum over one axis, which disappears; −1 is the last.</summary>
    [<CompiledName("SumAxis")>]
    let sumAxis (axis: int) (tensor: Tensor) = tensor.Sum axis

    /// <summary>The mean of all elements.</summary>
    [<CompiledName("Mean")>]
    let mean (tensor: Tensor) = tensor.Mean()

    /// <summary>The mean over one axis, which disappears; −1 is the last.</summary>
    [<CompiledName("MeanAxis")>]
    let meanAxis (axis: int) (tensor: Tensor) = tensor.Mean axis

    /// <summary>The largest of all elements.</summary>
    [<CompiledName("Max")>]
    let max (tensor: Tensor) = tensor.Max()

    /// <summary>The largest over one axis, which disappears; −1 is the last.</summary>
    [<CompiledName("MaxAxis")>]
    let maxAxis (axis: int) (tensor: Tensor) = tensor.Max axis

    /// <summary>The smallest of all elements.</summary>
    [<CompiledName("Min")>]
    let min (tensor: Tensor) = tensor.Min()

    /// <summary>The smallest over one axis, which disappears; −1 is the last.</summary>
    [<CompiledName("MinAxis")>]
    let minAxis (axis: int) (tensor: Tensor) = tensor.Min axis

    /// <summary>The variance (divided by n) of all elements.</summary>
    [<CompiledName("Var")>]
    let var (tensor: Tensor) = tensor.Var()

    /// <summary>The variance (divided by n) over one axis, which disappears; −1 is the last.</summary>
    [<CompiledName("VarAxis")>]
    let varAxis (axis: int) (tensor: Tensor) = tensor.Var axis

    /// <summary>The standard deviation (divided by n) of all elements.</summary>
    [<CompiledName("Std")>]
    let std (tensor: Tensor) = tensor.Std()

    /// <summary>The standard deviation (divided by n) over one axis, which disappears; −1 is the last.</summary>
    [<CompiledName("StdAxis")>]
    let stdAxis (axis: int) (tensor: Tensor) = tensor.Std axis

    /// <summary>The Euclidean norm of all elements.</summary>
    [<CompiledName("Norm")>]
    let norm (tensor: Tensor) = tensor.Norm()

    /// <summary>The Euclidean norm over one axis, which disappears; −1 is the last.</summary>
    [<CompiledName("NormAxis")>]
    let normAxis (axis: int) (tensor: Tensor) = tensor.Norm axis

    /// <summary>The position of the largest along an axis, int32.</summary>
    [<CompiledName("ArgMax")>]
    let argMax (axis: int) (tensor: Tensor) = tensor.ArgMax axis

    /// <summary>The position of the smallest along an axis, int32.</summary>
    [<CompiledName("ArgMin")>]
    let argMin (axis: int) (tensor: Tensor) = tensor.ArgMin axis

    /// <summary>e^x over its sum along an axis.</summary>
    [<CompiledName("Softmax")>]
    let softmax (axis: int) (tensor: Tensor) = tensor.Softmax axis

    /// <summary>The logarithm of softmax along an axis, stable.</summary>
    [<CompiledName("LogSoftmax")>]
    let logSoftmax (axis: int) (tensor: Tensor) = tensor.LogSoftmax axis

    /// <summary>ln Σ e^x along an axis, which disappears; stable.</summary>
    [<CompiledName("LogSumExp")>]
    let logSumExp (axis: int) (tensor: Tensor) = tensor.LogSumExp axis

    /// <summary>The mask of x = y, with x as the last argument: <c>x |> Tensor.equal y</c>.</summary>
    [<CompiledName("Equal")>]
    let equal (y: Tensor) (x: Tensor) = x.Equal y

    /// <summary>The mask of x &lt; y, with x as the last argument: <c>x |> Tensor.less y</c>.</summary>
    [<CompiledName("Less")>]
    let less (y: Tensor) (x: Tensor) = x.Less y

    /// <summary>The mask of x ≤ y, with x as the last argument: <c>x |> Tensor.lessOrEqual y</c>.</summary>
    [<CompiledName("LessOrEqual")>]
    let lessOrEqual (y: Tensor) (x: Tensor) = x.LessOrEqual y

    /// <summary>The mask of x &gt; y, with x as the last argument: <c>x |> Tensor.greater y</c>.</summary>
    [<CompiledName("Greater")>]
    let greater (y: Tensor) (x: Tensor) = x.Greater y

    /// <summary>The mask of x ≥ y, with x as the last argument: <c>x |> Tensor.greaterOrEqual y</c>.</summary>
    [<CompiledName("GreaterOrEqual")>]
    let greaterOrEqual (y: Tensor) (x: Tensor) = x.GreaterOrEqual y

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
        tensor.BroadcastTo(shape sizes)

    /// <summary>The axes in another order.</summary>
    [<CompiledName("Permute")>]
    let permute (order: int list) (tensor: Tensor) =
        tensor.Permute(span order)

    /// <summary>The last two axes exchanged.</summary>
    [<CompiledName("Transpose")>]
    let transpose (tensor: Tensor) = tensor.Transpose()

    /// <summary>A part of one axis: from start up to, not including, stop.</summary>
    [<CompiledName("Slice")>]
    let slice (axis: int) (start: int) (stop: int) (tensor: Tensor) =
        tensor.Slice(axis, start, stop)

    /// <summary>The rows with these int32 positions.</summary>
    [<CompiledName("TakeRows")>]
    let takeRows (indices: Tensor) (tensor: Tensor) = tensor.TakeRows indices

    /// <summary>The tensors one after the other along an axis.</summary>
    [<CompiledName("Concat")>]
    let concat (axis: int) (tensors: Tensor list) =
        Tensor.Concat(axis, ReadOnlySpan(List.toArray tensors))

    /// <summary>The tensors side by side along a new axis.</summary>
    [<CompiledName("Stack")>]
    let stack (axis: int) (tensors: Tensor list) =
        Tensor.Stack(axis, ReadOnlySpan(List.toArray tensors))
