using System.Globalization;
using Spectre.Console;

namespace DataCleaning;

/// <summary>Prints what was recovered, and the evidence for it.</summary>
internal static class CleaningReport
{
    /// <summary>Prints.</summary>
    public static void Write(IAnsiConsole console, CorruptedSplit split, Cleaning cleaning, int seed)
    {
        int wrong = split.Clean.Count(clean => !clean);
        CleaningStep first = cleaning.Steps[0], last = cleaning.Steps[^1];
        console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{split.Train.Count} training samples, {wrong} of them with wrong labels; {split.Validation.Count} clean validation and {split.Test.Count} test "
                + $"samples; seed {seed}"));
        var table = new ReportTable(string.Empty, string.Empty, "validation loss", "test accuracy");
        table.AddRow("before: all samples count the same", string.Create(CultureInfo.InvariantCulture, $"{first.Hypergradient.Value:F4}"),
            string.Create(CultureInfo.InvariantCulture, $"{cleaning.Before:P1}"));
        table.AddRow(string.Create(CultureInfo.InvariantCulture, $"after {last.Number} steps on λ"),
            string.Create(CultureInfo.InvariantCulture, $"{last.Hypergradient.Value:F4}"), string.Create(CultureInfo.InvariantCulture, $"{cleaning.After:P1}"));
        table.AddRow("if one knew which labels are right", string.Empty, string.Create(CultureInfo.InvariantCulture, $"{cleaning.WithTruth:P1}"));
        table.Write(console);
        console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Area under the ROC curve of σ(λ) as a score for right labels: {cleaning.Area:F4}"));
        SolveReport[] reports = [.. cleaning.Steps.SelectMany(step => step.Hypergradient.Reports)];
        console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{cleaning.Steps.Length} hypergradients in {split.Train.Count} hyperparameters: all {reports.Length} solves converged, with "
                + $"{reports.Sum(report => report.Products + report.TransposedProducts)} evaluations and products."));
    }
}
