using System.Globalization;
using Spectre.Console;

namespace LogisticRegression;

/// <summary>Prints what tuning changed over many splits.</summary>
internal static class SplitsReport
{
    /// <summary>Prints the distribution.</summary>
    public static void Write(IAnsiConsole console, Search[] searches)
    {
        Outcome[][] outcomes = [.. searches.Select(search => search.Outcomes())];
        console.WriteLine();
        for (int baseline = 0; baseline < 2; baseline++)
        {
            var table = new ReportTable($"Tuned minus {outcomes[0][baseline].Name}, over {searches.Length} splits",
                "change of", "minimum", "lower quartile", "median", "upper quartile", "maximum", "better", "worse");
            Row(table, "validation loss", baseline, outcome => outcome.Validation, "F4", better: -1);
            Row(table, "test loss", baseline, outcome => outcome.Test.Loss, "F4", better: -1);
            Row(table, "test accuracy, points", baseline, outcome => 100 * outcome.Test.Accuracy, "F2", better: 1);
            table.Write(console);
        }

        console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Median test loss: {string.Join(", ", Enumerable.Range(0, 3).Select(Median))}."));
        console.WriteLine("The settings are chosen on held-out samples, so the validation loss falls by construction; what tuning is worth the test rows say.");

        string Median(int which)
        {
            double median = Metrics.Quantile(Tensor.From<double>([.. outcomes.Select(of => of[which].Test.Loss)]), 0.5);
            return string.Create(CultureInfo.InvariantCulture, $"{median:F4} {outcomes[0][which].Name}");
        }

        void Row(ReportTable table, string name, int baseline, Func<Outcome, double> of, string format, int better)
        {
            double[] values = [.. outcomes.Select(split => of(split[^1]) - of(split[baseline]))];
            string[] numbers = [.. new[] { 0, 0.25, 0.5, 0.75, 1 }.Select(
                share => Metrics.Quantile(Tensor.From(values), share).ToString(format, CultureInfo.InvariantCulture))];
            int Count(int sign) => values.Count(value => Math.Sign(value) == sign);
            table.AddRow(name, [.. numbers, $"{Count(better)} of {values.Length}", $"{Count(-better)} of {values.Length}"]);
        }
    }
}
