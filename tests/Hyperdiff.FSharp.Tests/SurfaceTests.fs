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

let private fullName (method: MethodInfo) = $"{method.DeclaringType}.{method.Name}"

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
    Assert.Empty(modules |> Seq.filter (fun declared -> not (isDocumented $"T:{declared.FullName}")) |> Seq.map _.FullName)
    Assert.Empty(functions |> Seq.filter (fun method -> not (isDocumented $"M:{fullName method}")) |> Seq.map fullName)

[<Fact>]
let ``Every module but the operators must be qualified`` () =
    let free = modules |> Array.filter (fun declared -> not (declared.IsDefined typeof<RequireQualifiedAccessAttribute>)) |> Array.map _.Name
    Assert.Equal<string[]>([| "Operators" |], free)
