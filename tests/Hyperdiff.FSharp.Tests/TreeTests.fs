module Hyperdiff.FSharp.Tests.TreeTests

open System
open Hyperdiff
open Hyperdiff.FSharp
open Xunit

type Layer = { W: Tensor; B: Tensor }
type Activation =
    | Relu = 0
    | Tanh = 1
type Stack = { Layers: Layer list; Scale: Tensor * Tensor; [<Frozen>] Mask: Tensor; Depth: int; Activation: Activation; Name: string }
type Node = { Value: Tensor; Children: Node list }
type Wrong = { Number: float }

let private vector (number: float) = Tensor.from [| number; number |]
let private layer number = { W = vector number; B = Tensor.scalar number }

let private stack = {
    Layers = [ layer 1.0; layer 2.0 ]
    Scale = vector 3.0, vector 4.0
    Mask = vector 5.0
    Depth = 2
    Activation = Activation.Tanh
    Name = "s"
}

let private leaves (tree: Tree<'T>) (value: 'T) =
    let writer = LeafWriter "r"
    tree.Flatten(value, writer)
    writer

[<Fact>]
let ``Leaves are named after fields, positions and items, in the order of declaration`` () =
    let written = leaves Tree.derive<Stack> stack
    let expected = [ "r.Layers[0].W"; "r.Layers[0].B"; "r.Layers[1].W"; "r.Layers[1].B"; "r.Scale.Item1"; "r.Scale.Item2"; "r.Mask" ]
    Assert.Equal<string list>(expected, written.Leaves |> Seq.map _.Name |> List.ofSeq)
    Assert.Equal<string list>([ "r.Mask" ], written.Leaves |> Seq.filter _.IsFrozen |> Seq.map _.Name |> List.ofSeq)

[<Fact>]
let ``A structure rebuilt from its leaves is the structure`` () =
    let written = leaves Tree.derive<Stack> stack
    let reader = LeafReader [| for leaf in written.Leaves -> leaf.Value |]
    Assert.Equal(stack, Tree.derive<Stack>.Rebuild(stack, reader))
    Assert.True reader.AtEnd

[<Fact>]
let ``What is no leaf tells structures apart`` () =
    let statics value = (leaves Tree.derive<Stack> value).Statics |> List.ofSeq
    Assert.Equal<obj list>(statics stack, statics { stack with Mask = vector 9.0 })
    Assert.NotEqual<obj list>(statics stack, statics { stack with Depth = 3 })
    Assert.NotEqual<obj list>(statics stack, statics { stack with Activation = Activation.Relu })

[<Fact>]
let ``A type may contain itself`` () =
    let node = { Value = vector 1.0; Children = [ { Value = vector 2.0; Children = [] } ] }
    Assert.Equal(2, (leaves Tree.derive<Node> node).Leaves.Count)

[<Fact>]
let ``Anonymous records, struct tuples and arrays have trees`` () =
    Assert.Equal(2, (leaves Tree.derive<{| A: Tensor; B: Tensor |}> {| A = vector 1.0; B = vector 2.0 |}).Leaves.Count)
    Assert.Equal(2, (leaves Tree.find<struct (Tensor * Tensor)> (struct (vector 1.0, vector 2.0))).Leaves.Count)
    Assert.Equal(3, (leaves Tree.find<Layer[] * Tensor> ([| layer 1.0 |], vector 2.0)).Leaves.Count)

[<Fact>]
let ``A derived tree is derived once`` () = Assert.Same(Tree.derive<Stack>, Tree.derive<Stack>)

[<Fact>]
let ``A type that no tree can be derived for says so`` () =
    let error = Assert.Throws<NotSupportedException>(fun () -> leaves Tree.derive<Wrong> { Number = 1.0 } |> ignore)
    Assert.Contains("Wrong, whose Number is a float", error.Message, StringComparison.Ordinal)
    Assert.Contains("Declare it as Tensor", error.Message, StringComparison.Ordinal)

