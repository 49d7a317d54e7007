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

/// The members of a record, a tuple or a case of a union, in the order of their declaration.
type internal Members(members: struct (string * bool * Member)[], read: obj -> objnull[], make: objnull[] -> obj) =

    member _.Count = members.Length

    member _.Flatten(value: obj, writer: LeafWriter) =
        for struct (name, frozen, member'), item in Array.zip members (read value) do
            member'.Flatten(name, item, frozen, writer)

    member _.Rebuild(prototype: obj, reader: LeafReader) =
        Array.zip members (read prototype)
        |> Array.map (fun (struct (_, _, member'), item) -> member'.Rebuild(item, reader))
        |> make

/// A record or a tuple as its members.
type internal FieldsTree<'T>(members: Members) =
    inherit Tree<'T>()
    let given (value: 'T) = match box value with Null -> nullArg "value" | NonNull fields -> fields
    override _.Flatten(value, writer) = members.Flatten(given value, writer)
    override _.Rebuild(prototype, reader) = members.Rebuild(given prototype, reader) |> unbox<'T>

/// A union as the members of its case; which case it is belongs to the structure.
type internal UnionTree<'T>(takesNull: bool, tag: objnull -> int, cases: struct (string * Members)[]) =
    inherit Tree<'T>()

    // a case that is null, as None is, has no members
    let case (value: 'T) = let struct (name, members) = cases[tag (box value)] in name, Option.ofObj (box value) |> Option.map (fun there -> members, there)

    override _.TakesNull = takesNull

    override _.Flatten(value, writer) =
        let name, there = case value
        writer.Static("Case", name)
        there |> Option.iter (fun (members, value) -> members.Flatten(value, writer))

    override _.Rebuild(prototype, reader) =
        match case prototype with
        | _, Some(members, value) -> members.Rebuild(value, reader) |> unbox<'T>
        | _, None -> prototype

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

    /// Refuses a type that cannot hold a tensor: its derivative would be a copy of it.
    static member Require(tree: Tree<'T>) =
        if DerivedTree.HoldsNoTensor typeof<'T> then raise (DerivedTree.Underivable(typeof<'T>, " There is no tensor in it.")) else tree

/// A member that is a structure itself. Its tree is looked up when it is used: a type may contain itself, in a list or in a case.
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

/// A map as the structures of its values, in the order of their keys, which are part of the structure.
and internal MapTree<'Key, 'Value when 'Key: comparison>() =
    inherit Tree<Map<'Key, 'Value>>()
    let name (key: 'Key) = match box key with :? string as text -> $"[\"{text}\"]" | _ -> $"[{key}]"

    override _.Flatten(value, writer) =
        for KeyValue(key, item) in value do
            writer.Static("Key", key)
            writer.Child(name key, KnownTree<'Value>.Tree, item)

    override _.Rebuild(prototype, reader) =
        prototype |> Map.map (fun _ item -> reader.Child(KnownTree<'Value>.Tree, item))

/// What may be absent, and then has no leaves: its leaves have the names that they would have without the option.
and internal OptionTree<'Value>() =
    inherit Tree<'Value option>()
    override _.TakesNull = true

    override _.Flatten(value, writer) =
        writer.Static("HasValue", value.IsSome)
        value |> Option.iter (fun there -> KnownTree<'Value>.Tree.Flatten(there, writer))

    override _.Rebuild(prototype, reader) =
        prototype |> Option.map (fun there -> KnownTree<'Value>.Tree.Rebuild(there, reader))

/// The same as a value type.
and internal ValueOptionTree<'Value>() =
    inherit Tree<'Value voption>()

    override _.Flatten(value, writer) =
        writer.Static("HasValue", value.IsSome)
        value |> ValueOption.iter (fun there -> KnownTree<'Value>.Tree.Flatten(there, writer))

    override _.Rebuild(prototype, reader) =
        prototype |> ValueOption.map (fun there -> KnownTree<'Value>.Tree.Rebuild(there, reader))

/// Makes trees by reflection over the declaration of a type.
and [<AbstractClass; Sealed>] internal DerivedTree =

    static member private AnyAccess = BindingFlags.Public ||| BindingFlags.NonPublic

    /// A type as F# writes it.
    static member private Written(declared: Type) : string =
        let written = Seq.map DerivedTree.Written

        if declared = typeof<float> then "float"
        elif declared = typeof<float32> then "float32"
        elif declared.IsArray then $"{DerivedTree.Written(nonNull (declared.GetElementType()))}[]"
        elif FSharpType.IsTuple declared then FSharpType.GetTupleElements declared |> written |> String.concat " * "
        else
            let name = match DerivedTree.Container declared with Some(struct (name, _)) -> name | None -> (declared.Name.Split '`')[0]

            match declared.GetGenericArguments() |> written |> List.ofSeq with
            | [] -> name
            | [ item ] when (DerivedTree.Container declared).IsSome -> $"{item} {name}"
            | several -> several |> String.concat ", " |> sprintf "%s<%s>" name

    /// The types that are part of a structure and no leaves.
    static member private IsStatic(declared: Type) =
        match Type.GetTypeCode declared with
        | TypeCode.Boolean
        | TypeCode.Char
        | TypeCode.String -> true
        // enums too
        | code -> code >= TypeCode.SByte && code <= TypeCode.UInt64

    static member HoldsNoTensor(declared: Type) : bool =
        DerivedTree.IsStatic declared
        || declared.IsArray && DerivedTree.HoldsNoTensor(nonNull (declared.GetElementType()))
        || (FSharpType.IsTuple declared || (DerivedTree.Container declared).IsSome) && Array.forall DerivedTree.HoldsNoTensor (declared.GetGenericArguments())

    /// The trees that are made for what a generic type is given.
    static member private Containers = [
        typedefof<_ list>, struct ("list", typedefof<ListTree<_>>)
        typedefof<_ option>, struct ("option", typedefof<OptionTree<_>>)
        typedefof<_ voption>, struct ("voption", typedefof<ValueOptionTree<_>>)
        typedefof<Map<_, _>>, struct ("Map", typedefof<MapTree<_, _>>)
    ]

    static member private Container(declared: Type) =
        DerivedTree.Containers
        |> List.tryPick (fun (definition, named) -> if declared.IsGenericType && declared.GetGenericTypeDefinition() = definition then Some named else None)

    static member Of<'T>() : Tree<'T> =
        let declared = typeof<'T>
        DerivedTree.RefuseNumbers(DerivedTree.Written declared, declared)

        match DerivedTree.Container declared with
        | Some(struct (name, tree)) ->
            if name = "Map" && not (DerivedTree.IsStatic(declared.GetGenericArguments()[0])) then
                raise (DerivedTree.Underivable(declared, " The keys of a map are integers, characters, strings or enums."))

            DerivedTree.Create<Tree<'T>>(tree, declared.GetGenericArguments())
        | None when DerivedTree.IsStatic declared -> Tree.Static<'T>()
        | None when declared.IsSZArray -> DerivedTree.Create<Tree<'T>>(typedefof<ArrayTree<_>>, [| nonNull (declared.GetElementType()) |])
        | None when FSharpType.IsRecord(declared, DerivedTree.AnyAccess) ->
            let members = FSharpType.GetRecordFields(declared, DerivedTree.AnyAccess) |> Array.map (DerivedTree.Field declared)
            let read = FSharpValue.PreComputeRecordReader(declared, DerivedTree.AnyAccess)
            FieldsTree<'T>(Members(members, read, FSharpValue.PreComputeRecordConstructor(declared, DerivedTree.AnyAccess)))
        | None when FSharpType.IsTuple declared ->
            let members = FSharpType.GetTupleElements declared |> Array.mapi (fun i item -> struct ($"Item{i + 1}", false, DerivedTree.Member item))
            FieldsTree<'T>(Members(members, FSharpValue.PreComputeTupleReader declared, FSharpValue.PreComputeTupleConstructor declared))
        | None when FSharpType.IsUnion(declared, DerivedTree.AnyAccess) ->
            let cases = FSharpType.GetUnionCases(declared, DerivedTree.AnyAccess) |> Array.map DerivedTree.Case
            let read = FSharpValue.PreComputeUnionTagReader(declared, DerivedTree.AnyAccess)
            let hasNull = DerivedTree.HasNullCase declared
            // only a case without fields may be null
            let nullTag = cases |> Array.tryFindIndex (fun (struct (_, members: Members)) -> members.Count = 0) |> Option.defaultValue 0
            UnionTree<'T>(hasNull, (function NonNull value -> read value | Null when hasNull -> nullTag | Null -> nullArg "value"), cases)
        | None -> raise (DerivedTree.Underivable(declared, String.Empty))

    static member private Case(case: UnionCaseInfo) =
        let fields = case.GetFields()

        let name (field: PropertyInfo) =
            if fields.Length = 1 && field.Name = "Item" then case.Name else $"{case.Name}.{field.Name}"

        let members =
            fields
            |> Array.map (fun field ->
                let struct (_, frozen, member') = DerivedTree.Field case.DeclaringType field
                struct (name field, frozen, member'))

        let make = FSharpValue.PreComputeUnionConstructor(case, DerivedTree.AnyAccess)
        struct (case.Name, Members(members, FSharpValue.PreComputeUnionReader(case, DerivedTree.AnyAccess), make >> nonNull))

    static member private HasNullCase(declared: Type) =
        match declared.GetCustomAttribute<CompilationRepresentationAttribute>() with
        | NonNull representation -> representation.Flags.HasFlag CompilationRepresentationFlags.UseNullAsTrueValue
        | Null -> false

    // forms made by C# bring trees of their own; a function of F# would read the number, and cut the derivative
    static member private RefuseNumbers(where: string, declared: Type) =
        if Array.contains declared [| typeof<float>; typeof<float32>; typeof<decimal> |] then
            raise (
                NotSupportedException(
                    $"No tree can be derived for {where}: a {DerivedTree.Written declared} is a plain number, which cannot be traced. "
                    + "Declare it as Tensor, and pass Tensor.scalar 0.5; or leave it out of the structure, and let the function capture it."
                )
            )
        elif declared.IsArray then
            DerivedTree.RefuseNumbers(where, nonNull (declared.GetElementType()))
        elif FSharpType.IsTuple declared || (DerivedTree.Container declared).IsSome then
            for argument in declared.GetGenericArguments() do
                DerivedTree.RefuseNumbers(where, argument)

    static member Underivable(declared: Type, why: string) =
        NotSupportedException(
            $"No tree can be derived for {DerivedTree.Written declared}. "
            + "It takes records, unions, tuples, arrays, lists, options and maps of tensors and of each other; "
            + $"integers, bool, char, string and enums may stand beside them.{why} A type of another kind needs a tree by hand: Tree.register."
        )

    static member private Field (declaring: Type) (field: PropertyInfo) =
        DerivedTree.RefuseNumbers($"{DerivedTree.Written declaring}, whose {field.Name} is a {DerivedTree.Written field.PropertyType}", field.PropertyType)
        struct (field.Name, field.IsDefined typeof<FrozenAttribute>, DerivedTree.Member field.PropertyType)

    static member private Member(declared: Type) : Member =
        DerivedTree.Create<Member>(typedefof<ChildMember<_>>, [| declared |])

    static member private Create<'Made>(definition: Type, arguments: Type[]) : 'Made =
        match Activator.CreateInstance(definition.MakeGenericType arguments) with
        | :? 'Made as made -> made
        | _ -> raise (UnreachableException $"{definition} of {arguments} is not a {typeof<'Made>}.")
