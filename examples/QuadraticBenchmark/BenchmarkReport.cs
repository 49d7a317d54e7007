using System.Globalization;
using Spectre.Console;

namespace QuadraticBenchmark;

/// <summary>Prints the curves as a table, with what was predicted beside where they ended.</summary>
internal static class BenchmarkReport
{
    /// <summary>Prints.</summary>
    /// <returns>Whether everything that is claimed holds.</returns>
    public static bool Write(IAnsiConsole console, Quadratic problem, IReadOnlyList<Curve> curves, long calls, int seed)
    {
        long[] shown = [calls / 100, calls / 10, calls];
        console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"Quadratic problem of seed {seed}: {problem.States} unknowns, curvature "
                + $"{Quadratic.Convexity} to {Quadratic.Smoothness}, {problem.Hypers} hyperparameters."));
        console.WriteLine("‖∇ℓ‖², in closed form, against oracle calls: gradients of f and F, Hessian products, mixed products.");
        var table = new ReportTable(string.Empty, "method",
            ["calls per step", "start", .. shown.Select(at => string.Create(CultureInfo.InvariantCulture, $"{at} calls")), "predicted", "claim"]);
        foreach (Curve curve in curves)
        {
            string predicted = curve.Contestant.Predicted is { } level ? Number(level) : "none";
            string verdict = curve.Holds is { } holds ? holds ? "holds" : "FAILS" : $"none ({curve.Status})";
            table.AddRow(curve.Contestant.Name,
                [string.Create(CultureInfo.InvariantCulture, $"{curve.Contestant.CallsPerStep.Total}"), Number(curve.First),
                    .. shown.Select(at => Number(curve.After(at))), predicted, verdict]);
        }

        table.Write(console);
        console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"Claims: where the prediction is 0, a fall to {Curve.Fallen:0e-0} of the start; elsewhere an end within {Curve.Missed:P0} of the level"));
        console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"that the bias predicts, {Curve.MissedUnsettled:P0} for BOME, whose steps cannot settle. IGA has no bound of its bias, and its direction"));
        console.WriteLine("is unbounded near the inner minimum.");
        return curves.All(curve => curve.Holds is not false);
    }

    private static string Number(double value) => value.ToString("0.0e-00", CultureInfo.InvariantCulture);
}
