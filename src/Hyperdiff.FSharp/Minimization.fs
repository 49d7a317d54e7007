namespace Hyperdiff.FSharp

open Hyperdiff

/// <summary>Objectives together with the method that minimizes them.</summary>
[<RequireQualifiedAccess>]
module Minimization =

    /// <summary>Finds a minimum.</summary>
    [<CompiledName("Solve")>]
    let solve (start: 'State) (hyper: 'Hyper) (minimization: Minimization<'State, 'Hyper>) =
        let solution = minimization.Solve(start, hyper)
    
        SolveFailure.ofReports "This solution" [ solution.Report ] solution
        |> Result.map (fun solved -> solved.State)
