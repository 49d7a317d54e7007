using System.Globalization;
using Spectre.Console;

namespace LogisticRegression;

/// <summary>Prints what tuning changed over many splits.</summary>
internal static class SplitsReport
{
    /// <summary>Prints the distribution.</summary>
    public static void Write(IAnsiConsole console, PenaltySearch[] searches)
    {
        (Score Validation, Score Test)[] changes = [.. searches.Select(Change)];
        var table = new ReportTable(
            $"Tuned minus grid's best, over {searches.Length} splits", "change of", "minimum", "lower quartile", "median", "upper quartile", "maximum",
            "better", "worse");

        Row("validation loss", change => change.Validation.Loss, "F4", better: -1);
        Row("validation accuracy, points", change => 100 * change.Validation.Accuracy, "F2", better: 1);
        Row("test loss", change => change.Test.Loss, "F4", better: -1);
        Row("test accuracy, points", change => 100 * change.Test.Accuracy, "F2", better: 1);
        console.WriteLine();
        table.Write(console);
        console.WriteLine("The penalties are chosen on the validation samples, so the validation loss falls by construction; what tuning is");
        console.WriteLine("worth the test rows say.");

        void Row(string name, Func<(Score Validation, Score Test), double> of, string format, int better)
        {
            double[] values = [.. changes.Select(of)];
            Quartiles q = Quartiles.Of(values);
            string[] numbers = [.. new[] { q.Minimum, q.Lower, q.Median, q.Upper, q.Maximum }.Select(
                value => value.ToString(format, CultureInfo.InvariantCulture))];
            int Count(int sign) => values.Count(value => Math.Sign(value) == sign);
            table.AddRow(name, [.. numbers, $"{Count(better)} of {values.Length}", $"{Count(-better)} of {values.Length}"]);
        }
    }

    private static (Score Validation, Score Test) Change(PenaltySearch search)
    {
        Split split = search.Loss.Split;
        Weights tuned = search.TunedWeights();
        return (split.Validation.Score(tuned) - split.Validation.Score(search.Grid.Weights), split.Test.Score(tuned) - split.Test.Score(search.Grid.Weights));
    }
}
