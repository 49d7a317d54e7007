namespace Hyperdiff.FSharp

open System.Collections.Immutable
open Hyperdiff

/// <summary>A solve that did not converge: what was reached, and how every solve behind it ended.</summary>
/// <remarks>The error case of every function that solves something. Nothing is lost in it: <c>Result</c> is what C# would have returned.</remarks>
type SolveFailure<'Result>(result: 'Result, reports: ImmutableArray<SolveReport>, description: string) =

    /// <summary>What was reached. It is not a solution.</summary>
    member _.Result = result

    /// <summary>How all solves ended, those that converged included.</summary>
    member _.Reports = reports

    /// <summary>How the first solve ended that did not converge; the first of all if a number that is not finite is what failed.</summary>
    member _.Report =
        reports
        |> Seq.tryFind (fun report -> not report.Converged)
        |> Option.defaultWith (fun () -> Seq.head reports)

    /// <summary>What happened, and what to change.</summary>
    override _.ToString() = description

/// Turns reports into results.
[<RequireQualifiedAccess>]
module internal SolveFailure =

    /// The result if all reports say converged; otherwise the failure.
    let ofReports (what: string) (reports: SolveReport seq) (result: 'Result) =
        if reports |> Seq.forall (fun report -> report.Converged) then
            Ok result
        else
            Error(SolveFailure(result, reports.ToImmutableArray(), SolveException(what + " rests on a solve that did not converge.", reports).Message))
