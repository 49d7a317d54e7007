using System.Collections.Immutable;
using System.Globalization;
using Spectre.Console;

namespace LogisticRegression;

/// <summary>Prints what one search found, and the evidence for it.</summary>
internal static class SearchReport
{
    private const int FeaturesShown = 3;

    /// <summary>Prints the tables.</summary>
    public static void Write(IAnsiConsole console, Search search, ImmutableArray<string> features)
    {
        Split split = search.Loss.Split;
        console.WriteLine();
        console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{split.Train.Samples} training samples in {Split.Folds} folds and {split.Test.Samples} test samples of {features.Length} features; split by "
                + $"seed {search.Seed}"));
        Scores(search).Write(console);
        console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"Tuned are the settings of step {search.Best.Number}, the best of {search.Steps.Length} by validation loss: that of every sample"));
        console.WriteLine("under the model that did not train on it. They were chosen by it, so it flatters them; the test figures are of one split:");
        console.WriteLine("see --splits.");
        console.WriteLine();
        Evidence(search).Write(console);
        if (search.Best.Hypergradient is IterativeHypergradient<Weights, Settings>)
        {
            console.WriteLine(
                "What is called converged are runs of a fixed length; the residual says how far from a minimum they end. The scores above are of");
            console.WriteLine("weights that were trained to the minimum with the same settings.");
        }

        console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"λ = {search.Best.Settings.LogL2.Exp().ToScalar():G3}, from {search.Grid.Lambda:G3}; exponents from 1 (as it is) to 0 (a logarithm)"));
        if (search.Best.Settings.Shape.Shape[0] != features.Length)
        {
            console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"Exponent of all features: {search.Best.Settings.Shape.Sigmoid()[0].ToScalar():F2}"));
            return;
        }

        console.WriteLine(Extremes("Compressed most", search.Best.Settings, features, exponent => exponent));
        console.WriteLine(Extremes("Compressed least", search.Best.Settings, features, exponent => -exponent));
    }

    private static ReportTable Scores(Search search)
    {
        Outcome[] outcomes = search.Outcomes();
        var table = new ReportTable(string.Empty, string.Empty, "validation loss", "test loss", "test accuracy");
        foreach (Outcome outcome in outcomes)
        {
            table.AddRow(outcome.Name, string.Create(CultureInfo.InvariantCulture, $"{outcome.Validation:F6}"),
                string.Create(CultureInfo.InvariantCulture, $"{outcome.Test.Loss:F6}"), string.Create(CultureInfo.InvariantCulture,
                    $"{outcome.Test.Accuracy:P2}"));
        }

        Score change = outcomes[^1].Test - outcomes[^2].Test;
        table.AddRow("change from the grid's", string.Create(CultureInfo.InvariantCulture,
            $"{outcomes[^1].Validation - outcomes[^2].Validation:+0.000000;-0.000000}"),
            string.Create(CultureInfo.InvariantCulture, $"{change.Loss:+0.000000;-0.000000}"),
            string.Create(CultureInfo.InvariantCulture, $"{100 * change.Accuracy:+0.00;-0.00} points"));
        return table;
    }

    private static ReportTable Evidence(Search search)
    {
        ImmutableArray<SearchStep> steps = search.Steps;
        var table = new ReportTable(string.Empty, $"{steps.Length} hypergradients", "median", "largest", "sum", "statuses");
        double[] milliseconds = [.. steps.Select(step => step.Elapsed.TotalMilliseconds)];
        table.AddRow("time per hypergradient, ms", string.Create(CultureInfo.InvariantCulture, $"{Median(milliseconds):F2}"),
            string.Create(CultureInfo.InvariantCulture, $"{milliseconds.Max():F2}"), string.Create(CultureInfo.InvariantCulture, $"{milliseconds.Sum():F0}"),
            string.Empty);
        Solves("inner", [.. steps.Select(step => step.Hypergradient.InnerReport)]);
        Solves("adjoint", [.. steps.Select(step => step.Hypergradient).OfType<ImplicitHypergradient<Weights, Settings>>().Select(g => g.AdjointReport)]);
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
            table.AddRow($"{name} iterations", string.Create(CultureInfo.InvariantCulture, $"{Median(iterations):F0}"),
                string.Create(CultureInfo.InvariantCulture, $"{iterations.Max():F0}"),
                string.Create(CultureInfo.InvariantCulture, $"{iterations.Sum():F0}"), statuses);
            table.AddRow($"{name} residual", string.Create(CultureInfo.InvariantCulture, $"{Median(residuals):0.0e-0}"),
                string.Create(CultureInfo.InvariantCulture, $"{residuals.Max():0.0e-0}"), string.Empty, string.Empty);
        }
    }

    private static double Median(double[] values) => Metrics.Quantile(Tensor.From(values), 0.5);

    private static string Extremes(string which, Settings settings, ImmutableArray<string> features, Func<double, double> order)
    {
        IEnumerable<string> first = features.Zip(settings.Shape.Sigmoid().ToArray<double>(), (feature, exponent) => (Feature: feature, Exponent: exponent))
            .OrderBy(pair => order(pair.Exponent)).Take(FeaturesShown)
            .Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Exponent:F2} ({pair.Feature})"));
        return $"{which}: {string.Join(", ", first)}";
    }
}
