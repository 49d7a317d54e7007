/// Laws over random structures and random functions of F#.
module Hyperdiff.FSharp.Tests.PropertyTests

open System
open Xunit
open FsCheck
open FsCheck.FSharp
open FsCheck.Xunit
open Hyperdiff
open Hyperdiff.FSharp

type Layer = { W: Tensor; B: Tensor }

type Activation =
    | Relu = 0
    | Tanh = 1

type Net = {
    Layers: Layer list
    Head: Layer option
    Named: Map<string, Tensor>
    Pair: Tensor * Layer
    Rows: Tensor[]
    Optional: struct (Tensor * Tensor option)
    Nested: Map<string, Layer list> option
    [<Frozen>]
    Mask: Tensor
    Depth: int
    Activation: Activation
}

/// Random tensors and names, of which structures are made.
type Random =

    /// Up to three axes of up to three elements, eighths so that sums and multiples by 2 are exact.
    static member Tensor() =
        gen {
            let! rank = Gen.choose (0, 3)
            let! sizes = Gen.listOfLength rank (Gen.choose (1, 3))
            let! elements = Gen.arrayOfLength (List.fold (*) 1 sizes) (Gen.choose (-800, 800))
            return elements |> Array.map (fun k -> float k / 8.0) |> Tensor.fromShape sizes
        }
        |> Arb.fromGen

    static member Name() =
        Gen.elements [ 'a' .. 'f' ] |> Gen.nonEmptyListOf |> Gen.map (List.toArray >> String) |> Arb.fromGen

