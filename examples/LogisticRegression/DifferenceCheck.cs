namespace LogisticRegression;

/// <summary>Compares a hypergradient with differences of the validation loss, the inner problem being solved anew for every one of them.</summary>
/// <param name="Where">At which penalties.</param>
/// <param name="Error">‖hypergradient − differences‖ / ‖differences‖.</param>
internal readonly record struct DifferenceCheck(string Where, double Error)
{
    /// <summary>The largest error that passes.</summary>
    public const double Allowed = 1e-6;

    // in ln λ. The differences are central and of fourth order: what they leave out is h⁴ f⁽⁵⁾/30 ≈ 1e-11 f⁽⁵⁾, and rounding adds ε f/h ≈ 1e-14
    private const double Step = 0.01;

    /// <summary>Whether the error is allowed.</summary>
    public bool Passes => Error <= Allowed;

    /// <summary>Checks every component of a hypergradient.</summary>
    /// <param name="where">At which penalties, in words.</param>
    /// <param name="loss">The loss.</param>
    /// <param name="start">The first weights.</param>
    /// <param name="at">The penalties.</param>
    /// <exception cref="SolveException">A solve did not converge.</exception>
    public static DifferenceCheck Of(string where, ValidationLoss loss, Weights start, Penalty at)
    {
        Tensor gradient = loss.Differentiate(start, at).Gradient.LogL2;
        Func<Penalty, double> value = loss.Resolving(start, at);
        double[] center = at.LogL2.ToArray<double>();
        double[] differences = [.. Enumerable.Range(0, center.Length).Select(j => Derivative(d => value(Moved(center, j, d))))];
        Tensor expected = Tensor.From(differences);
        return new DifferenceCheck(where, ((gradient - expected).Norm() / expected.Norm()).ToScalar());
    }

    // (8 (f(h) − f(−h)) − (f(2h) − f(−2h))) / 12h
    private static double Derivative(Func<double, double> f) => ((8 * (f(Step) - f(-Step))) - (f(2 * Step) - f(-2 * Step))) / (12 * Step);

    private static Penalty Moved(double[] center, int feature, double distance)
    {
        double[] moved = [.. center];
        moved[feature] += distance;
        return new Penalty(Tensor.From(moved));
    }
}
