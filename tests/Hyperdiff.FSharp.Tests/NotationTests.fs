module Hyperdiff.FSharp.Tests.NotationTests

open System
open Hyperdiff
open Hyperdiff.FSharp
open FsCheck
open FsCheck.FSharp
open global.Xunit

let private x = tensor [ 0.5; -1.5; 2.0 ]
let private positive = tensor [ 0.5; 1.5; 2.0 ]
let private m = tensor [ [ 1.0; 2.0; 3.0 ]; [ 4.0; 5.0; 6.0 ] ]
let private cube = Tensor.reshape [ 2; 3; 4 ] (Tensor.arange 24)
let private four = Tensor.reshape [ 2; 3; 2; 2 ] (Tensor.arange 24)

[<Fact>]
let ``F#'s functions of mathematics take tensors, and give the bits of the methods`` () =
    let table: (Tensor * Tensor) list = [
        abs x, x.Abs()
        acos (x / 5.0), (x / 5.0).Acos()
        asin (x / 5.0), (x / 5.0).Asin()
        atan x, x.Atan()
        atan2 x positive, x.Atan2 positive
        ceil x, x.Ceiling()
        cos x, x.Cos()
        cosh x, x.Cosh()
        exp x, x.Exp()
        floor x, x.Floor()
        log positive, positive.Log()
        log10 positive, positive.Log10()
        round x, x.Round()
        sin x, x.Sin()
        sinh x, x.Sinh()
        sqrt positive, positive.Sqrt()
        tan x, x.Tan()
        tanh x, x.Tanh()
        truncate x, x.Truncate()
        x ** 3.0, x.Pow 3.0
        x ** 3, x.Pow 3.0
        positive ** x, positive.Pow x
        -x, 0.0 - x
    ]

    for expected, actual in table do
        Bits.equal expected actual

[<Fact>]
let ``Floats and ints stand on either side of an operator, and take the element type of the tensor`` () =
    let single, whole = tensor [ 0.5f; 2.0f ], tensor [ 1; 2 ]
    Bits.equal (tensor [ 1.5f; 3.0f ]) (single + 1)
    Bits.equal (tensor [ 1.5f; 3.0f ]) (1 + single)
    Bits.equal (tensor [ 1.5f; 3.0f ]) (single + 1.0)
    Bits.equal (tensor [ 3; 4 ]) (whole + 2)
    Bits.equal (tensor [ 1; 0 ]) (2 - whole)
    Bits.equal (tensor [ 1.5; -0.5; 3.0 ]) (1 + x)
    Bits.equal (tensor [ 1.0; -3.0; 4.0 ]) (x * 2)
    Bits.equal (tensor [ 1.0; -3.0; 4.0 ]) (2.0 * x)
    Bits.equal (tensor [ 0.25; -0.75; 1.0 ]) (x / 2)
    Bits.equal (tensor [ 4.0; 2.0 / -1.5; 1.0 ]) (2 / x)
    Bits.equal (tensor [ -0.5; -2.5; 1.0 ]) (x - 1)
    Assert.Throws<DTypeMismatchException>(fun () -> whole + 0.5 |> ignore) |> ignore
    Assert.Throws<DTypeMismatchException>(fun () -> single + x[0] |> ignore) |> ignore

[<Fact>]
let ``Functions that are inline take floats and tensors`` () =
    let inline wave t = sin t * exp -t + t * t
    Assert.Equal(wave 0.7, wave (Tensor.scalar 0.7) |> Tensor.toScalar)

[<Fact>]
let ``Masks combine by F#'s operators of bits`` () =
    let low, high = Tensor.less (tensor [ 1.0; 1.0; 1.0 ]) x, Tensor.greater (tensor [ 0.0; 0.0; 0.0 ]) x
    Bits.equal (tensor [ true; false; false ]) (low &&& high)
    Bits.equal (tensor [ true; true; true ]) (low ||| high)
    Bits.equal (tensor [ false; false; true ]) ~~~low

[<Fact>]
let ``A position drops its axis, a slice keeps it and includes its end`` () =
    Bits.equal (Tensor.scalar -1.5) x[1]
    Bits.equal (Tensor.scalar 2.0) x[-1]
    Bits.equal (tensor [ -1.5; 2.0 ]) x[1..]
    Bits.equal (tensor [ -1.5; 2.0 ]) x.[1..2]
    Bits.equal (tensor [ 0.5; -1.5 ]) x[..1]
    Bits.equal (tensor [ -1.5; 2.0 ]) x[-2..]
    Bits.equal (tensor [ 0.5; -1.5 ]) x[.. -2]
    Bits.equal x x[*]
    Bits.equal (Tensor.zeros [ 0 ]) x[2..1]
    Bits.equal (tensor [ 4.0; 5.0; 6.0 ]) m[1]
    Bits.equal (Tensor.scalar 6.0) m[1, 2]
    Bits.equal (tensor [ 2.0; 5.0 ]) m[*, 1]
    Bits.equal (tensor [ 5.0; 6.0 ]) m[1, 1..]
    Bits.equal (tensor [ [ 2.0; 3.0 ] ]) m[0..0, 1..2]

