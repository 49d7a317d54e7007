using System.Globalization;
using CsvHelper;

namespace QuadraticBenchmark;

/// <summary>The curves as a CSV file: one row per point.</summary>
internal static class BenchmarkFile
{
    private static readonly string[] s_header =
        ["method", "step", "oracle calls", "gradients of f", "gradients of F", "Hessian products", "mixed products", "squared hypergradient", "predicted"];

    /// <summary>Writes the rows.</summary>
    public static void Write(TextWriter writer, IEnumerable<Curve> curves)
    {
        using var csv = new CsvWriter(writer, CultureInfo.InvariantCulture, leaveOpen: true);
        Row(csv, s_header);
        foreach (Curve curve in curves)
        {
            foreach (CurvePoint point in curve.Points)
            {
                OracleCounts counts = point.Counts;
                Row(
                    csv,
                    [curve.Contestant.Name, point.Steps, counts.Total, counts.InnerGradients, counts.OuterGradients, counts.HessianProducts,
                        counts.MixedProducts, point.SquaredGradient, curve.Contestant.Predicted]);
            }
        }
    }

    private static void Row(CsvWriter csv, IEnumerable<object?> cells)
    {
        foreach (object? cell in cells)
        {
            csv.WriteField(cell);
        }

        csv.NextRecord();
    }
}
