// The hypergradient of the logistic regression example, computed from F# with the forms that the generator made of the C# methods. It prints the same digits as
//     dotnet run -c Release --project examples/LogisticRegression -- --print-hypergradient
//
// Build first, then run:
//     dotnet build Hyperdiff.sln -c Release
//     dotnet fsi examples/fsharp/logistic.fsx

#r "../../artifacts/bin/LogisticRegression/release/Hyperdiff.dll"
#r "../../artifacts/bin/LogisticRegression/release/Hyperdiff.Examples.dll"
#r "../../artifacts/bin/LogisticRegression/release/LogisticRegression.dll"
#r "../../artifacts/bin/Hyperdiff.FSharp/release/Hyperdiff.FSharp.dll"

open System.Globalization
open System.IO
open Hyperdiff.Examples
open Hyperdiff.FSharp
open LogisticRegression

let file =
    Path.Combine(__SOURCE_DIRECTORY__, "..", "data", "breast-cancer-wisconsin-diagnostic.csv")

let split = Split.Of(DatasetReader.Read file, seed = 0)
let features = split.Train.X.Shape[1]

let training =
    Logistic.TrainObjective(split.Train.X, split.Train.Y) |> Objective.minimizedBy (Minimizer.newtonCg 1e-10)

let validation = Logistic.ValidateObjective(split.Validation.X, split.Validation.Y)
let how = Hypergradient.implicit (LinearSolver.conjugateGradient 1e-10)

let result =
    Bilevel.problem training validation
    |> Hypergradient.compute how (Weights.Zero features) (Penalty.Uniform(features, 0.01))

match result with
| Ok g ->
    for component': float in Tensor.toArray g.Gradient.LogL2 do
        printfn "%s" (component'.ToString("R", CultureInfo.InvariantCulture))
| Error failure ->
    eprintfn "%O" failure
    exit 1