let private leaves (value: 'T) =
    let writer = LeafWriter "r"
    Tree.find<'T>.Flatten(value, writer)
    writer.Leaves |> List.ofSeq

let private same (left: 'T) (right: 'T) =
    let left, right = leaves left, leaves right
    Assert.Equal<string list>(left |> List.map _.Name, right |> List.map _.Name)
    for one, other in List.zip left right do
        Bits.equal one.Value other.Value

/// What holds for the structures of a type.
let private laws (value: 'T) =
    let written = leaves value
    Assert.Equal(written.Length, written |> List.distinctBy _.Name |> List.length)

    let reader = LeafReader [| for leaf in written -> leaf.Value |]
    same value (Tree.find<'T>.Rebuild(value, reader))
    Assert.True reader.AtEnd

    // of eighths sums and doubles are exact, so that these are equations of bits
    same (Tree.add value value) (Tree.scale 2.0 value)
    same value (Tree.subtract (Tree.scale 2.0 value) value)
    same (Tree.axpy 2.0 value value) (Tree.scale 3.0 value)

    let frozen, free = written |> List.partition _.IsFrozen

    if not free.IsEmpty then
        let gradient = Diff.grad (fun (x: 'T) -> leaves x |> List.map (fun leaf -> 0.5 * Tensor.sum (leaf.Value ** 2)) |> List.reduce (+)) value |> leaves
        let byName = gradient |> List.map (fun leaf -> leaf.Name, leaf.Value) |> Map

        for leaf in free do
            Bits.equal leaf.Value byName[leaf.Name]

        for leaf in frozen do
            Bits.equal (Tensor.zerosLike leaf.Value) byName[leaf.Name]

[<Property(Arbitrary = [| typeof<Random> |], Replay = "(1,3)", MaxTest = 30)>]
let ``Records of all kinds of members obey the laws of trees`` (net: Net) = laws net

[<Property(Arbitrary = [| typeof<Random> |], Replay = "(2,5)", MaxTest = 30)>]
let ``Anonymous records within lists do`` (items: {| A: Tensor; B: Layer option |} list) = laws items

[<Property(Arbitrary = [| typeof<Random> |], Replay = "(3,7)", MaxTest = 30)>]
let ``Tuples of maps and arrays do`` (value: Map<string, Tensor * Tensor> * Layer[] * struct (Tensor * Tensor)) = laws value

[<Property(Arbitrary = [| typeof<Random> |], Replay = "(4,9)", MaxTest = 30)>]
let ``Options of options of lists do`` (value: Layer list option list * Tensor) = laws value

/// A random function of three numbers, with its derivative in symbols: what traced functions are compared with.
type Expression =
    | X of int
    | Number of float
    | Sum of Expression * Expression
    | Difference of Expression * Expression
    | Product of Expression * Expression
    | Sin of Expression
    | Cos of Expression
    | Exp of Expression
    | Tanh of Expression

let rec private derivative i expression =
    match expression with
    | X j -> Number(if i = j then 1.0 else 0.0)
    | Number _ -> Number 0.0
    | Sum(a, b) -> Sum(derivative i a, derivative i b)
    | Difference(a, b) -> Difference(derivative i a, derivative i b)
    | Product(a, b) -> Sum(Product(derivative i a, b), Product(a, derivative i b))
    | Sin a -> Product(Cos a, derivative i a)
    | Cos a -> Product(Number -1.0, Product(Sin a, derivative i a))
    | Exp a -> Product(Exp a, derivative i a)
    | Tanh a -> Product(Difference(Number 1.0, Product(Tanh a, Tanh a)), derivative i a)

/// The function in F#'s own notation, over floats or tensors.
let inline private value number ([<InlineIfLambda>] x: int -> 'N) expression =
    let rec at expression : 'N =
        match expression with
        | X i -> x i
        | Number c -> number c
        | Sum(a, b) -> at a + at b
        | Difference(a, b) -> at a - at b
        | Product(a, b) -> at a * at b
        | Sin a -> sin (at a)
        | Cos a -> cos (at a)
        | Exp a -> exp (at a)
        | Tanh a -> tanh (at a)

    at expression

/// How large what is rounded on the way may be: every term by its absolute value, an argument of a function times the largest slope.
let rec private size (x: float[]) expression =
    match expression with
    | X i -> abs x[i]
    | Number c -> abs c
    | Sum(a, b)
    | Difference(a, b) -> size x a + size x b
    | Product(a, b) -> size x a * size x b
    | Sin a
    | Cos a
    | Tanh a -> 1.0 + size x a
    | Exp a -> exp (value id (fun i -> x[i]) a) * (1.0 + size x a)

type Functions =

    static member Expression() =
        let rec sized size =
            gen {
                if size <= 1 then
                    return! Gen.oneof [ Gen.choose (0, 2) |> Gen.map X; Gen.choose (-16, 16) |> Gen.map (fun k -> Number(float k / 8.0)) ]
                else
                    let! a, b = Gen.zip (sized (size / 2)) (sized (size / 2))
                    return! Gen.elements [ Sum(a, b); Difference(a, b); Product(a, b); Sin a; Cos a; Exp(Tanh a); Tanh a ]
            }

        Gen.choose (1, 16) |> Gen.bind sized |> Arb.fromGen

    static member Point() = Gen.arrayOfLength 3 (Gen.choose (-16, 16) |> Gen.map (fun k -> float k / 8.0)) |> Arb.fromGen

let private atFloats (x: float[]) = value id (fun i -> x[i])
let private atTensor (x: Tensor) = value Tensor.scalar (fun i -> x[i])

// a few roundings per node of at most 31 nodes and their derivatives, of numbers up to the size: 2^10 ε of it
let private allowed x expression = Math.ScaleB(size x expression + 1.0, 10 - 52)

[<Property(Arbitrary = [| typeof<Functions> |], Replay = "(5,11)", MaxTest = 30)>]
let ``Jacobians of random functions are those in symbols`` (f: Expression) (g: Expression) (point: float[]) =
    let x = Tensor.from point
    let map (x: Tensor) = Tensor.stack 0 [ atTensor x f; atTensor x g ]

    for jacobian in [ Diff.jacobian map x; Diff.jacobianForward map x; Diff.jacobianReverse map x ] do
        for row, expression in List.indexed [ f; g ] do
            for column in 0..2 do
                let exact = derivative column expression
                Assert.Equal(atFloats point exact, Tensor.toScalar jacobian[row, column], allowed point exact)

[<Property(Arbitrary = [| typeof<Functions> |], Replay = "(6,13)", MaxTest = 30)>]
let ``Hessians of random functions are those in symbols`` (f: Expression) (point: float[]) =
    let hessian = Diff.hessian (fun x -> atTensor x f) (Tensor.from point)

    for row in 0..2 do
        for column in 0..2 do
            let exact = derivative column (derivative row f)
            Assert.Equal(atFloats point exact, Tensor.toScalar hessian[row, column], allowed point exact)

[<Property(Arbitrary = [| typeof<Functions> |], Replay = "(7,15)", MaxTest = 20)>]
let ``Derivatives within derivatives are mixed ones, in every mix of modes`` (f: Expression) (point: float[]) =
    let at (x: Tensor) (y: Tensor) = value Tensor.scalar (fun i -> [| x; y; Tensor.scalar point[2] |][i]) f
    let x, y = Tensor.scalar point[0], Tensor.scalar point[1]
    let exact = derivative 1 (derivative 0 f)

    for outer in [ Diff.diff; Diff.grad ] do
        for inner in [ Diff.diff; Diff.grad ] do
            let mixed = outer (fun x -> inner (fun y -> at x y) y) x
            Assert.Equal(atFloats point exact, Tensor.toScalar mixed, allowed point exact)
