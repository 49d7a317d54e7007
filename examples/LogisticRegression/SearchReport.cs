using System.Collections.Immutable;
using System.Globalization;
using Spectre.Console;

namespace LogisticRegression;

/// <summary>Prints what one search found, and the evidence for it.</summary>
internal static class SearchReport
{
    private const int PenaltiesShown = 3;

    /// <summary>Prints the tables.</summary>
    public static void Write(IAnsiConsole console, PenaltySearch search, ImmutableArray<string> features)
    {
        Split split = search.Loss.Split;
        console.WriteLine();
        console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{split.Train.Count} training, {split.Validation.Count} validation and {split.Test.Count} test samples of {features.Length} features; split by "
                + $"seed {search.Seed}"));
        Scores(search).Write(console);
        console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"The tuned penalties are those of step {search.Best.Number}, the best of {search.Steps.Length} by validation loss. They were chosen on "
                + $"{split.Validation.Count} samples, so their"));
        console.WriteLine("validation figures flatter them; the test figures are of one split: see --splits.");
        console.WriteLine();
        Evidence(search).Write(console);
        if (search.Best.Hypergradient is IterativeHypergradient<Weights, Penalty>)
        {
            console.WriteLine(
                "What is called converged are runs of a fixed length; the residual says how far from a minimum they end. The scores above are of");
            console.WriteLine("weights that were trained to the minimum with the same penalties.");
        }

        console.WriteLine(Extremes("Smallest", search.Best.Penalty, features, lambda => lambda));
        console.WriteLine(Extremes("Largest", search.Best.Penalty, features, lambda => -lambda));
    }

    private static ReportTable Scores(PenaltySearch search)
    {
        Split split = search.Loss.Split;
        Weights tuned = search.TunedWeights();
        (Score before, Score after) = (split.Validation.Score(search.Grid.Weights), split.Validation.Score(tuned));
        (Score beforeTest, Score afterTest) = (split.Test.Score(search.Grid.Weights), split.Test.Score(tuned));
        var table = new ReportTable(string.Empty, string.Empty, "validation loss", "validation accuracy", "test loss", "test accuracy");
        Row(string.Create(CultureInfo.InvariantCulture, $"grid's best, λ = {search.Grid.Lambda:G3} for all"), before, beforeTest);
        Row("tuned, a λ per feature", after, afterTest);
        (Score change, Score testChange) = (after - before, afterTest - beforeTest);
        table.AddRow("change", string.Create(CultureInfo.InvariantCulture, $"{change.Loss:+0.000000;-0.000000}"), Points(change),
            string.Create(CultureInfo.InvariantCulture, $"{testChange.Loss:+0.000000;-0.000000}"), Points(testChange));
        return table;

        void Row(string name, Score validation, Score test) => table.AddRow(
            name, string.Create(CultureInfo.InvariantCulture, $"{validation.Loss:F6}"),
            string.Create(CultureInfo.InvariantCulture, $"{validation.Accuracy:P2}"), string.Create(CultureInfo.InvariantCulture, $"{test.Loss:F6}"),
            string.Create(CultureInfo.InvariantCulture, $"{test.Accuracy:P2}"));

        static string Points(Score score) => string.Create(CultureInfo.InvariantCulture, $"{100 * score.Accuracy:+0.00;-0.00} points");
    }

    private static ReportTable Evidence(PenaltySearch search)
    {
        ImmutableArray<SearchStep> steps = search.Steps;
        var table = new ReportTable(string.Empty, $"{steps.Length} hypergradients", "median", "largest", "sum", "statuses");
        double[] milliseconds = [.. steps.Select(step => step.Elapsed.TotalMilliseconds)];
        table.AddRow("time per hypergradient, ms", string.Create(CultureInfo.InvariantCulture, $"{Quartiles.Of(milliseconds).Median:F2}"),
            string.Create(CultureInfo.InvariantCulture, $"{milliseconds.Max():F2}"), string.Create(CultureInfo.InvariantCulture, $"{milliseconds.Sum():F0}"),
            string.Empty);
        Solves("inner", [.. steps.Select(step => step.Hypergradient.InnerReport)]);
        Solves("adjoint", [.. steps.Select(step => step.Hypergradient).OfType<ImplicitHypergradient<Weights, Penalty>>().Select(g => g.AdjointReport)]);
        return table;

        void Solves(string name, SolveReport[] reports)
        {
            if (reports.Length == 0)
            {
                return;
            }

            double[] iterations = [.. reports.Select(report => (double)report.Iterations)];
            double[] residuals = [.. reports.Select(report => report.Residual)];
            string statuses = string.Join(", ",
                reports.CountBy(report => report.Status).Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key} {pair.Value}")));
            table.AddRow($"{name} iterations", string.Create(CultureInfo.InvariantCulture, $"{Quartiles.Of(iterations).Median:F0}"),
                string.Create(CultureInfo.InvariantCulture, $"{iterations.Max():F0}"),
                string.Create(CultureInfo.InvariantCulture, $"{iterations.Sum():F0}"), statuses);
            table.AddRow($"{name} residual", string.Create(CultureInfo.InvariantCulture, $"{Quartiles.Of(residuals).Median:0.0e-0}"),
                string.Create(CultureInfo.InvariantCulture, $"{residuals.Max():0.0e-0}"), string.Empty, string.Empty);
        }
    }

    private static string Extremes(string which, Penalty penalty, ImmutableArray<string> features, Func<double, double> order)
    {
        IEnumerable<(string Feature, double Lambda)> pairs = features.Zip(penalty.LogL2.ToArray<double>(), (feature, log) => (feature, Math.Exp(log)));
        IEnumerable<string> first = pairs.OrderBy(pair => order(pair.Lambda)).Take(PenaltiesShown)
            .Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Lambda:G2} ({pair.Feature})"));
        return $"{which} λ: {string.Join(", ", first)}";
    }
}
