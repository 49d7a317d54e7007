using System.Collections.Immutable;
using System.Globalization;
using CsvHelper;

namespace LogisticRegression;

/// <summary>The history of searches as a CSV file: one row per step.</summary>
internal static class SearchHistory
{
    /// <summary>Writes the rows.</summary>
    public static void Write(TextWriter writer, ImmutableArray<string> features, IEnumerable<PenaltySearch> searches)
    {
        using var csv = new CsvWriter(writer, CultureInfo.InvariantCulture, leaveOpen: true);
        Row(csv, ["seed", "step", "validation loss", "milliseconds", .. Solve("inner"), .. Solve("adjoint"), .. features.Select(f => $"ln λ {f}"),
            .. features.Select(f => $"gradient {f}")]);
        foreach (PenaltySearch search in searches)
        {
            foreach (SearchStep step in search.Steps)
            {
                HypergradientResult<Weights, Penalty> g = step.Hypergradient;
                SolveReport? adjoint = (g as ImplicitHypergradient<Weights, Penalty>)?.AdjointReport;
                Row(csv, [search.Seed, step.Number, g.Value, step.Elapsed.TotalMilliseconds, .. Solve(g.InnerReport), .. Solve(adjoint),
                    .. Numbers(step.Penalty), .. Numbers(g.Gradient)]);
            }
        }
    }

    private static IEnumerable<string> Solve(string name) => [$"{name} status", $"{name} iterations", $"{name} residual"];

    // a method without an adjoint solve leaves its cells empty
    private static IEnumerable<object?> Solve(SolveReport? report) => [report?.Status, report?.Iterations, report?.Residual];

    private static IEnumerable<object?> Numbers(Penalty penalty) => penalty.LogL2.ToArray<double>().Cast<object?>();

    private static void Row(CsvWriter csv, IEnumerable<object?> cells)
    {
        foreach (object? cell in cells)
        {
            csv.WriteField(cell);
        }

        csv.NextRecord();
    }
}
