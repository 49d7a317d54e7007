namespace Hyperdiff.FSharp

open System
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

    /// <summary>A matrix, its rows below each other also where it stands within a record or a list.</summary>
    [<StructuredFormatDisplay("{Rows}{Type}")>]
    type ShownMatrix(rows: Shown[,], shownType: string) =

        /// <summary>The rows, in one column.</summary>
        member _.Rows = rows

        /// <summary>Element type and shape.</summary>
        member _.Type = shownType

    // "[[1, 2],", " [3, 4]]  float64 [2, 2]": F# Interactive sets brackets itself where it lays out rows
    let private matrix (lines: string[]) =
        let last = lines[lines.Length - 1]
        let closing = last.LastIndexOf("]]", StringComparison.Ordinal)
        let row (line: string) = line.Trim([| '['; ']'; ','; ' ' |]) |> Shown
        let rows = Array.append lines[.. lines.Length - 2] [| last[..closing] |] |> Array.map row
        ShownMatrix(Array2D.init lines.Length 1 (fun i _ -> rows[i]), last[closing + 2 ..])

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
        | NonNull other when isOurs (other.GetType()) -> string other |> Shown |> box
        | _ -> null
