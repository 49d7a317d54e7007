module Hyperdiff.FSharp.Tests.TensorTests

open System
open Hyperdiff
open Hyperdiff.FSharp
open Xunit

let private x = Tensor.from2D (array2D [ [ 0.3; -1.2; 2.5 ]; [ 0.01; 4.0; -0.7 ] ])
let private y = Tensor.from2D (array2D [ [ -0.3; 1.2; 2.5 ]; [ 3.0; 0.5; 0.9 ] ])
let private positive = Tensor.abs x
let private shape (sizes: int list) = Shape(ReadOnlySpan(List.toArray sizes))
let private mask = x.Greater y

// one channel of 3×2 or of 3×1×2, and kernels for it
let private image = x.Reshape(ReadOnlySpan [| 1; 3; 2 |])
let private volume = x.Reshape(ReadOnlySpan [| 1; 3; 1; 2 |])

let private kernel (axes: int) =
    Tensor.From([| 0.5; -2.0 |], shape (1 :: 1 :: 2 :: List.replicate (axes - 1) 1))

let private one = Axes(ReadOnlySpan [| 1 |])
let private two = Axes(ReadOnlySpan [| 2 |])
let private moves = Convolution(Stride = two)

let private pairs: (string * Tensor * Tensor) list = [
    "scalar", Tensor.Scalar 2.5, Tensor.scalar 2.5
    "zeros", Tensor.Zeros(shape [ 2; 3 ]), Tensor.zeros [ 2; 3 ]
    "ones", Tensor.Ones(shape [ 2; 3 ]), Tensor.ones [ 2; 3 ]
    "full", Tensor.Full(shape [ 2; 3 ], 0.5), Tensor.full [ 2; 3 ] 0.5
    "zerosLike", Tensor.ZerosLike x, Tensor.zerosLike x
    "onesLike", Tensor.OnesLike x, Tensor.onesLike x
    "eye", Tensor.Eye 3, Tensor.eye 3
    "arange", Tensor.Arange 4, Tensor.arange 4
    "from", Tensor.From [| 1.0; 2.0 |], Tensor.from [| 1.0; 2.0 |]
    "fromShape", Tensor.From([| 1.0; 2.0 |], shape [ 2; 1 ]), Tensor.fromShape [ 2; 1 ] [| 1.0; 2.0 |]
    "fromTensor", x, Tensor.fromTensor (Tensor.toTensor x: System.Numerics.Tensors.Tensor<float>)
    "toDType", x.To(DType.Float32).To DType.Float64, x |> Tensor.toDType DType.Float32 |> Tensor.toDType DType.Float64
    "exp", x.Exp(), Tensor.exp x
    "expm1", x.Expm1(), Tensor.expm1 x
    "log", positive.Log(), Tensor.log positive
    "log1p", positive.Log1p(), Tensor.log1p positive
    "sin", x.Sin(), Tensor.sin x
    "cos", x.Cos(), Tensor.cos x
    "tanh", x.Tanh(), Tensor.tanh x
    "square", x.Square(), Tensor.square x
    "sqrt", positive.Sqrt(), Tensor.sqrt positive
    "reciprocal", x.Reciprocal(), Tensor.reciprocal x
    "abs", x.Abs(), Tensor.abs x
    "sign", x.Sign(), Tensor.sign x
    "sigmoid", x.Sigmoid(), Tensor.sigmoid x
    "softplus", x.Softplus(), Tensor.softplus x
    "logSigmoid", x.LogSigmoid(), Tensor.logSigmoid x
    "relu", x.Relu(), Tensor.relu x
    "stopGradient", x.StopGradient(), Tensor.stopGradient x
    "isFinite", x.IsFinite(), Tensor.isFinite x
    "isNaN", x.IsNaN(), Tensor.isNaN x
    "not", mask.Not(), Tensor.not mask
    "pow", positive.Pow 1.5, Tensor.pow 1.5 positive
    "maximum", x.Maximum y, Tensor.maximum y x
    "minimum", x.Minimum y, Tensor.minimum y x
    "clamp", x.Clamp(-0.5, 0.5), Tensor.clamp -0.5 0.5 x
    "matMul", x.MatMul(y.Transpose()), Tensor.matMul x (Tensor.transpose y)
    "%*%", x.MatMul(y.Transpose()), x %*% Tensor.transpose y
    "dot", x.Flatten().Dot(y.Flatten()), Tensor.dot (Tensor.flatten x) (Tensor.flatten y)
    "outer", x.Flatten().Outer(y.Flatten()), Tensor.outer (Tensor.flatten x) (Tensor.flatten y)
    "einsum", Tensor.Einsum("ij,kj->ik", ReadOnlySpan [| x; y |]), Tensor.einsum "ij,kj->ik" [ x; y ]
    "conv1d", (x.Unsqueeze 1).Conv1d(kernel 1, moves), Tensor.conv1d moves (kernel 1) (x.Unsqueeze 1)
    "convTranspose1d", (x.Unsqueeze 1).ConvTranspose1d(kernel 1, moves), Tensor.convTranspose1d moves (kernel 1) (x.Unsqueeze 1)
    "conv2d", image.Conv2d(kernel 2, moves), Tensor.conv2d moves (kernel 2) image
    "convTranspose2d", image.ConvTranspose2d(kernel 2, moves), Tensor.convTranspose2d moves (kernel 2) image
    "conv3d", volume.Conv3d(kernel 3, moves), Tensor.conv3d moves (kernel 3) volume
    "convTranspose3d", volume.ConvTranspose3d(kernel 3, moves), Tensor.convTranspose3d moves (kernel 3) volume
    "maxPool1d", x.MaxPool1d(two, one), Tensor.maxPool1d [ 2 ] [ 1 ] x
    "avgPool1d", x.AvgPool1d(two, one), Tensor.avgPool1d [ 2 ] [ 1 ] x
    "maxPool2d", image.MaxPool2d(two, one), Tensor.maxPool2d [ 2 ] [ 1 ] image
    "avgPool2d", image.AvgPool2d(two, one), Tensor.avgPool2d [ 2 ] [ 1 ] image
    "maxPool3d", (Tensor.Stack(0, ReadOnlySpan [| x; y |])).MaxPool3d(two, one), Tensor.maxPool3d [ 2 ] [ 1 ] (Tensor.Stack(0, ReadOnlySpan [| x; y |]))
    "avgPool3d", (Tensor.Stack(0, ReadOnlySpan [| x; y |])).AvgPool3d(two, one), Tensor.avgPool3d [ 2 ] [ 1 ] (Tensor.Stack(0, ReadOnlySpan [| x; y |]))
    "sum", x.Sum(), Tensor.sum x
    "sumAxis", x.Sum 1, Tensor.sumAxis 1 x
    "mean", x.Mean(), Tensor.mean x
    "meanAxis", x.Mean 0, Tensor.meanAxis 0 x
    "max", x.Max(), Tensor.max x
    "maxAxis", x.Max 0, Tensor.maxAxis 0 x
    "min", x.Min(), Tensor.min x
    "minAxis", x.Min 1, Tensor.minAxis 1 x
    "var", x.Var(), Tensor.var x
    "varAxis", x.Var 0, Tensor.varAxis 0 x
    "std", x.Std(), Tensor.std x
    "stdAxis", x.Std 0, Tensor.stdAxis 0 x
    "norm", x.Norm(), Tensor.norm x
    "normAxis", x.Norm 1, Tensor.normAxis 1 x
    "argMax", x.ArgMax 1, Tensor.argMax 1 x
    "argMin", x.ArgMin 0, Tensor.argMin 0 x
    "softmax", x.Softmax 1, Tensor.softmax 1 x
    "logSoftmax", x.LogSoftmax 0, Tensor.logSoftmax 0 x
    "logSumExp", x.LogSumExp 1, Tensor.logSumExp 1 x
    "equal", x.Equal y, x |> Tensor.equal y
    "less", x.Less y, x |> Tensor.less y
    "lessOrEqual", x.LessOrEqual y, x |> Tensor.lessOrEqual y
    "greater", x.Greater y, x |> Tensor.greater y
    "greaterOrEqual", x.GreaterOrEqual y, x |> Tensor.greaterOrEqual y
    "where", Tensor.Where(mask, x, y), Tensor.where mask x y
    "reshape", x.Reshape(ReadOnlySpan [| 3; -1 |]), Tensor.reshape [ 3; -1 ] x
    "flatten", x.Flatten(), Tensor.flatten x
    "squeeze", x.Unsqueeze(0).Squeeze 0, x |> Tensor.unsqueeze 0 |> Tensor.squeeze 0
    "unsqueeze", x.Unsqueeze 1, Tensor.unsqueeze 1 x
    "broadcastTo", x.BroadcastTo(shape [ 4; 2; 3 ]), Tensor.broadcastTo [ 4; 2; 3 ] x
    "permute", x.Permute(ReadOnlySpan [| 1; 0 |]), Tensor.permute [ 1; 0 ] x
    "transpose", x.Transpose(), Tensor.transpose x
    "toBackend", x.To(Hyperdiff.Backends.Cpu.CpuBackend.Instance), Tensor.toBackend Hyperdiff.Backends.Cpu.CpuBackend.Instance x
    "takeRows", x.TakeRows(Tensor.Arange 1), Tensor.takeRows (Tensor.arange 1) x
    "concat", Tensor.Concat(0, ReadOnlySpan [| x; y |]), Tensor.concat 0 [ x; y ]
    "stack", Tensor.Stack(0, ReadOnlySpan [| x; y |]), Tensor.stack 0 [ x; y ]
    "binaryCrossEntropyWithLogits", Losses.BinaryCrossEntropyWithLogits(x, x.Sigmoid()), x |> Losses.binaryCrossEntropyWithLogits (Tensor.sigmoid x)
    "crossEntropy", Losses.CrossEntropy(x, y.ArgMax 1), x |> Losses.crossEntropy (Tensor.argMax 1 y)
    "meanAbsoluteError", Losses.MeanAbsoluteError(x, y), x |> Losses.meanAbsoluteError y
    "huber", Losses.Huber(x, y, 0.5), x |> Losses.huber 0.5 y
    "hinge", Losses.Hinge(x, y.Sign()), x |> Losses.hinge (Tensor.sign y)
    "kullbackLeibler", Losses.KullbackLeibler(x.LogSoftmax(), y.LogSoftmax()), Tensor.logSoftmax 1 x |> Losses.kullbackLeibler (Tensor.logSoftmax 1 y)
    "smoothedCrossEntropy", Losses.CrossEntropy(x, y.ArgMax 1, 0.2), x |> Losses.smoothedCrossEntropy 0.2 (Tensor.argMax 1 y)
    "meanSquaredError", Losses.MeanSquaredError(x, y), x |> Losses.meanSquaredError y
    yield! TensorPairs.all
]

