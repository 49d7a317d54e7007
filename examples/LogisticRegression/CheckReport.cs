using System.Globalization;
using Spectre.Console;

namespace LogisticRegression;

/// <summary>Prints how hypergradients compare with differences.</summary>
internal static class CheckReport
{
    /// <summary>Checks the first and the best step of a search.</summary>
    /// <returns>Whether both pass.</returns>
    public static bool Write(IAnsiConsole console, Search search)
    {
        bool passed = true;
        foreach (DifferenceCheck check in (DifferenceCheck[])[Of(search, "first", search.Steps[0]), Of(search, "best", search.Best)])
        {
            console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"Check, {check.Where} step: {check.Error:0.0e-0} relative to central differences of the re-solved problem "
                    + $"({DifferenceCheck.Allowed:0e-0} allowed): {(check.Passes ? "passed" : "FAILED")}"));
            passed &= check.Passes;
        }

        return passed;
    }

    private static DifferenceCheck Of(Search search, string where, SearchStep step) =>
        DifferenceCheck.Of(where, search.Loss, step.Hypergradient.State, step.Settings);
}
