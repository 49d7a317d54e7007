namespace Hyperdiff;

/// <summary>The iteration with Anderson acceleration: the next iterate is made of the last few, mixed so that their residuals cancel.
/// See <see cref="FixedPoint.Anderson"/>.</summary>
/// <param name="Window">m, how many iterates are mixed.</param>
/// <param name="Mixing">β: how much of the residual is added.</param>
/// <param name="Tolerance">For the estimated error of w, relative to the norm of each leaf.</param>
/// <param name="MaxIterations">The most updates.</param>
internal sealed record AndersonIteration(int Window, double Mixing, Tolerance Tolerance, int MaxIterations) : FixedPointSolver(Tolerance, MaxIterations)
{
    private const int FirstCapacity = 16;

    /// <summary>m, how many iterates are mixed.</summary>
    public int Window { get; init => field = Allowed.AtLeast(1, value, nameof(Window)); } = Allowed.AtLeast(1, Window, nameof(Window));

    /// <summary>β: how much of the residual is added.</summary>
    public double Mixing { get; init => field = Allowed.Positive(value, nameof(Mixing)); } = Allowed.Positive(Mixing, nameof(Mixing));

    /// <inheritdoc/>
    public override string Name => $"Anderson acceleration over {Window}";

    internal override SolverKind Kind => SolverKind.AcceleratedIteration;

    /// <inheritdoc/>
    protected override Func<LeafVector, LeafVector, double, LeafVector> Rule()
    {
        var best = new BestImage();

        // it grows as it fills, so that a window that is wider than the solve is long costs nothing
        int capacity = Math.Min(Window, FirstCapacity);
        var points = new LeafVector[capacity];
        var residuals = new LeafVector[capacity];
        double[] gram = new double[capacity * capacity];
        int seen = 0;
        return (w, image, residual) =>
        {
            if (best.Observe(image, residual) is { } again)
            {
                seen = 0;
                return again;
            }

            int row = seen % Window;
            seen++;
            int filled = Math.Min(seen, Window);
            if (row == capacity)
            {
                capacity = (int)Math.Min(Window, 2L * capacity);
                Array.Resize(ref points, capacity);
                Array.Resize(ref residuals, capacity);
                gram = Widened(gram, row, capacity);
            }

            residuals[row] = image - w;
            points[row] = Mixing == 1 ? image : w + (Tensor.Scalar(Mixing) * residuals[row]);
            double[] products = Readings.Of([.. residuals.Take(filled).Select(other => LeafVector.Dot(residuals[row], other))]);
            for (int i = 0; i < filled; i++)
            {
                gram[(row * capacity) + i] = gram[(i * capacity) + row] = products[i];
            }

            double[] weights = AndersonMixture.Weights(gram, filled);
            LeafVector next = Tensor.Scalar(weights[0]) * points[0];
            for (int i = 1; i < filled; i++)
            {
                next += Tensor.Scalar(weights[i]) * points[i];
            }

            return next;
        };
    }

    private static double[] Widened(double[] gram, int rows, int to)
    {
        double[] wide = new double[to * to];
        for (int i = 0; i < rows; i++)
        {
            Array.Copy(gram, i * rows, wide, i * to, rows);
        }

        return wide;
    }
}
