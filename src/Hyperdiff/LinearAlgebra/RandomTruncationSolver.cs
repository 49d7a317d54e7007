namespace Hyperdiff;

/// <summary>One term of the damped Neumann series, drawn at random and weighted: an unbiased estimate of the first N terms, for the price of half of them.</summary>
/// <remarks>
/// <code>
/// x = N η (I − η A)^p b,   p uniform among 0 … N − 1;   E[x] = η Σ_{j&lt;N} (I − η A)ʲ b
/// </code>
/// The mean is what <see cref="TruncatedSeriesSolver"/> computes with N terms and damping η; a single draw is far from it. No tolerance is asked for: the tolerance in the report is infinite, and the
/// residual that of this draw. (N − 1)/2 products on average, and one for the residual. The same key gives the same p: take <c>key.Fold(t)</c> at every outer iterate. Source: Ghadimi and Wang (2018),
/// "Approximation methods for bilevel programming", where it estimates the inverse Hessian.
/// </remarks>
/// <param name="Terms">N, at least 1.</param>
/// <param name="Rate">η, below 2/λ_max(A) for the series to converge.</param>
/// <param name="Key">What p is drawn from.</param>
public sealed record RandomTruncationSolver(int Terms, double Rate, RandomKey Key) : LinearSolver
{
    /// <inheritdoc/>
    public override string Name => $"one random term of {Terms} of the Neumann series";

    /// <inheritdoc/>
    public override Tolerance Tolerance { get; init; } = new(0, double.PositiveInfinity);

    /// <inheritdoc/>
    /// <remarks>A start shifts the series: the term corrects it.</remarks>
    internal override LinearSolution Iterate(LinearSystem system)
    {
        (Tensor[] start, Tensor[] residual, long products) = system.Begin();
        LeafVector term = residual;
        int power = (int)Key.Integers([], 0, Terms).ToScalar();
        double own = Math.ScaleB(Rate, -system.Level);
        Tensor rate = Tensor.Scalar(own);
        SolveStatus status = double.IsFinite(system.Scale) ? SolveStatus.Converged : SolveStatus.NonFiniteInput;
        int updates = 0;
        for (; updates < power && status == SolveStatus.Converged; updates++)
        {
            term -= rate * new LeafVector(system.Matrix.Apply(term.Leaves));
            status = system.Watch.Cancellation.IsCancellationRequested ? SolveStatus.Cancelled : status;
        }

        LeafVector x = start + (Tensor.Scalar(Terms * own) * term);
        double norm = new LeafVector(system.Residual(x.Leaves)).Norm().ToScalar();
        status = status == SolveStatus.Converged && !double.IsFinite(norm) ? SolveStatus.NonFiniteIterate : status;
        return new LinearSolution(x.Leaves, new SolveReport(Name, status, updates, norm, double.PositiveInfinity, products + updates + 1, 0, double.NaN));
    }
}
