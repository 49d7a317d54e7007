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
    Assert.Contains("System.Double", error.Message, StringComparison.Ordinal)
    Assert.Contains("Number is a", error.Message, StringComparison.Ordinal)

[<Fact>]
let ``Structures are added, subtracted and scaled leaf by leaf`` () =
    let sum = Tree.add (layer 1.0) (Tree.scale 2.0 (layer 3.0)) |> Tree.subtract <| layer 0.5
    Bits.equal (vector 6.5) sum.W
    Bits.equal (Tensor.scalar 6.5) sum.B
