using System.Globalization;

namespace LogisticRegression;

/// <summary>The hypergradient at one point that needs no search to be found, to be compared digit by digit with that of another program.</summary>
public static class PrintedHypergradient
{
    /// <summary>λ of every feature.</summary>
    public const double Lambda = 0.01;

    /// <summary>Computes it from weights zero, and writes one number per line.</summary>
    /// <exception cref="SolveException">A solve did not converge.</exception>
    public static void Write(Split split, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(split);
        ArgumentNullException.ThrowIfNull(output);
        int features = split.Train.X.Shape[1];
        Tensor gradient = new ImplicitValidationLoss(split).Differentiate(Weights.Zero(features), Penalty.Uniform(features, Lambda)).Gradient.LogL2;
        foreach (double component in gradient.ToArray<double>())
        {
            output.WriteLine(component.ToString("R", CultureInfo.InvariantCulture));
        }
    }
}
