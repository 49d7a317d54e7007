namespace Hyperdiff.FSharp

open System
open Hyperdiff

/// <summary>Indices and slices in F#'s own notation: <c>x[0]</c>, <c>x[-1]</c>, <c>x[1..3, *]</c>, <c>x[.., 0]</c>.</summary>
/// <remarks>
/// A position drops its axis, a slice keeps it, axes that are not named are kept whole. As everywhere in F#, the end of a slice is part of it: <c>x[1..3]</c>
/// has three elements, and <c>x[1..0]</c> none. A negative position counts from the end, also as an end of a slice: <c>x[-2..]</c> is the last two,
/// <c>x[.. -2]</c> all but the last. Steps other than 1 are <c>Tensor.slice</c>.
/// </remarks>
[<AutoOpen>]
module Indexing =

    type private Part =
        | At of int
        | Between of int option * int option

    let private outside (shape: Shape) (axis: int) (written: string) =
        raise (
            ArgumentOutOfRangeException(
                null,
                $"{written} is outside axis {axis} of shape {shape}, which has size {shape[axis]}. "
                + "A slice includes its end; negative positions count from the end."
            )
        )

    let private index (shape: Shape) (axis: int) part =
        match part with
        | At position -> TensorIndex.op_Implicit position
        | Between(first, last) ->
            let size = shape[axis]
            let fromEnd position = if position < 0 then position + size else position
            let start = first |> Option.map fromEnd |> Option.defaultValue 0
            let stop = last |> Option.map (fun position -> fromEnd position + 1) |> Option.defaultValue size
            let written = $"{Option.fold (fun _ p -> string p) String.Empty first}..{Option.fold (fun _ p -> string p) String.Empty last}"
            if start < 0 || start > size || stop < start || stop > size then outside shape axis written
            TensorIndex.op_Implicit (Range(Index.FromStart start, Index.FromStart stop))

    let private part (tensor: Tensor) (parts: Part list) : Tensor =
        if parts.Length > tensor.Rank then
            invalidArg "indices" $"{parts.Length} indices for a tensor of shape {tensor.Shape}, which has {tensor.Rank} axes; drop some."

        tensor[ReadOnlySpan [| for axis, item in List.indexed parts -> index tensor.Shape axis item |]]

    type Tensor with

        /// <summary>The part at a position of the first axis.</summary>
        member tensor.Item with get (i: int) = part tensor [ At i ]

        /// <summary>The part at positions of the first 2 axes.</summary>
        member tensor.Item with get (i: int, j: int) = part tensor [ At i; At j ]

        /// <summary>The part at positions of the first 3 axes.</summary>
        member tensor.Item with get (i: int, j: int, k: int) = part tensor [ At i; At j; At k ]

        /// <summary>The part at positions of the first 4 axes.</summary>
        member tensor.Item with get (i: int, j: int, k: int, l: int) = part tensor [ At i; At j; At k; At l ]

        /// <summary>The part <c>x[a..b]</c>.</summary>
        member tensor.GetSlice(i: int option, i2: int option) = part tensor [ Between(i, i2) ]

        /// <summary>The part <c>x[a..b, a..b]</c>.</summary>
        member tensor.GetSlice(i: int option, i2: int option, j: int option, j2: int option) = part tensor [ Between(i, i2); Between(j, j2) ]

        /// <summary>The part <c>x[a..b, i]</c>.</summary>
        member tensor.GetSlice(i: int option, i2: int option, j: int) = part tensor [ Between(i, i2); At j ]

        /// <summary>The part <c>x[i, a..b]</c>.</summary>
        member tensor.GetSlice(i: int, j: int option, j2: int option) = part tensor [ At i; Between(j, j2) ]

        /// <summary>The part <c>x[a..b, a..b, a..b]</c>.</summary>
        member tensor.GetSlice(i: int option, i2: int option, j: int option, j2: int option, k: int option, k2: int option) =
            part tensor [ Between(i, i2); Between(j, j2); Between(k, k2) ]

        /// <summary>The part <c>x[a..b, a..b, i]</c>.</summary>
        member tensor.GetSlice(i: int option, i2: int option, j: int option, j2: int option, k: int) =
            part tensor [ Between(i, i2); Between(j, j2); At k ]

        /// <summary>The part <c>x[a..b, i, a..b]</c>.</summary>
        member tensor.GetSlice(i: int option, i2: int option, j: int, k: int option, k2: int option) =
            part tensor [ Between(i, i2); At j; Between(k, k2) ]

        /// <summary>The part <c>x[a..b, i, i]</c>.</summary>
        member tensor.GetSlice(i: int option, i2: int option, j: int, k: int) = part tensor [ Between(i, i2); At j; At k ]

        /// <summary>The part <c>x[i, a..b, a..b]</c>.</summary>
        member tensor.GetSlice(i: int, j: int option, j2: int option, k: int option, k2: int option) =
            part tensor [ At i; Between(j, j2); Between(k, k2) ]

        /// <summary>The part <c>x[i, a..b, i]</c>.</summary>
        member tensor.GetSlice(i: int, j: int option, j2: int option, k: int) = part tensor [ At i; Between(j, j2); At k ]

        /// <summary>The part <c>x[i, i, a..b]</c>.</summary>
        member tensor.GetSlice(i: int, j: int, k: int option, k2: int option) = part tensor [ At i; At j; Between(k, k2) ]

        /// <summary>The part <c>x[a..b, a..b, a..b, a..b]</c>.</summary>
        member tensor.GetSlice(i: int option, i2: int option, j: int option, j2: int option, k: int option, k2: int option, l: int option, l2: int option) =
            part tensor [ Between(i, i2); Between(j, j2); Between(k, k2); Between(l, l2) ]

        /// <summary>The part <c>x[a..b, a..b, a..b, i]</c>.</summary>
        member tensor.GetSlice(i: int option, i2: int option, j: int option, j2: int option, k: int option, k2: int option, l: int) =
            part tensor [ Between(i, i2); Between(j, j2); Between(k, k2); At l ]

        /// <summary>The part <c>x[a..b, a..b, i, a..b]</c>.</summary>
        member tensor.GetSlice(i: int option, i2: int option, j: int option, j2: int option, k: int, l: int option, l2: int option) =
            part tensor [ Between(i, i2); Between(j, j2); At k; Between(l, l2) ]

        /// <summary>The part <c>x[a..b, a..b, i, i]</c>.</summary>
        member tensor.GetSlice(i: int option, i2: int option, j: int option, j2: int option, k: int, l: int) =
            part tensor [ Between(i, i2); Between(j, j2); At k; At l ]

        /// <summary>The part <c>x[a..b, i, a..b, a..b]</c>.</summary>
        member tensor.GetSlice(i: int option, i2: int option, j: int, k: int option, k2: int option, l: int option, l2: int option) =
            part tensor [ Between(i, i2); At j; Between(k, k2); Between(l, l2) ]

        /// <summary>The part <c>x[a..b, i, a..b, i]</c>.</summary>
        member tensor.GetSlice(i: int option, i2: int option, j: int, k: int option, k2: int option, l: int) =
            part tensor [ Between(i, i2); At j; Between(k, k2); At l ]

        /// <summary>The part <c>x[a..b, i, i, a..b]</c>.</summary>
        member tensor.GetSlice(i: int option, i2: int option, j: int, k: int, l: int option, l2: int option) =
            part tensor [ Between(i, i2); At j; At k; Between(l, l2) ]

        /// <summary>The part <c>x[a..b, i, i, i]</c>.</summary>
        member tensor.GetSlice(i: int option, i2: int option, j: int, k: int, l: int) = part tensor [ Between(i, i2); At j; At k; At l ]

        /// <summary>The part <c>x[i, a..b, a..b, a..b]</c>.</summary>
        member tensor.GetSlice(i: int, j: int option, j2: int option, k: int option, k2: int option, l: int option, l2: int option) =
            part tensor [ At i; Between(j, j2); Between(k, k2); Between(l, l2) ]

        /// <summary>The part <c>x[i, a..b, a..b, i]</c>.</summary>
        member tensor.GetSlice(i: int, j: int option, j2: int option, k: int option, k2: int option, l: int) =
            part tensor [ At i; Between(j, j2); Between(k, k2); At l ]

        /// <summary>The part <c>x[i, a..b, i, a..b]</c>.</summary>
        member tensor.GetSlice(i: int, j: int option, j2: int option, k: int, l: int option, l2: int option) =
            part tensor [ At i; Between(j, j2); At k; Between(l, l2) ]

        /// <summary>The part <c>x[i, a..b, i, i]</c>.</summary>
        member tensor.GetSlice(i: int, j: int option, j2: int option, k: int, l: int) = part tensor [ At i; Between(j, j2); At k; At l ]

        /// <summary>The part <c>x[i, i, a..b, a..b]</c>.</summary>
        member tensor.GetSlice(i: int, j: int, k: int option, k2: int option, l: int option, l2: int option) =
            part tensor [ At i; At j; Between(k, k2); Between(l, l2) ]

        /// <summary>The part <c>x[i, i, a..b, i]</c>.</summary>
        member tensor.GetSlice(i: int, j: int, k: int option, k2: int option, l: int) = part tensor [ At i; At j; Between(k, k2); At l ]

        /// <summary>The part <c>x[i, i, i, a..b]</c>.</summary>
        member tensor.GetSlice(i: int, j: int, k: int, l: int option, l2: int option) = part tensor [ At i; At j; At k; Between(l, l2) ]
