using System.Globalization;

namespace LogisticRegression;

/// <summary>The hypergradient at one point that needs no search to be found, to be compared digit by digit with that of another program.</summary>
public static class PrintedHypergradient
{
    /// <summary>The penalty.</summary>
    public const double Lambda = 1;

    /// <summary>Computes it from weights zero, and writes one number per line: that of ln λ, then one per feature.</summary>
    /// <exception cref="SolveException">A solve did not converge.</exception>
    public static void Write(Split split, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(split);
        ArgumentNullException.ThrowIfNull(output);
        Settings gradient = new ImplicitValidationLoss(split)
            .Differentiate(Weights.Zero(split.Features, Split.Folds), Settings.Start(split.Features, Lambda)).Gradient;
        foreach (double component in gradient.ToArray())
        {
            output.WriteLine(component.ToString("R", CultureInfo.InvariantCulture));
        }
    }
}
