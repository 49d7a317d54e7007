namespace Hyperdiff;

/// <summary>Whether f falls from a stationary point w where its curvature does not say so: a matter of higher orders, of which gradients beside w tell without
/// computing any.</summary>
/// <param name="problem">f.</param>
/// <param name="state">All leaves of w.</param>
internal sealed class FurtherDescent(InnerProblem problem, Tensor[] state)
{
    private const double Factor = 3;

    // three ratios of slopes
    private const int Points = 4;

    // what a further term of f, smaller by a tenth, does to an exponent
    private const double Agreement = 0.1;

    // how far beyond w its error is surely made good, and how much steeper than at w a slope is that rounding does not make
    private const double Beyond = 4;
    private const double Steeper = 8;

    private readonly LeafVector _w = problem.ActiveOf(state);

    /// <summary>How many gradients were computed.</summary>
    public int Evaluations { get; private set; }

    /// <summary>Whether f falls along a direction z in which it has no curvature at w.</summary>
    /// <remarks>
    /// <code>
    /// φ(t) = ∇f(w ± t z)ᵀ(±z)  ∝  tᵐ   for small t,  m ≥ 1
    /// </code>
    /// f falls if the constant is negative. A power law is seen where three successive ratios of φ at t, 3t, 9t, 27t agree: rounding has none (the factor is
    /// no power of two, so that at w = 0 the digits of t differ too). The law of the smallest t that has one counts; a function that is constant along z, as
    /// a softmax whose scores may be shifted, has none. Between w and a distance of ‖w‖, or where w = 0 of 1, as far down as digits of w reach.
    /// </remarks>
    /// <param name="direction">z, of norm 1.</param>
    public bool FallsAlong(LeafVector direction)
    {
        double size = _w.Magnitude(), length = size > 0 ? size : 1;
        foreach (double sign in (double[])[1, -1])
        {
            var slopes = new List<double>();
            for (double t = length * problem.Epsilon; t <= length && Law(slopes) == 0 && !Work.Cancellation.IsCancellationRequested; t *= Factor)
            {
                slopes.Add(sign * Slope(sign * t, direction));
            }

            if (Law(slopes) < 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether f falls on along −∇f beyond all that the error of w accounts for, as w³ does from where an iteration towards 0 ended.</summary>
    /// <remarks>
    /// <code>
    /// φ(t) = ∇f(w + t d)ᵀd,  d = −∇f/‖∇f‖:    φ(0) = −‖∇f‖,  and φ > 0 from t = ‖∇f‖ / dᵀH d ≤ ‖H⁻¹∇f‖ on, if f is convex
    /// </code>
    /// so that one gradient, at four times the error, tells of a minimum. Where f is convex, φ is nowhere below −‖∇f‖, whatever the error was taken for; that
    /// it is far below, and falls, shows that f is not.
    /// </remarks>
    /// <param name="gradient">∇f at w.</param>
    /// <param name="error">The error of w, by the estimate.</param>
    public bool FallsBeyond(LeafVector gradient, double error)
    {
        double norm = gradient.Magnitude();
        if (!(norm > 0 && error > 0 && double.IsFinite(error)))
        {
            return false;
        }

        LeafVector direction = -gradient.Over(norm);
        double near = Slope(Beyond * error, direction);
        if (!(near < 0))
        {
            return false;
        }

        double far = Slope(Beyond * Beyond * error, direction);
        return far < Beyond / 2 * near && Slope(Beyond * Beyond * Beyond * error, direction) is var farthest && farthest < Beyond * far
            && farthest < -Steeper * norm;
    }

    private double Slope(double t, LeafVector direction)
    {
        Evaluations++;
        return ObjectivePoint.Of(problem, problem.Replace(state, (_w + (t * direction)).Leaves), direction).Slope;
    }

    /// <summary>The sign of the law that the last slopes follow; 0 if they follow none.</summary>
    private static int Law(List<double> slopes)
    {
        if (slopes.Count < Points)
        {
            return 0;
        }

        double[] orders = [.. slopes.TakeLast(Points).Zip(slopes.TakeLast(Points - 1), (before, after) => Math.Log(after / before, Factor))];
        return orders.Min() >= 1 - Agreement && orders.Max() - orders.Min() <= Agreement ? Math.Sign(slopes[^1]) : 0;
    }
}
