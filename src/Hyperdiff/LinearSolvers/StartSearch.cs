namespace Hyperdiff;

/// <summary>Looks for a better start along the differences of the last solutions, <c>x₀ ← x₀ + D y, y = argmin ‖b − A (x₀ + D y)‖</c>, as long as a
/// product with a difference lowers the residual by as much as a product of the iteration does.</summary>
/// <remarks>
/// The newest solution is x₀; D holds its difference from the one before, then the second difference, and so on: what an extrapolation of so many orders would
/// add, with coefficients that fit the new system. A product for each. Source: Fischer (1998), "Projection techniques for iterative solution of Ax = b with
/// successive right-hand sides", doi:10.1016/S0045-7825(98)00012-7. Differs from the source in that A changes, so that products are made anew and the residual
/// is made least instead of the error's energy; and in that a difference which gained less than the iteration would have is not tried again for 1, 2, 4, …
/// solves.
/// </remarks>
/// <param name="Directions">How many differences the next solve tries.</param>
/// <param name="Wait">How many solves try none.</param>
/// <param name="Pause">How long the last wait was.</param>
/// <param name="Pace">By how much a product of the last iteration lowered the residual; 1 before there was one.</param>
internal sealed record StartSearch(int Directions, int Wait, int Pause, double Pace)
{
    /// <summary>How many <see cref="Numbers"/> there are.</summary>
    public const int Count = 4;

    // what is left of a product within those before: its coefficients may not magnify rounding by more
    private const double Dependent = 1e-4;

    private const int LongestPause = 64;

    /// <summary>Before the first solve.</summary>
    public static StartSearch First { get; } = new(1, 0, 0, 1);

    /// <summary>The same as numbers, for a file.</summary>
    public double[] Numbers => [Directions, Wait, Pause, Pace];

    /// <summary>What a file holds.</summary>
    public static StartSearch Of(double[] numbers) => new((int)numbers[0], (int)numbers[1], (int)numbers[2], numbers[3]);

    /// <summary>The pace of an iteration.</summary>
    public StartSearch At(double before, SolveReport report)
    {
        long products = report.Products + report.TransposedProducts;
        double pace = Math.Pow(report.Residual / before, 1.0 / products);
        return products > 0 && pace > 0 && pace < 1 ? this with { Pace = pace } : this;
    }

    /// <summary>A better start, how many products it took, along how many differences, and how to look for the next.</summary>
    /// <param name="system">The system, with a start.</param>
    /// <param name="solutions">The last ones, the newest last.</param>
    /// <param name="most">The most differences.</param>
    /// <param name="threshold">What the residual has to reach.</param>
    public (LinearSystem System, int Products, int Used, StartSearch Next) Run(
        LinearSystem system, IReadOnlyList<Tensor[]> solutions, int most, double threshold)
    {
        int tried = Math.Min(Math.Min(most, Directions), solutions.Count - 1);
        if (system.GivenStart is not { } start || tried <= 0)
        {
            return (system, 0, 0, this);
        }

        LeafVector x = start, r = system.Residual(start);
        double norm = r.Magnitude(), first = norm;
        int products = 1;
        if (Wait > 0 || !(norm > threshold) || !double.IsFinite(norm))
        {
            return (system with { StartResidual = r.Leaves }, products, 0, this with { Wait = Math.Max(0, Wait - 1) });
        }

        var basis = new List<(LeafVector Direction, LeafVector Image)>();
        LeafVector[] differences = [.. Differences(solutions, tried)];
        int worth = 0;
        foreach (LeafVector difference in differences)
        {
            LeafVector d = difference, image = system.Matrix.Apply(d.Leaves);
            products++;
            double size = image.Magnitude();

            // twice is enough
            for (int pass = 0; pass < 2; pass++)
            {
                foreach ((LeafVector direction, LeafVector along) in basis)
                {
                    Tensor share = LeafVector.Dot(along, image);
                    (d, image) = (d - (share * direction), image - (share * along));
                }
            }

            double left = image.Magnitude();
            if (!(left > Dependent * size))
            {
                break;
            }

            (d, image) = ((1 / left) * d, (1 / left) * image);
            basis.Add((d, image));
            Tensor step = LeafVector.Dot(image, r);
            (LeafVector nextX, LeafVector nextR) = (x + (step * d), r - (step * image));
            double next = nextR.Magnitude();
            if (!(next < norm))
            {
                break;
            }

            bool pays = next <= Pace * norm;
            (x, r, norm, worth) = (nextX, nextR, next, pays ? worth + 1 : worth);
            if (!pays || norm <= threshold)
            {
                break;
            }
        }

        if (norm <= threshold)
        {
            // a recurrence may be off by rounding, and what is returned is judged by its residual
            (r, products) = (system.Residual(x.Leaves), products + 1);
        }

        bool better = r.Magnitude() < first;
        LinearSystem improved = better ? system with { GivenStart = x.Leaves, StartResidual = r.Leaves } : system;
        int pause = worth > 0 ? 0 : Math.Clamp(2 * Pause, 1, LongestPause);
        return (improved, products, better ? basis.Count : 0, this with { Directions = Math.Min(most, worth + 1), Wait = pause, Pause = pause });
    }

    // of the first order, of the second, …, of the newest solutions
    private static IEnumerable<LeafVector> Differences(IReadOnlyList<Tensor[]> solutions, int orders)
    {
        LeafVector[] level = [.. solutions.TakeLast(orders + 1).Select(x => (LeafVector)x)];
        for (int order = 0; order < orders; order++)
        {
            LeafVector[] last = level;
            level = [.. Enumerable.Range(1, last.Length - 1).Select(i => last[i] - last[i - 1])];
            yield return level[^1];
        }
    }
}
