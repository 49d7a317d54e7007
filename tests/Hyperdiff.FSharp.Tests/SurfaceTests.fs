module Hyperdiff.FSharp.Tests.SurfaceTests

open System
open System.IO
open System.Reflection
open System.Xml.Linq
open Hyperdiff.FSharp
open Xunit

let private assembly = typeof<SolveFailure<unit>>.Assembly

let private modules =
    assembly.GetExportedTypes()
    |> Array.filter (fun declared -> declared.IsAbstract && declared.IsSealed)

let private functions =
    modules
    |> Array.collect (fun declared -> declared.GetMethods(BindingFlags.Static ||| BindingFlags.Public ||| BindingFlags.DeclaredOnly))
    // what the compiler adds beside an inline function; and members of a type of another assembly, which are named as F# calls them for an index or a slice
    |> Array.filter (fun method -> not (method.Name.EndsWith("$W", StringComparison.Ordinal) || method.Name.Contains '.'))

let private nameOf (declared: Type) = declared.ToString().Replace('+', '.')
let private fullName (method: MethodInfo) = $"{nameOf (nonNull method.DeclaringType)}.{method.Name}"

let private documented =
    let file = Path.ChangeExtension(assembly.Location, ".xml") |> nonNull

    [ for entry in XDocument.Load(file).Descendants(XName.Get "member") do
          match entry.Element(XName.Get "summary"), entry.Attribute(XName.Get "name") with
          | NonNull summary, NonNull name when summary.Value.Trim().Length > 0 -> name.Value
          | _ -> () ]

let private isDocumented (prefix: string) =
    let begins (name: string) after = name.StartsWith(prefix + after, StringComparison.Ordinal)
    documented |> List.exists (fun name -> name = prefix || begins name "(" || begins name "``")

[<Fact>]
let ``There are modules and functions to look at`` () =
    Assert.True(modules.Length >= 15, $"{modules.Length}")
    Assert.True(functions.Length >= 100, $"{functions.Length}")

[<Fact>]
let ``Every public function has a compiled name in Pascal case`` () =
    let named (method: MethodInfo) =
        Char.IsUpper method.Name[0] && method.IsDefined typeof<CompilationSourceNameAttribute>

    Assert.Empty(functions |> Seq.filter (named >> not) |> Seq.map fullName)

[<Fact>]
let ``A compiled name is the F# name in Pascal case`` () =
    let differs (method: MethodInfo) =
        match method.GetCustomAttribute<CompilationSourceNameAttribute>() with
        | NonNull attribute ->
            let source = attribute.SourceName
            not (source.StartsWith("op_", StringComparison.Ordinal)) && $"{Char.ToUpperInvariant source[0]}{source[1..]}" <> method.Name
        | _ -> false

    Assert.Empty(functions |> Seq.filter differs |> Seq.map fullName)

[<Fact>]
let ``Compiled names are unique within a module`` () =
    let repeated = functions |> Seq.countBy fullName |> Seq.filter (fun (_, count) -> count > 1)
    Assert.Empty repeated

[<Fact>]
let ``Every public module and function is documented`` () =
    Assert.Empty(modules |> Seq.filter (fun declared -> not (isDocumented $"T:{nameOf declared}")) |> Seq.map nameOf)
    Assert.Empty(functions |> Seq.filter (fun method -> not (isDocumented $"M:{fullName method}")) |> Seq.map fullName)

[<Fact>]
let ``Every module must be qualified, but for operators, indices and the parts of Tensor`` () =
    let free = modules |> Array.filter (fun declared -> not (declared.IsDefined typeof<RequireQualifiedAccessAttribute>)) |> Array.map _.Name
    Assert.Equal<string[]>([| "Elementwise"; "Indexing"; "Operators"; "Reductions"; "Windows" |], Array.sort free)

/// A type as F# writes it, without its namespace.
let rec private describe (t: Type) : string =
    if t.IsGenericParameter then $"'{t.Name}"
    elif t.IsArray then $"{describe (nonNull (t.GetElementType()))}[]"
    elif t.IsGenericType then
        let arguments = t.GetGenericArguments() |> Seq.map describe
        match (t.Name.Split '`')[0] with
        | "FSharpFunc" -> arguments |> String.concat " -> " |> sprintf "(%s)"
        | name -> arguments |> String.concat ", " |> sprintf "%s<%s>" name
    else
        t.Name

let private surface =
    let function' (method: MethodInfo) =
        let parameters = method.GetParameters() |> Seq.map (fun parameter -> $"{parameter.Name}: {describe parameter.ParameterType} -> ") |> String.concat ""
        $"{describe (nonNull method.DeclaringType)}.{method.Name}: {parameters}{describe method.ReturnType}"

    let member' (declared: Type) (found: MemberInfo) =
        match found with
        | :? PropertyInfo as property -> Some $"{describe declared}.{property.Name}: {describe property.PropertyType}"
        | :? ConstructorInfo as made ->
            let parameters = made.GetParameters() |> Seq.map (fun parameter -> $"{parameter.Name}: {describe parameter.ParameterType}") |> String.concat ", "
            Some $"{describe declared}.new({parameters})"
        | :? MethodInfo as method when not method.IsSpecialName -> Some(function' method)
        | _ -> None

    let types = assembly.GetExportedTypes() |> Array.except modules

    let members =
        types
        |> Seq.collect (fun declared ->
            declared.GetMembers(BindingFlags.Instance ||| BindingFlags.Static ||| BindingFlags.Public ||| BindingFlags.DeclaredOnly)
            |> Seq.choose (member' declared))

    Seq.concat [ types |> Seq.map describe; members; functions |> Seq.map function' ]
    |> Seq.sortWith (fun left right -> String.CompareOrdinal(left, right))
    |> String.concat "\n"
    |> fun lines -> lines + "\n"

[<Fact>]
let ``The surface is the one that is written down`` () =
    let rec above (folder: DirectoryInfo) =
        if File.Exists(Path.Combine(folder.FullName, "Hyperdiff.sln")) then folder.FullName else above (nonNull folder.Parent)

    let file = Path.Combine(above (DirectoryInfo AppContext.BaseDirectory), "src", "Hyperdiff.FSharp", "PublicAPI.txt")

    if Environment.GetEnvironmentVariable "HYPERDIFF_WRITE_DOCS" = "1" then
        File.WriteAllText(file, surface)

    Assert.True(
        File.Exists file && File.ReadAllText file = surface,
        "src/Hyperdiff.FSharp/PublicAPI.txt is not the surface; write it: "
        + "HYPERDIFF_WRITE_DOCS=1 dotnet test tests/Hyperdiff.FSharp.Tests -c Release --filter SurfaceTests"
    )
