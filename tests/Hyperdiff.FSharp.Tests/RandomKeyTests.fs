module Hyperdiff.FSharp.Tests.RandomKeyTests

open System
open Hyperdiff
open Hyperdiff.FSharp
open Xunit

let private key = RandomKey.fromSeed 12L
let private shape (sizes: int list) = Shape(ReadOnlySpan(List.toArray sizes))
let private logits = Tensor.from [| 0.1; 0.7 |]

type Sample = { Mean: Tensor; Key: RandomKey }

[<Fact>]
let ``A draw of the module gives the bits of the method`` () =
    let pairs = [
        key.Bits(shape [ 3 ]), RandomKey.bits [ 3 ] key
        key.Uniform(shape [ 2; 3 ]), RandomKey.uniform [ 2; 3 ] key
        key.Uniform(shape [ 3 ], -1.0, 2.0), RandomKey.uniformBetween -1.0 2.0 [ 3 ] key
        key.Normal(shape [ 3 ]), RandomKey.normal [ 3 ] key
        key.TruncatedNormal(shape [ 3 ], -1.0, 2.0), RandomKey.truncatedNormal -1.0 2.0 [ 3 ] key
        key.Gumbel(shape [ 3 ]), RandomKey.gumbel [ 3 ] key
        key.Bernoulli(shape [ 9 ], 0.4), RandomKey.bernoulli 0.4 [ 9 ] key
        key.Categorical(logits, shape [ 9 ]), RandomKey.categorical logits [ 9 ] key
        key.Permutation 7, RandomKey.permutation 7 key
        key.Integers(shape [ 9 ], -2, 5), RandomKey.integers -2 5 [ 9 ] key
        (Array.item 1 (key.Split 3)).Words, (RandomKey.split 3 key |> List.item 1).Words
        key.SplitBatch(3).Words, (RandomKey.splitBatch 3 key).Words
        key.Fold(3).Words, (RandomKey.fold 3 key).Words
    ]

    for expected, actual in pairs do
        Bits.equal expected actual

[<Fact>]
let ``A key is a member of a record without a derivative`` () =
    let gradient =
        Diff.grad (fun sample -> Tensor.sum (sample.Mean * RandomKey.normal [ 2 ] sample.Key)) { Mean = Tensor.ones [ 2 ]; Key = key }

    Bits.equal (key.Normal(shape [ 2 ])) gradient.Mean
