using System.Globalization;
using Hyperdiff.Graphs;

namespace Hyperdiff;

/// <summary>A preconditioner of the user's for one matrix, and whether it is what it says.</summary>
internal static class GivenPreconditioner
{
    private const int Seed = 1;

    // what rounding may make of the asymmetry of products that are symmetric, as in OperatorProbe
    private const double RoundingUnits = 1e4;

    // a thousandth of what random vectors show as a rule, and thousands of times what products in float32 round
    private const double Overlooked = 1e-3;

    /// <summary>M, its products with A counted; why not, where a solver for symmetric systems cannot use it; null if cancelled.</summary>
    public static PreparedScaling? Of(Preconditioner preconditioner, LinearSolver inner, LinearSystem system)
    {
        var tally = new ProductTally(inner.MaxProducts, system.Watch.Cancellation);
        LinearOperator made;
        try
        {
            made = preconditioner.Prepare(system.Matrix.CountedBy(tally), system.Watch.Cancellation);
        }
        catch (OperationCanceledException) when (system.Watch.Cancellation.IsCancellationRequested)
        {
            return null;
        }

        (string Reason, BreakdownCause Cause)? refusal = inner.NeedsSymmetry ? Refusal(made, system.Epsilon) : null;
        Graph graph = made.Graph;
        return new PreparedScaling(
            graph, made.Residuals, (shared, v) => graph.Call([.. v.Leaves, .. shared]).EnsureConverged("A preconditioner"), tally.Products)
        {
            IsOneSided = true,
            Operator = made.Uncounted,
            TransposedProducts = tally.TransposedProducts,
            Refusal = refusal is { } found ? $"{preconditioner.Title} {found.Reason}" : null,
            Cause = refusal?.Cause ?? BreakdownCause.None,
        };
    }

    /// <summary>Why M is not symmetric positive definite, if two random vectors show it.</summary>
    private static (string Reason, BreakdownCause Cause)? Refusal(LinearOperator made, double epsilon)
    {
        var random = new Random(Seed);
        (LeafVector u, LeafVector v) = (Draw(), Draw());
        (LeafVector mu, LeafVector mv) = (made * u, made * v);
        double between(LeafVector left, LeafVector right) => LeafVector.Dot(left, right).ToScalar();
        double scale = Math.Max(between(u, u), between(v, v)) * Math.Max(between(mu, mu), between(mv, mv));
        double asymmetry = Math.Abs(between(u, mv) - between(v, mu)) / Math.Sqrt(scale);
        return asymmetry > RandomVector.Allowed(RoundingUnits * epsilon, Overlooked, DenseMatrix.Size(made))
            ? (string.Create(CultureInfo.InvariantCulture, $"says that it is symmetric, and is not, by {asymmetry:G2} relatively"), BreakdownCause.Asymmetry)
            : between(u, mu) > 0 && between(v, mv) > 0 ? null : ("is not positive definite", BreakdownCause.Curvature);

        LeafVector Draw() => new LeafVector(LeafVector.Zeros(made.InputTypes)).With(
            [.. Enumerable.Range(0, DenseMatrix.Size(made)).Select(_ => (2 * random.NextDouble()) - 1)]);
    }
}