[<Fact>]
let ``Slices of three and four axes are those of C#`` () =
    let at (i: int) = TensorIndex.op_Implicit i
    let range (a: int) (b: int) = TensorIndex.op_Implicit (Range(Index.FromStart a, Index.FromStart b))
    let cut (t: Tensor) (parts: TensorIndex list) = t[ReadOnlySpan(List.toArray parts)]
    let all = TensorIndex.All
    Bits.equal (cut cube [ at 1; at 2; at 3 ]) cube[1, 2, 3]
    Bits.equal (cut cube [ at 1; range 1 3; at 0 ]) cube[1, 1..2, 0]
    Bits.equal (cut cube [ all; at 0; range 0 2 ]) cube[*, 0, ..1]
    Bits.equal (cut cube [ range 0 1; all; at 3 ]) cube[..0, *, 3]
    Bits.equal (cut cube [ at 0; range 1 3; range 2 4 ]) cube[0, 1.., 2..]
    Bits.equal (cut cube [ all; all; at 1 ]) cube[*, *, -3]
    Bits.equal (cut cube [ all; range 1 2; range 1 2 ]) cube[*, 1..1, 1..1]
    Bits.equal (cut four [ at 1; at 2; at 1; at 0 ]) four[1, 2, 1, 0]
    Bits.equal (cut four [ at 1; range 1 3; at 0; all ]) four[1, 1.., 0, *]
    Bits.equal (cut four [ all; at 0; all; at 1 ]) four[*, 0, *, 1]
    Bits.equal (cut four [ range 0 1; range 1 2; range 0 1; range 1 2 ]) four[..0, 1..1, ..0, 1..]

[<Fact>]
let ``What is outside an axis is named as it was written, with the shape`` () =
    let message (read: unit -> Tensor) =
        Assert.ThrowsAny<ArgumentException>(fun () -> read () |> ignore) |> _.Message

    Assert.Contains("1..5 is outside axis 0 of shape [3]", message (fun () -> x[1..5]), StringComparison.Ordinal)
    Assert.Contains("-4.. is outside axis 0 of shape [3]", message (fun () -> x[-4..]), StringComparison.Ordinal)
    Assert.Contains("2..0 is outside axis 0 of shape [3]", message (fun () -> x[2..0]), StringComparison.Ordinal)
    Assert.Contains("Index 3 is outside axis 0 of shape [3]", message (fun () -> x[3]), StringComparison.Ordinal)
    Assert.Contains("0..3 is outside axis 1 of shape [2, 3]", message (fun () -> m[0, 0..3]), StringComparison.Ordinal)
    Assert.Contains("3 indices for a tensor of shape [2, 3]", message (fun () -> m[0, 0, 0]), StringComparison.Ordinal)

[<Fact>]
let ``Indices and literals are differentiated`` () =
    let f (x: Tensor) = tensor [ x[0] * x[1]; sin x[2] ] |> Tensor.sum
    let gradient = Diff.grad f x
    Bits.equal (tensor [ -1.5; 0.5; cos 2.0 ]) gradient

let private sizes = Gen.choose (0, 3)

/// Jagged in no place: lists of one length at each depth.
let private tables =
    gen {
        let! rows, columns = Gen.zip sizes sizes
        let! numbers = Gen.arrayOfLength (rows * columns) (Gen.choose (-9, 9))
        return rows, columns, Array.map float numbers
    }

[<Fact>]
let ``A literal of nested lists, arrays or sequences is its elements, row-major`` () =
    let holds (rows, columns, numbers: float[]) =
        let nested = [ for row in 0 .. rows - 1 -> [ for column in 0 .. columns - 1 -> numbers[row * columns + column] ] ]
        let expected = Tensor.fromShape [ rows; (if rows = 0 then 0 else columns) ] numbers
        let same (t: Tensor) = t.ToArray<float>() = expected.ToArray<float>() && (rows = 0 || t.Shape = expected.Shape)

        same (tensor nested)
        && same (tensor (nested |> List.map Array.ofList |> Array.ofList))
        && same (tensor (nested |> Seq.map Seq.ofList))
        && same (tensor (Array2D.init rows columns (fun row column -> nested[row][column])))

    Check.One(Config.QuickThrowOnFailure.WithReplay(0x1234UL, 0x5679UL), Prop.forAll (Arb.fromGen tables) holds)

[<Fact>]
let ``A literal has the element type of its items`` () =
    Assert.Equal(DType.Float64, (tensor [ 1.0 ]).DType)
    Assert.Equal(DType.Float32, (tensor [ [ 1.0f ] ]).DType)
    Assert.Equal(DType.Int32, (tensor [| 1 |]).DType)
    Assert.Equal(DType.Bool, (tensor [ true ]).DType)
    Assert.Equal(DType.Float32, (tensor ([]: float32 list)).DType)
    Assert.Equal(Tensor.zerosOf DType.Int32 [ 2; 0 ] |> _.Type, (tensor ([ []; [] ]: int list list)).Type)
    Bits.equal (tensor [ 1.0f; 2.0f ]) (tensorOf DType.Float32 [ 1; 2 ])
    Bits.equal (Tensor.scalar 3.0) (tensor 3.0)
    Bits.equal (Tensor.stack 0 [ x; 2 * x ]) (tensor [ x; 2 * x ])

[<Fact>]
let ``What cannot become a tensor says why`` () =
    let message (literal: unit -> Tensor) =
        Assert.ThrowsAny<ArgumentException>(fun () -> literal () |> ignore) |> _.Message

    Assert.Contains("one has 1 items, another 2", message (fun () -> tensor [ [ 1.0 ]; [ 2.0; 3.0 ] ]), StringComparison.Ordinal)
    Assert.Contains("one has 0 items, another 2", message (fun () -> tensor [ []; [ 2.0; 3.0 ] ]), StringComparison.Ordinal)
    Assert.Contains("System.String is none of these", message (fun () -> tensor "abc"), StringComparison.Ordinal)
    Assert.Contains("System.Decimal is none of these", message (fun () -> tensor [ 1m ]), StringComparison.Ordinal)
    Assert.Contains("2 is a System.Int32", message (fun () -> tensor [ box 1.0; box 2 ]), StringComparison.Ordinal)
    Assert.Contains("a number stands beside a list", message (fun () -> tensor [ box [ 1.0 ]; box 2.0 ]), StringComparison.Ordinal)
