namespace LogisticRegression;

/// <summary>Compares a hypergradient with differences of the validation loss, the inner problem being solved anew for every one of them.</summary>
/// <param name="Where">At which settings.</param>
/// <param name="Error">‖hypergradient − differences‖ / ‖differences‖.</param>
internal readonly record struct DifferenceCheck(string Where, double Error)
{
    /// <summary>The largest error that passes.</summary>
    public const double Allowed = 1e-6;

    // in ln λ and s. The differences are central and of fourth order: what they leave out is h⁴ f⁽⁵⁾/30 ≈ 1e-11 f⁽⁵⁾, and rounding adds ε f/h ≈ 1e-14
    private const double Step = 0.01;

    /// <summary>Whether the error is allowed.</summary>
    public bool Passes => Error <= Allowed;

    /// <summary>Checks every component of a hypergradient.</summary>
    /// <param name="where">At which settings, in words.</param>
    /// <param name="loss">The loss.</param>
    /// <param name="start">The first weights.</param>
    /// <param name="at">The settings.</param>
    /// <exception cref="SolveException">A solve did not converge.</exception>
    public static DifferenceCheck Of(string where, ValidationLoss loss, Weights start, Settings at)
    {
        Tensor gradient = Tensor.From(loss.Differentiate(start, at).Gradient.ToArray());
        Func<Settings, double> value = loss.Resolving(start, at);
        double[] center = at.ToArray();
        double[] differences = [.. Enumerable.Range(0, center.Length).Select(j => Derivative(d => value(Moved(center, j, d))))];
        Tensor expected = Tensor.From(differences);
        return new DifferenceCheck(where, ((gradient - expected).Norm() / expected.Norm()).ToScalar());
    }

    // (8 (f(h) − f(−h)) − (f(2h) − f(−2h))) / 12h
    private static double Derivative(Func<double, double> f) => ((8 * (f(Step) - f(-Step))) - (f(2 * Step) - f(-2 * Step))) / (12 * Step);

    private static Settings Moved(double[] center, int place, double distance)
    {
        double[] moved = [.. center];
        moved[place] += distance;
        return Settings.From(moved);
    }
}
