namespace Hyperdiff.FSharp

open System
open System.Diagnostics
open System.Reflection
open FSharp.Reflection
open Hyperdiff

/// How a member of a structure is written and read, its type erased.
[<AbstractClass>]
type internal Member() =
    abstract Flatten: name: string * value: objnull * frozen: bool * writer: LeafWriter -> unit
    abstract Rebuild: prototype: objnull * reader: LeafReader -> objnull

/// A member that belongs to the structure and is not a tensor: an int, a bool, a string, an enum.
type internal StaticMember() =
    inherit Member()
    override _.Flatten(name, value, _, writer) = writer.Static(name, value)
    override _.Rebuild(prototype, _) = prototype

/// A record or tuple as its fields, in the order of their declaration.
type internal FieldsTree<'T>(fields: struct (string * bool * Member)[], read: obj -> objnull[], make: objnull[] -> obj) =
    inherit Tree<'T>()

    let items (value: 'T) =
        match box value with
        | null -> nullArg "value"
        | record -> Array.zip fields (read record)

    override _.Flatten(value, writer) =
        for struct (name, frozen, field), item in items value do
            field.Flatten(name, item, frozen, writer)

    override _.Rebuild(prototype, reader) =
        items prototype
        |> Array.map (fun (struct (_, _, field), item) -> field.Rebuild(item, reader))
        |> make
        |> unbox<'T>

/// The tree of a type, found or derived once. A registered tree comes first, so that a type has one tree in both languages.
type internal KnownTree<'T> private () =
    static let derived = lazy (DerivedTree.Of<'T>())

    static let tree =
        lazy
            (match Tree.TryOf<'T>() with
             | true, NonNull registered -> registered
             | _ -> derived.Value)

    static member Tree = tree.Value
    static member Derived = derived.Value

/// A member that is a structure itself. Its tree is looked up when it is used: a type may contain itself, in a list.
and internal ChildMember<'M>() =
    inherit Member()

    override _.Flatten(name, value, frozen, writer) =
        writer.Child(name, KnownTree<'M>.Tree, unbox<'M> value, frozen)

    override _.Rebuild(prototype, reader) =
        box (reader.Child(KnownTree<'M>.Tree, unbox<'M> prototype))

/// An array as the structures of its items; its length is part of the structure.
and internal ArrayTree<'Item>() =
    inherit Tree<'Item[]>()
    let items = lazy (Tree.Array KnownTree<'Item>.Tree)
    override _.Flatten(value, writer) = items.Value.Flatten(value, writer)
    override _.Rebuild(prototype, reader) = items.Value.Rebuild(prototype, reader)

/// A list likewise.
and internal ListTree<'Item>() =
    inherit Tree<'Item list>()
    let items = ArrayTree<'Item>()
    override _.Flatten(value, writer) = items.Flatten(Array.ofList value, writer)

    override _.Rebuild(prototype, reader) =
        items.Rebuild(Array.ofList prototype, reader) |> List.ofArray

/// Makes trees by reflection over the declaration of a type.
and [<AbstractClass; Sealed>] internal DerivedTree =

    static member Of<'T>() : Tree<'T> =
        let declared = typeof<'T>
        let anyAccess = BindingFlags.Public ||| BindingFlags.NonPublic

        if FSharpType.IsRecord(declared, anyAccess) then
            let fields = FSharpType.GetRecordFields(declared, anyAccess) |> Array.map DerivedTree.Field
            FieldsTree<'T>(fields, FSharpValue.PreComputeRecordReader(declared, anyAccess), FSharpValue.PreComputeRecordConstructor(declared, anyAccess))
        elif FSharpType.IsTuple declared then
            let fields = FSharpType.GetTupleElements declared |> Array.mapi (fun i item -> struct ($"Item{i + 1}", false, DerivedTree.Member item))
            FieldsTree<'T>(fields, FSharpValue.PreComputeTupleReader declared, FSharpValue.PreComputeTupleConstructor declared)
        elif declared.IsSZArray then
            DerivedTree.Create<Tree<'T>>(typedefof<ArrayTree<_>>, nonNull (declared.GetElementType()))
        elif declared.IsGenericType && declared.GetGenericTypeDefinition() = typedefof<_ list> then
            DerivedTree.Create<Tree<'T>>(typedefof<ListTree<_>>, declared.GetGenericArguments()[0])
        else
            raise (
                NotSupportedException(
                    $"No tree can be derived for {declared}. It takes records, tuples, arrays and lists of tensors and of each other; "
                    + "members of type int, bool, string or enum may stand beside them."
                )
            )

    // forms made by C# bring trees of their own; a function of F# would read the number, and cut the derivative
    static member private RefuseNumbers(field: PropertyInfo) =
        let declared = field.PropertyType

        if declared = typeof<float> || declared = typeof<float[]> || declared = typeof<float[,]> then
            raise (
                NotSupportedException(
                    $"No tree can be derived for {field.DeclaringType}: {field.Name} is a {declared}, and a plain number cannot be traced. "
                    + "Declare it as Tensor, and pass Tensor.scalar."
                )
            )

    static member private Field(field: PropertyInfo) =
        DerivedTree.RefuseNumbers field
        struct (field.Name, field.IsDefined typeof<FrozenAttribute>, DerivedTree.Member field.PropertyType)

    static member private Member(declared: Type) : Member =
        if declared = typeof<int> || declared = typeof<bool> || declared = typeof<string> || declared.IsEnum then
            StaticMember()
        else
            DerivedTree.Create<Member>(typedefof<ChildMember<_>>, declared)

    static member private Create<'Made>(definition: Type, argument: Type) : 'Made =
        match Activator.CreateInstance(definition.MakeGenericType argument) with
        | :? 'Made as made -> made
        | _ -> raise (UnreachableException $"{definition} of {argument} is not a {typeof<'Made>}.")
