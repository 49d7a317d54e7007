module Hyperdiff.FSharp.Tests.FacesTests

open System
open System.Reflection
open Hyperdiff
open Hyperdiff.FSharp
open Xunit

/// The functions of all F# modules of one name: a concept of many functions stands in several files.
let private functionsOf =
    let modules =
        typeof<SolveFailure<unit>>.Assembly.GetExportedTypes()
        |> Array.filter (fun declared -> declared.IsAbstract && declared.IsSealed)
        |> Array.groupBy (fun declared -> declared.Name.Replace("Module", String.Empty, StringComparison.Ordinal))

    Map [
        for name, same in modules do
            name, Set [ for declared in same do for method in declared.GetMethods(BindingFlags.Static ||| BindingFlags.Public) -> method.Name ]
    ]

/// What has another name in F#, whose keywords differ and whose functions have no overloads; it must be there.
let private renamed =
    Map [
        "Argmin.GradientDescentMap", "Objective.GradientDescentMap"
        "Argmin.MinimizedBy", "Objective.MinimizedBy"
        "Argmin.Of", "Argmin.OfMinimization"
        "Argmin.ProximalGradientMap", "Objective.ProximalGradientMap"
        "Argmin.SubjectTo", "Objective.SubjectTo"
        "FixedPoint.Of", "FixedPoint.OfFinding"
        "FixedPoint.SolvedBy", "FixedPointMap.SolvedBy"
        "Linalg.SolveTriangular", "Linalg.SolveLower"
        "Loop.While", "Loop.WhileTrue"
        "RandomProcess.From", "Bilevel.RandomProcess"
        "RankedTensors.MeanOver", "Ranks.Mean"
        "RankedTensors.Own", "Ranks.Own"
        "RankedTensors.Shard", "Ranks.Shard"
        "RankedTensors.SumOver", "Ranks.Sum"
        "RankedTensors.ToEach", "Ranks.ToEach"
        "Root.Of", "Root.OfFinding"
        "Root.SolvedBy", "RootCondition.SolvedBy"
        "Tensor.Mod", "Tensor.Modulo"
        "Tensor.To", "Tensor.ToDType"
        "Tree.Of", "Tree.Find"
        "VectorSpace.Add", "Tree.Add"
        "VectorSpace.Axpy", "Tree.Axpy"
        "VectorSpace.Dot", "Tree.Dot"
        "VectorSpace.Norm", "Tree.Norm"
        "VectorSpace.Scale", "Tree.Scale"
        "VectorSpace.Subtract", "Tree.Subtract"
    ]

/// What F# calls as C# does: extension methods of enums, operators of masks, spans and host memory, builders of collection expressions; and trees of
/// containers, which F# derives.
let private called =
    Set [
        "AxesBuilder.Create"; "ShapeBuilder.Create"; "DTypes.Epsilon"; "DTypes.IsFloating"; "DTypes.Name"; "DTypes.Of"; "SolveStatuses.Describe"
        "FixedPoint.Gradient"; "Root.Gradient"
        "Tensor.And"; "Tensor.Or"; "Tensor.AsMemory"; "Tensor.AsSpan"; "Tensor.AsTensorSpan"; "Tensor.CopyTo"; "Tensor.Read"; "Tensor.FromHost"
        "Tensor.ToString"
        "RandomKey.ToString"; "Tree.Array"; "Tree.Dictionary"; "Tree.ImmutableArray"; "Tree.ImmutableDictionary"; "Tree.Named"; "Tree.Nullable"; "Tree.Optional"
        "Tree.ReadOnlyDictionary"; "Tree.Static"; "Tree.TryOf"; "Tree.Tuple"
    ]

let private isThere (name: string) =
    let parts = name.Split '.'
    functionsOf |> Map.tryFind parts[0] |> Option.exists (Set.contains parts[1])

let private missing (concept: Type) =
    concept.GetMethods(BindingFlags.Static ||| BindingFlags.Instance ||| BindingFlags.Public ||| BindingFlags.DeclaredOnly)
    |> Array.filter (fun method -> not method.IsSpecialName)
    |> Array.map (fun method -> $"{concept.Name}.{method.Name}")
    |> Array.distinct
    |> Array.filter (fun name -> not (called.Contains name || isThere (renamed |> Map.tryFind name |> Option.defaultValue name)))

[<Fact>]
let ``All that is done to a tensor, and all static functions, have a function in F#`` () =
    let concepts =
        typeof<Tensor>.Assembly.GetExportedTypes()
        |> Array.filter (fun declared -> declared.IsAbstract && declared.IsSealed || declared = typeof<Tensor> || declared = typeof<RandomKey>)

    let without = concepts |> Array.collect missing |> Array.sort |> String.concat ", "
    Assert.True(without.Length = 0, $"Without a function in F#: {without}")
