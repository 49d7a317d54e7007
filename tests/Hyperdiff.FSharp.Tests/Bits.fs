namespace Hyperdiff.FSharp.Tests

open System
open Hyperdiff
open Xunit

/// Equality to the last bit.
[<RequireQualifiedAccess>]
module Bits =

    let private bits (tensor: Tensor) =
        match tensor.DType with
        | DType.Float64 -> tensor.ToArray<float>() |> Array.map BitConverter.DoubleToInt64Bits
        | DType.Float32 -> tensor.ToArray<float32>() |> Array.map (BitConverter.SingleToInt32Bits >> int64)
        | DType.Int32 -> tensor.ToArray<int>() |> Array.map int64
        | DType.Bool -> tensor.ToArray<bool>() |> Array.map (fun truth -> if truth then 1L else 0L)
        | other -> raise (NotSupportedException $"no test uses {other}")

    let equal (expected: Tensor) (actual: Tensor) =
        Assert.Equal(expected.Type, actual.Type)
        Assert.Equal<int64[]>(bits expected, bits actual)
