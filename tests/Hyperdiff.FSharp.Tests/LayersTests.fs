module Hyperdiff.FSharp.Tests.LayersTests

open System
open Hyperdiff
open Hyperdiff.FSharp
open Xunit

let private keys = RandomKey.split 8 (RandomKey.fromSeed 3L)
let private draw index sizes = RandomKey.normal sizes keys[index]

[<Fact>]
let ``A layer of the module gives the bits of the method`` () =
    let x, w, b = draw 0 [ 3; 4 ], draw 1 [ 4; 4 ], draw 2 [ 4 ]
    let mean = draw 3 [ 4 ]
    let statistics = struct (mean, Tensor.square (draw 4 [ 4 ]))
    let gru = struct (draw 5 [ 6; 4 ], draw 6 [ 6; 2 ], draw 7 [ 6 ], draw 0 [ 6 ])
    let lstm = struct (draw 5 [ 8; 4 ], draw 6 [ 8; 2 ], draw 7 [ 8 ], draw 0 [ 8 ])
    let h, s = draw 1 [ 3; 2 ], draw 2 [ 3; 2 ]
    let struct (hidden, cell) = Layers.LstmCell(x, struct (h, s), lstm)
    let struct (hidden', cell') = x |> Layers.lstmCell lstm (struct (h, s))
    let struct (output, running) = Layers.BatchNormTraining(x, b, mean, statistics, 0.2)
    let struct (output', running') = x |> Layers.batchNormTraining 0.2 statistics b mean
    let first (struct (a: Tensor, _: Tensor)) = a

    for expected, actual in
        [ Layers.Linear(x, w, b), x |> Layers.linear w b
          Layers.Embedding(Tensor.arange 3, w), Tensor.arange 3 |> Layers.embedding w
          Layers.Dropout(x, keys[3], 0.4), x |> Layers.dropout 0.4 keys[3]
          Layers.LayerNorm(x, b, mean), x |> Layers.layerNorm b mean
          Layers.RmsNorm(x, b), x |> Layers.rmsNorm b
          Layers.BatchNorm(x, b, mean, statistics), x |> Layers.batchNorm statistics b mean
          output, output'
          first running, first running'
          Layers.GruCell(x, h, gru), x |> Layers.gruCell gru h
          hidden, hidden'
          cell, cell'
          Layers.Attention(x, w, w), x |> Layers.attention w w ] do
        Bits.equal expected actual

[<Fact>]
let ``Files come back as they were`` () =
    let folder = IO.Directory.CreateTempSubdirectory "hyperdiff-fsharp-"

    try
        let path name = IO.Path.Combine(folder.FullName, name)
        let x = draw 0 [ 2; 3 ]
        NumpyFile.write (path "x.npy") x
        NumpyFile.writeArchive (path "x.npz") (Map [ "x", x; "n", Tensor.arange 3 ])
        let archive = NumpyFile.readArchive (path "x.npz")

        Bits.equal x (NumpyFile.read (path "x.npy"))
        Assert.Equal<string list>([ "n"; "x" ], List.ofSeq archive.Keys)
        Bits.equal x archive["x"]
    finally
        folder.Delete true