let names: TheoryData<string> =
    TheoryData<string>(pairs |> List.map (fun (name, _, _) -> name))

[<Theory>]
[<MemberData(nameof names)>]
let ``A function of the module gives the bits of the method`` (name: string) =
    let _, expected, actual = pairs |> List.find (fun (other, _, _) -> other = name)
    Bits.equal expected actual

[<Fact>]
let ``Every function that gives a tensor is compared`` () =
    let compared = pairs |> List.map (fun (name, _, _) -> name.ToUpperInvariant()) |> set

    let missing =
        typeof<SolveFailure<unit>>.Assembly.GetTypes()
        |> Seq.filter (fun declared -> List.contains declared.Name [ "Tensor"; "Losses"; "Initializers" ])
        |> Seq.collect _.GetMethods()
        |> Seq.filter (fun method -> method.ReturnType = typeof<Tensor>)
        |> Seq.map _.Name.ToUpperInvariant()
        |> Seq.filter (fun name -> not (compared.Contains name || name = "FROM2D" || name.Contains '.'))

    Assert.Empty missing

[<Fact>]
let ``Numbers go in and come out unchanged`` () =
    Assert.Equal<float[]>([| 1.0; -0.0; nan |], Tensor.from [| 1.0; -0.0; nan |] |> Tensor.toArray)
    Assert.Equal(2.5, Tensor.scalar 2.5 |> Tensor.toScalar)
    Assert.Equal(shape [ 2; 3 ], x.Shape)
