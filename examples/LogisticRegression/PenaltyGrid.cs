namespace LogisticRegression;

/// <summary>The baseline: features as they are, and the best penalty of a grid by the same validation loss.</summary>
/// <param name="Lambda">The best penalty.</param>
/// <param name="Settings">The same as hyperparameters.</param>
/// <param name="Weights">What they train.</param>
/// <param name="Value">The validation loss.</param>
internal sealed record PenaltyGrid(double Lambda, Settings Settings, Weights Weights, double Value)
{
    /// <summary>The number of penalties tried.</summary>
    public const int Points = 20;

    /// <summary>The smallest and the largest penalty; the points between are evenly spaced in the logarithm.</summary>
    public const double Smallest = 1e-2;

    /// <inheritdoc cref="Smallest"/>
    public const double Largest = 1e3;

    /// <summary>Tries all of them, from the largest, each from the weights of the one before.</summary>
    /// <exception cref="SolveException">A solve did not converge.</exception>
    public static PenaltyGrid Best(ValidationLoss loss)
    {
        Weights w = Weights.Zero(loss.Split.Features, Split.Folds);
        PenaltyGrid? best = null;
        for (int i = 0; i < Points; i++)
        {
            double lambda = Largest * Math.Pow(Smallest / Largest, i / (Points - 1.0));
            var h = Settings.Plain(lambda);
            (w, double value) = loss.Train(w, h);
            best = best is null || value < best.Value ? new PenaltyGrid(lambda, h, w, value) : best;
        }

        return best!;
    }
}
