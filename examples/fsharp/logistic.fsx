// The hypergradient of the logistic regression example, computed from F# with the forms that the generator made of the C# methods. It prints the same digits as
//     dotnet run -c Release --project examples/LogisticRegression -- --print-hypergradient
//
// Build first, then run:
//     dotnet build Hyperdiff.sln -c Release
//     dotnet fsi examples/fsharp/logistic.fsx

#r "../../artifacts/bin/LogisticRegression/release/Hyperdiff.dll"
#r "../../artifacts/bin/LogisticRegression/release/Hyperdiff.Data.dll"
#r "../../artifacts/bin/LogisticRegression/release/LogisticRegression.dll"
#r "../../artifacts/bin/Hyperdiff.FSharp/release/Hyperdiff.FSharp.dll"

open System.Globalization
open System.IO
open Hyperdiff.FSharp
open LogisticRegression

let file =
    Path.Combine(__SOURCE_DIRECTORY__, "..", "data", "breast-cancer-wisconsin-diagnostic.csv")

let split = Split.Of(DataReading.Read file, seed = 0)

let training =
    Logistic.TrainObjective(split.Train.X, split.Targets, split.HeldOut) |> Objective.minimizedBy (Minimizer.newtonCg 1e-10)

let validation = Logistic.ValidateObjective(split.Train.X, split.Targets, split.HeldOut)
let how = Hypergradient.implicit (LinearSolver.conjugateGradient 1e-10)

let result =
    Bilevel.problem training validation
    |> Hypergradient.compute how (Weights.Zero(split.Features, Split.Folds)) (Settings.Start(split.Features, PrintedHypergradient.Lambda))

match result with
| Ok g ->
    for number in g.Gradient.ToArray() do
        printfn "%s" (number.ToString("R", CultureInfo.InvariantCulture))
| Error failure ->
    eprintfn "%O" failure
    exit 1
