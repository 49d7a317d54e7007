using System.Collections.Immutable;
using System.Globalization;
using CsvHelper;

namespace LogisticRegression;

/// <summary>The history of searches as a CSV file: one row per step.</summary>
internal static class SearchHistory
{
    /// <summary>Writes the rows.</summary>
    public static void Write(TextWriter writer, ImmutableArray<string> features, IReadOnlyList<Search> searches)
    {
        int shapes = searches[0].Best.Settings.Shape.Shape[0];
        string[] names = shapes == features.Length ? [.. features] : ["all features"];
        using var csv = new CsvWriter(writer, CultureInfo.InvariantCulture, leaveOpen: true);
        Row(csv, ["seed", "step", "validation loss", "milliseconds", .. Solve("inner"), .. Solve("adjoint"), "ln λ", .. names.Select(name => $"s {name}"),
            "gradient ln λ", .. names.Select(name => $"gradient s {name}")]);
        foreach (Search search in searches)
        {
            foreach (SearchStep step in search.Steps)
            {
                HypergradientResult<Weights, Settings> g = step.Hypergradient;
                SolveReport? adjoint = (g as ImplicitHypergradient<Weights, Settings>)?.AdjointReport;
                Row(csv, [search.Seed, step.Number, g.Value, step.Elapsed.TotalMilliseconds, .. Solve(g.InnerReport), .. Solve(adjoint),
                    .. Numbers(step.Settings), .. Numbers(g.Gradient)]);
            }
        }
    }

    private static IEnumerable<string> Solve(string name) => [$"{name} status", $"{name} iterations", $"{name} residual"];

    // a method without an adjoint solve leaves its cells empty
    private static IEnumerable<object?> Solve(SolveReport? report) => [report?.Status, report?.Iterations, report?.Residual];

    private static IEnumerable<object?> Numbers(Settings settings) => settings.ToArray().Cast<object?>();

    private static void Row(CsvWriter csv, IEnumerable<object?> cells)
    {
        foreach (object? cell in cells)
        {
            csv.WriteField(cell);
        }

        csv.NextRecord();
    }
}
