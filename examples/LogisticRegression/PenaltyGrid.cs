namespace LogisticRegression;

/// <summary>The baseline: one penalty for all features, the best of a grid by validation loss.</summary>
/// <param name="Lambda">The best penalty.</param>
/// <param name="Penalty">The same as hyperparameters.</param>
/// <param name="Weights">What it trains.</param>
internal sealed record PenaltyGrid(double Lambda, Penalty Penalty, Weights Weights)
{
    /// <summary>The number of penalties tried.</summary>
    public const int Points = 20;

    /// <summary>The smallest and the largest penalty; the points between are evenly spaced in the logarithm.</summary>
    public const double Smallest = 1e-5;

    /// <inheritdoc cref="Smallest"/>
    public const double Largest = 10;

    /// <summary>Tries all of them, from the largest, each from the weights of the one before.</summary>
    /// <exception cref="SolveException">A solve did not converge.</exception>
    public static PenaltyGrid Best(ValidationLoss loss)
    {
        int features = loss.Split.Train.X.Shape[1];
        Weights w = Weights.Zero(features);
        (double best, PenaltyGrid? found) = (double.PositiveInfinity, null);
        for (int i = 0; i < Points; i++)
        {
            double lambda = Largest * Math.Pow(Smallest / Largest, i / (Points - 1.0));
            Penalty h = Penalty.Uniform(features, lambda);
            w = loss.Train(w, h);
            double value = loss.Split.Validation.Score(w).Loss;
            if (value < best)
            {
                (best, found) = (value, new PenaltyGrid(lambda, h, w));
            }
        }

        return found ?? throw new InvalidOperationException("Every weight that a converged solve returns has a finite loss.");
    }
}