[<Fact>]
let ``Structures are added, subtracted and scaled leaf by leaf`` () =
    let sum = Tree.add (layer 1.0) (Tree.scale 2.0 (layer 3.0)) |> Tree.subtract <| layer 0.5
    Bits.equal (vector 6.5) sum.W
    Bits.equal (Tensor.scalar 6.5) sum.B

type Kind =
    | Dense of Tensor
    | Factored of left: Tensor * right: Tensor
    | Absent

type Model = { W: Tensor; Bias: Tensor option; Layers: Map<string, Tensor>; Kind: Kind; Sizes: int list; Gain: Tensor voption }

let private model = {
    W = vector 1.0
    Bias = Some(vector 2.0)
    Layers = Map [ "b", vector 3.0; "a", vector 4.0 ]
    Kind = Factored(vector 5.0, vector 6.0)
    Sizes = [ 1; 2 ]
    Gain = ValueSome(vector 7.0)
}

let private roundTrip (value: 'T) =
    let written = leaves Tree.derive<'T> value
    let doubled = LeafReader [| for leaf in written.Leaves -> 2.0 * leaf.Value |]
    let rebuilt = Tree.derive<'T>.Rebuild(value, doubled)
    Assert.True doubled.AtEnd
    let again = leaves Tree.derive<'T> rebuilt
    Assert.Equal<string list>(written.Leaves |> Seq.map _.Name |> List.ofSeq, again.Leaves |> Seq.map _.Name |> List.ofSeq)
    Assert.Equal<obj list>(List.ofSeq written.Statics, List.ofSeq again.Statics)
    Seq.iter2 (fun (was: Leaf) (is: Leaf) -> Bits.equal (2.0 * was.Value) is.Value) written.Leaves again.Leaves
    written.Leaves |> Seq.map _.Name |> List.ofSeq

[<Fact>]
let ``Options, maps and unions have trees, and keep what is absent, their keys and their case`` () =
    let expected = [ "r.W"; "r.Bias"; "r.Layers[\"a\"]"; "r.Layers[\"b\"]"; "r.Kind.Factored.left"; "r.Kind.Factored.right"; "r.Gain" ]
    Assert.Equal<string list>(expected, roundTrip model)
    Assert.Equal<string list>([ "r.W"; "r.Kind.Dense" ], roundTrip { model with Bias = None; Layers = Map.empty; Kind = Dense(vector 8.0); Gain = ValueNone })
    Assert.Equal<string list>([ "r.W" ], roundTrip { model with Bias = None; Layers = Map.empty; Kind = Absent; Gain = ValueNone })
    Assert.Equal<string list>([ "r[0]" ], roundTrip [ Some(vector 1.0); None ])
    Assert.Equal<string list>([], roundTrip (None: Tensor option))
    Assert.Equal<string list>([ "r[1].Item2"; "r[-3].Item2" ] |> List.rev, roundTrip (Map [ 1, ("one", vector 1.0); -3, ("three", vector 2.0) ]))
    Assert.Equal<string list>([ "r.Ok.ResultValue" ], roundTrip (Ok(vector 1.0): Result<Tensor, string>))

[<Fact>]
let ``What is absent and what is there are different structures`` () =
    let statics value = (leaves Tree.derive<Model> value).Statics |> List.ofSeq
    Assert.NotEqual<obj list>(statics model, statics { model with Bias = None })
    Assert.NotEqual<obj list>(statics model, statics { model with Kind = Absent })
    Assert.NotEqual<obj list>(statics model, statics { model with Layers = model.Layers |> Map.remove "a" |> Map.add "c" (vector 4.0) })
    Assert.NotEqual<obj list>(statics model, statics { model with Sizes = [ 1; 3 ] })

[<Fact>]
let ``Derivatives have the structure of a model with options, maps and unions`` () =
    let loss (model: Model) =
        let bias = match model.Bias with Some b -> b | None -> Tensor.zeros [ 2 ]
        let kind = match model.Kind with Dense w -> w | Factored(l, r) -> l * r | Absent -> Tensor.zeros [ 2 ]
        Tensor.sum (model.W * kind + bias * bias) + Map.fold (fun sum _ (layer: Tensor) -> sum + Tensor.sum (3.0 * layer)) (Tensor.scalar 0.0) model.Layers

    let gradient = Diff.grad loss model
    Bits.equal (vector 30.0) gradient.W
    Assert.Equal(Some 4.0, gradient.Bias |> Option.map (fun b -> b[0].ToScalar()))
    Bits.equal (vector 3.0) gradient.Layers["a"]
    Assert.True((match gradient.Kind with Factored(l, r) -> l[0].ToScalar() = 6.0 && r[0].ToScalar() = 5.0 | _ -> false))
    let without = Diff.grad loss { model with Bias = None; Kind = Absent }
    Assert.True(without.Bias.IsNone && without.Kind = Absent)

type Rates = { Each: float list; W: Tensor }
type Prior = Scaled of scale: float * at: Tensor

[<Fact>]
let ``A plain number anywhere in a structure is refused by its member, with what to write instead`` () =
    let message (read: unit -> 'T) = Assert.Throws<NotSupportedException>(fun () -> read () |> ignore) |> _.Message
    let says (expected: string) (text: string) = Assert.Contains(expected, text, StringComparison.Ordinal)
    message (fun () -> Tree.find<Rates>) |> says "Rates, whose Each is a float list: a float is a plain number"
    message (fun () -> Tree.find<Prior>) |> says "whose scale is a float"
    message (fun () -> Tree.find<Tensor * float32>) |> says "for Tensor * float32: a float32 is a plain number"
    message (fun () -> Tree.find<Map<string, float>>) |> says "for Map<String, float>"
    message (fun () -> Diff.grad (fun (_: Tensor, rate: float) -> Tensor.scalar rate) (vector 1.0, 2.0)) |> says "Declare it as Tensor"

[<Fact>]
let ``What holds no tensor, or is of no kind that F# derives, is refused`` () =
    let message (read: unit -> 'T) = Assert.Throws<NotSupportedException>(fun () -> read () |> ignore) |> _.Message
    let says (expected: string) (text: string) = Assert.Contains(expected, text, StringComparison.Ordinal)
    message (fun () -> Diff.grad (fun (n: int) -> Tensor.scalar (float n)) 2) |> says "There is no tensor in it"
    message (fun () -> Tree.find<(string * int) list>) |> says "There is no tensor in it"
    message (fun () -> Tree.find<DateTime>) |> says "No tree can be derived for DateTime"
    message (fun () -> Tree.find<Map<int * int, Tensor>>) |> says "The keys of a map"

type ByHand = { A: Tensor; B: Tensor }

[<Fact>]
let ``A tree by hand is used instead of the derived one`` () =
    Tree.register
        { new Tree<ByHand>() with
            member _.Flatten(value, writer) =
                writer.Leaf("second", value.B)
                writer.Leaf("first", value.A)

            member _.Rebuild(_, reader) =
                let b = reader.Leaf()
                { A = reader.Leaf(); B = b } }

    let written = leaves Tree.find<ByHand> { A = vector 1.0; B = vector 2.0 }
    Assert.Equal<string list>([ "r.second"; "r.first" ], written.Leaves |> Seq.map _.Name |> List.ofSeq)
    let gradient = Diff.grad (fun (v: ByHand) -> Tensor.sum (v.A * v.A * v.B)) { A = vector 3.0; B = vector 2.0 }
    Bits.equal (vector 12.0) gradient.A
    Bits.equal (vector 9.0) gradient.B

[<Fact>]
let ``A structure is placed on a backend, and its gradient lies there`` () =
    let device = Hyperdiff.Testing.GuardedBackend()
    let placed = Tree.place device (layer 3.0)
    Assert.Same(device, Tensor.backend placed.W)
    let gradient = Diff.grad (fun (v: Layer) -> Tensor.sum (v.W * v.W) * v.B) placed
    Assert.Same(device, Tensor.backend gradient.B)
    Bits.equal (vector 18.0) (gradient.W |> Tensor.toBackend Hyperdiff.Backends.Cpu.CpuBackend.Instance)
