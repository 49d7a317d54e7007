namespace Hyperdiff.FSharp

open System
open System.Collections
open Hyperdiff

/// Reads nested lists, arrays and sequences as one tensor.
module internal TensorLiteral =

    let private dtypes =
        dict [ typeof<float>, DType.Float64; typeof<float32>, DType.Float32; typeof<int>, DType.Int32; typeof<bool>, DType.Bool ]

    let private refuse (item: Type) =
        raise (
            ArgumentException(
                $"A tensor is made of float, float32, int, bool or tensors, in lists, arrays and sequences of equal lengths; {item} is none of these. "
                + "Convert the numbers first: List.map float."
            )
        )

    let private ragged (depth: int) (expected: int) (found: int) =
        raise (ShapeMismatchException $"The lists at depth {depth} differ in length: one has {expected} items, another {found}. All must be equally long.")

    let private isLeaf (item: obj) = item :? Tensor || dtypes.ContainsKey(item.GetType())

    /// The sizes of what is below an item, whose leaves are added in row-major order; a size that is known must be met.
    let rec private read (sizes: ResizeArray<int>) (leaves: ResizeArray<obj>) (depth: int) (item: objnull) =
        let meet size =
            if depth = sizes.Count then sizes.Add size
            elif sizes[depth] <> size then ragged depth sizes[depth] size

        match item with
        | Null -> nullArg "items"
        | NonNull leaf when isLeaf leaf ->
            if depth < sizes.Count then raise (ShapeMismatchException $"At depth {depth} a number stands beside a list of {sizes[depth]} items.")
            leaves.Add leaf
        | :? Array as array when array.Rank > 1 ->
            for axis in 0 .. array.Rank - 1 do
                if depth + axis = sizes.Count then sizes.Add(array.GetLength axis)
                elif sizes[depth + axis] <> array.GetLength axis then ragged (depth + axis) sizes[depth + axis] (array.GetLength axis)

            for element in array do
                read sizes leaves (depth + array.Rank) element
        | :? string -> refuse typeof<string>
        | :? IEnumerable as items ->
            let items = Seq.cast<objnull> items |> Array.ofSeq
            meet items.Length

            for inner in items do
                read sizes leaves (depth + 1) inner
        | NonNull other -> refuse (other.GetType())

    let private shape (sizes: int seq) = Shape(ReadOnlySpan(Array.ofSeq sizes))

    /// What the innermost elements of a type are: of an empty list nothing else tells.
    let rec private elementType (declared: Type) : Type =
        if declared.IsArray then elementType (nonNull (declared.GetElementType()))
        elif declared.IsGenericType && declared.GetGenericArguments().Length = 1 then elementType (declared.GetGenericArguments()[0])
        else declared

    let private stacked (sizes: ResizeArray<int>) (leaves: ResizeArray<obj>) =
        let first = leaves |> Seq.pick (function :? Tensor as tensor -> Some tensor | _ -> None)

        let tensors =
            [| for leaf in leaves ->
                   match leaf with
                   | :? Tensor as tensor -> tensor
                   | number -> Tensor.Scalar(Convert.ToDouble(number, Globalization.CultureInfo.InvariantCulture), first.DType) |]

        Tensor.Stack(0, ReadOnlySpan tensors).Reshape(ReadOnlySpan [| yield! sizes; yield! first.Shape.Sizes |])

    let private elements (sizes: ResizeArray<int>) (leaves: ResizeArray<obj>) (declared: Type) =
        let item = if leaves.Count > 0 then leaves[0].GetType() else declared

        match leaves |> Seq.tryFind (fun leaf -> leaf.GetType() <> item) with
        | Some other ->
            raise (DTypeMismatchException $"A tensor has elements of one type; {other} is a {other.GetType()}, the first element is a {item}. Convert one.")
        | None ->
            if item = typeof<float> then Tensor.From([| for leaf in leaves -> unbox<float> leaf |], shape sizes)
            elif item = typeof<float32> then Tensor.From([| for leaf in leaves -> unbox<float32> leaf |], shape sizes)
            elif item = typeof<int> then Tensor.From([| for leaf in leaves -> unbox<int> leaf |], shape sizes)
            elif item = typeof<bool> then Tensor.From([| for leaf in leaves -> unbox<bool> leaf |], shape sizes)
            else refuse item

    let ofItems (items: 'Items) : Tensor =
        match box items with
        | :? Tensor as tensor -> tensor
        | :? (float[]) as vector -> Tensor.From vector
        | :? (float[,]) as matrix -> Tensor.From matrix
        | other ->
            let sizes, leaves = ResizeArray<int>(), ResizeArray<obj>()
            read sizes leaves 0 other

            if leaves |> Seq.exists (fun leaf -> leaf :? Tensor) then stacked sizes leaves
            else elements sizes leaves (elementType typeof<'Items>)
