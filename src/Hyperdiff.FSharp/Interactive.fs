namespace Hyperdiff.FSharp

open System
open System.Reflection
open FSharp.Reflection
open Hyperdiff

/// <summary>What F# Interactive shows of values of this library; the package sets it up by itself.</summary>
[<RequireQualifiedAccess>]
module Interactive =

    /// <summary>A text as it stands: F# Interactive puts quotes around a string, and none around this.</summary>
    [<StructuredFormatDisplay("{Text}")>]
    type Shown(text: string) =

        /// <summary>The text. One of several lines begins a line, so that its columns stand below each other.</summary>
        member _.Text = if text.Contains '\n' then "\n" + text else text

        override _.ToString() = text

    /// <summary>A matrix, its rows below each other also where it stands within a record or a list.</summary>
    [<StructuredFormatDisplay("{Rows}{Type}")>]
    type ShownMatrix(rows: Shown[,], shownType: string) =

        /// <summary>The rows, in one column.</summary>
        member _.Rows = rows

        /// <summary>Element type and shape.</summary>
        member _.Type = shownType

        override _.ToString() = shownType

    /// <summary>A result: the structure that it holds, laid out as F# lays it out, and below it what the result says of itself.</summary>
    [<StructuredFormatDisplay("{Name} {Structure}{Evidence}")>]
    type ShownResult(name: string, structure: objnull, evidence: string) =

        /// <summary>What the structure is.</summary>
        member _.Name = name

        /// <summary>The structure.</summary>
        member _.Structure = structure

        /// <summary>The text, on lines of its own.</summary>
        member _.Evidence = Shown("\n" + evidence).Text.Substring 1

        override _.ToString() = evidence

    // "[[1, 2],", " [3, 4]]  float64 [2, 2]": F# Interactive sets brackets itself where it lays out rows
    let private matrix (lines: string[]) =
        let last = lines[lines.Length - 1]
        let closing = last.LastIndexOf("]]", StringComparison.Ordinal)
        let row (line: string) = line.Trim([| '['; ']'; ','; ' ' |]) |> Shown
        let rows = Array.append lines[.. lines.Length - 2] [| last[..closing] |] |> Array.map row
        ShownMatrix(Array2D.init lines.Length 1 (fun i _ -> rows[i]), last[closing + 2 ..])

    // a structure of the user's own, which C#'s ToString could only print as one line: what is asked for first
    let private structures = [ "Gradient"; "Hyper"; "State"; "Value"; "Parameters"; "Correction" ]

    let private structure (shown: Type) : PropertyInfo option =
        let isOwn name =
            match shown.GetGenericTypeDefinition().GetProperty(name: string) with
            | NonNull property -> property.PropertyType.IsGenericParameter
            | _ -> false

        if shown.IsGenericType then
            structures |> List.tryFind isOwn |> Option.map (fun name -> nonNull (shown.GetProperty name))
        else
            None

    // a record of C# would print its structures once more
    let private besides (shown: Type) (value: obj) =
        let isStructure (property: PropertyInfo) = (nonNull (shown.GetGenericTypeDefinition().GetProperty property.Name)).PropertyType.IsGenericParameter

        let line (property: PropertyInfo) =
            match property.GetValue value with
            | :? Collections.IEnumerable as items when not (items :? string) -> String.Join("; ", Seq.cast<obj> items) |> sprintf "%s [%s]" property.Name
            | other -> $"{property.Name} {other}"

        match shown.GetMethod("PrintMembers", BindingFlags.Instance ||| BindingFlags.NonPublic) with
        | null -> string value
        | _ -> shown.GetProperties() |> Seq.filter (isStructure >> not) |> Seq.map line |> String.concat "\n"

    let private isOurs (shown: Type) =
        (nonNull (shown.Assembly.GetName().Name)).StartsWith("Hyperdiff", StringComparison.Ordinal)
        && not shown.IsArray
        && not (FSharpType.IsFunction shown)
        && shown.DeclaringType <> typeof<Shown>.DeclaringType

    /// <summary>What to show instead of a value: of values of this library their text, of others null, which leaves them to F# Interactive.</summary>
    /// <param name="value">Any value.</param>
    [<CompiledName("Show")>]
    let show (value: objnull) : objnull =
        match value with
        | :? Tensor as tensor when tensor.Rank = 2 && tensor.Count > 0 -> matrix ((string tensor).Split '\n') |> box
        | NonNull ours when isOurs (ours.GetType()) ->
            match structure (ours.GetType()) with
            | Some property -> ShownResult(property.Name.ToLowerInvariant(), property.GetValue ours, besides (ours.GetType()) ours) |> box
            | None -> string ours |> Shown |> box
        | _ -> null
