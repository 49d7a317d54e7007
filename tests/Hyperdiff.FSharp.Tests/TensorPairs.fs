module Hyperdiff.FSharp.Tests.TensorPairs

open System
open Hyperdiff
open Hyperdiff.FSharp

let private x = Tensor.from2D (array2D [ [ 0.3; -1.2; 2.5 ]; [ 0.01; 4.0; -0.7 ] ])
let private y = Tensor.from2D (array2D [ [ -0.3; 1.2; 2.5 ]; [ 3.0; 0.5; 0.9 ] ])
let private positive = Tensor.abs x
let private unit = x / 5.0
let private shape (sizes: int list) = Shape(ReadOnlySpan(List.toArray sizes))
let private mask = x.Greater y
let private image = x.Reshape(ReadOnlySpan [| 1; 3; 2 |])
let private rows = Tensor.From [| 2; 0 |]
let private places = tensor [ [ 2; 0 ]; [ 1; 1 ] ]
let private key = RandomKey.fromSeed 7L

/// What a method of C# gives, and what the function of that name gives.
let all: (string * Tensor * Tensor) list = [
    "log2", positive.Log2(), Tensor.log2 positive
    "log10", positive.Log10(), Tensor.log10 positive
    "rsqrt", positive.Rsqrt(), Tensor.rsqrt positive
    "cbrt", x.Cbrt(), Tensor.cbrt x
    "floor", x.Floor(), Tensor.floor x
    "ceiling", x.Ceiling(), Tensor.ceiling x
    "round", x.Round(), Tensor.round x
    "truncate", x.Truncate(), Tensor.truncate x
    "tan", x.Tan(), Tensor.tan x
    "asin", unit.Asin(), Tensor.asin unit
    "acos", unit.Acos(), Tensor.acos unit
    "atan", x.Atan(), Tensor.atan x
    "sinh", x.Sinh(), Tensor.sinh x
    "cosh", x.Cosh(), Tensor.cosh x
    "asinh", x.Asinh(), Tensor.asinh x
    "acosh", (positive + 1.0).Acosh(), Tensor.acosh (positive + 1.0)
    "atanh", unit.Atanh(), Tensor.atanh unit
    "silu", x.Silu(), Tensor.silu x
    "gelu", x.Gelu(), Tensor.gelu x
    "geluTanh", x.GeluTanh(), Tensor.geluTanh x
    "erf", x.Erf(), Tensor.erf x
    "erfc", x.Erfc(), Tensor.erfc x
    "erfInv", unit.ErfInv(), Tensor.erfInv unit
    "erfcInv", positive.ErfcInv(), Tensor.erfcInv positive
    "logGamma", positive.LogGamma(), Tensor.logGamma positive
    "digamma", positive.Digamma(), Tensor.digamma positive
    "prod", x.Prod(), Tensor.prod x
    "all", mask.All(), Tensor.all mask
    "any", mask.Any(), Tensor.any mask
    "polygamma", positive.Polygamma 1, Tensor.polygamma 1 positive
    "leakyRelu", x.LeakyRelu 0.1, Tensor.leakyRelu 0.1 x
    "elu", x.Elu 0.5, Tensor.elu 0.5 x
    "atan2", y.Atan2 x, y |> Tensor.atan2 x
    "hypot", x.Hypot y, x |> Tensor.hypot y
    "modulo", x.Mod y, x |> Tensor.modulo y
    "power", positive.Pow y, positive |> Tensor.power y
    "notEqual", x.NotEqual y, x |> Tensor.notEqual y
    "cumSum", x.CumSum 1, Tensor.cumSum 1 x
    "cumProd", x.CumProd 1, Tensor.cumProd 1 x
    "prodAxis", x.Prod 1, Tensor.prodAxis 1 x
    "allAxis", mask.All 1, Tensor.allAxis 1 mask
    "anyAxis", mask.Any 1, Tensor.anyAxis 1 mask
    "lpNorm", x.LpNorm 3.0, Tensor.lpNorm 3.0 x
    "lpNormAxes", x.LpNorm(3.0, ReadOnlySpan [| 1 |]), Tensor.lpNormAxes 3.0 [ 1 ] x
    "sumAxes", x.Sum(ReadOnlySpan [| 0; 1 |]), Tensor.sumAxes [ 0; 1 ] x
    "meanAxes", x.Mean(ReadOnlySpan [| 0; 1 |]), Tensor.meanAxes [ 0; 1 ] x
    "prodAxes", x.Prod(ReadOnlySpan [| 0; 1 |]), Tensor.prodAxes [ 0; 1 ] x
    "maxAxes", x.Max(ReadOnlySpan [| 0; 1 |]), Tensor.maxAxes [ 0; 1 ] x
    "minAxes", x.Min(ReadOnlySpan [| 0; 1 |]), Tensor.minAxes [ 0; 1 ] x
    "varAxes", x.Var(ReadOnlySpan [| 0; 1 |]), Tensor.varAxes [ 0; 1 ] x
    "stdAxes", x.Std(ReadOnlySpan [| 0; 1 |]), Tensor.stdAxes [ 0; 1 ] x
    "normAxes", x.Norm(ReadOnlySpan [| 0; 1 |]), Tensor.normAxes [ 0; 1 ] x
    "sort", x.Sort 1, Tensor.sort 1 x
    "sortDescending", x.Sort(1, descending = true), Tensor.sortDescending 1 x
    "argSort", x.ArgSort 1, Tensor.argSort 1 x
    "argSortDescending", x.ArgSort(1, descending = true), Tensor.argSortDescending 1 x
    "scalarOf", Tensor.Scalar(2.5, DType.Float32), Tensor.scalarOf DType.Float32 2.5
    "zerosOf", Tensor.Zeros(shape [ 2; 3 ], DType.Int32), Tensor.zerosOf DType.Int32 [ 2; 3 ]
    "onesOf", Tensor.Ones(shape [ 2; 3 ], DType.Float32), Tensor.onesOf DType.Float32 [ 2; 3 ]
    "fullOf", Tensor.Full(shape [ 2 ], 0.5, DType.Float32), Tensor.fullOf DType.Float32 [ 2 ] 0.5
    "eyeOf", Tensor.Eye(2, DType.Int32), Tensor.eyeOf DType.Int32 2
    "wrap", Tensor.Wrap([| 1.0; 2.0 |], shape [ 2; 1 ]), Tensor.wrap [ 2; 1 ] [| 1.0; 2.0 |]
    "take", x.Take(rows, 1), Tensor.take 1 rows x
    "gather", x.Gather(places, 1), Tensor.gather 1 places x
    "scatterAdd", x.ScatterAdd(rows, 3), Tensor.scatterAdd 0 3 rows x
    "oneHot", rows.OneHot 3, Tensor.oneHot 3 rows
    "pad", x.Pad(ReadOnlySpan [| 1; 0 |], ReadOnlySpan [| 0; 2 |], 0.5), Tensor.pad [ 1; 0 ] [ 0; 2 ] 0.5 x
    "moveAxis", image.MoveAxis(0, 2), Tensor.moveAxis 0 2 image
    "transposeAxes", image.Transpose(0, 1), Tensor.transposeAxes 0 1 image
    "flip", x.Flip(ReadOnlySpan [| 1 |]), Tensor.flip [ 1 ] x
    "roll", x.Roll(1, 1), Tensor.roll 1 1 x
    "tile", x.Tile(ReadOnlySpan [| 2; 1 |]), Tensor.tile [ 2; 1 ] x
    "diagonal", x.Diagonal 1, Tensor.diagonal 1 x
    "diagonalMatrix", x.DiagonalMatrix 1, Tensor.diagonalMatrix 1 x
    "tril", x.Tril 1, Tensor.tril 1 x
    "triu", x.Triu 1, Tensor.triu 1 x
    "slice", x.Slice(1, 0, 3, 2), Tensor.slice 1 0 3 2 x
    "kaimingNormal", Initializers.KaimingNormal(key, shape [ 2; 3 ]), Initializers.kaimingNormal [ 2; 3 ] key
    "kaimingNormalOf", Initializers.KaimingNormal(key, shape [ 2; 3 ], dtype = DType.Float32), Initializers.kaimingNormalOf DType.Float32 [ 2; 3 ] key
    "kaimingUniform", Initializers.KaimingUniform(key, shape [ 2; 3 ]), Initializers.kaimingUniform [ 2; 3 ] key
    "kaimingUniformOf", Initializers.KaimingUniform(key, shape [ 2; 3 ], dtype = DType.Float32), Initializers.kaimingUniformOf DType.Float32 [ 2; 3 ] key
    "lecunNormal", Initializers.LecunNormal(key, shape [ 2; 3 ]), Initializers.lecunNormal [ 2; 3 ] key
    "lecunNormalOf", Initializers.LecunNormal(key, shape [ 2; 3 ], dtype = DType.Float32), Initializers.lecunNormalOf DType.Float32 [ 2; 3 ] key
    "lecunUniform", Initializers.LecunUniform(key, shape [ 2; 3 ]), Initializers.lecunUniform [ 2; 3 ] key
    "lecunUniformOf", Initializers.LecunUniform(key, shape [ 2; 3 ], dtype = DType.Float32), Initializers.lecunUniformOf DType.Float32 [ 2; 3 ] key
    "xavierNormal", Initializers.XavierNormal(key, shape [ 2; 3 ]), Initializers.xavierNormal [ 2; 3 ] key
    "xavierNormalOf", Initializers.XavierNormal(key, shape [ 2; 3 ], dtype = DType.Float32), Initializers.xavierNormalOf DType.Float32 [ 2; 3 ] key
    "xavierUniform", Initializers.XavierUniform(key, shape [ 2; 3 ]), Initializers.xavierUniform [ 2; 3 ] key
    "xavierUniformOf", Initializers.XavierUniform(key, shape [ 2; 3 ], dtype = DType.Float32), Initializers.xavierUniformOf DType.Float32 [ 2; 3 ] key
]
