namespace Hyperdiff;

/// <summary>Finds how far to go along a descent direction: the largest of <c>t, s·t, s²·t, …</c> that lowers f enough.</summary>
/// <remarks>
/// A step is accepted if <c>f(w + t d) ≤ f(w) + c t ∇fᵀd</c>; where the two values differ by at most 8 ε |f(w)|, if the slope there is at most <c>(1 − 2c)
/// |∇fᵀd|</c>. The second condition is the first one for a quadratic, told from gradients: values that are alike but for rounding no longer tell a good step
/// from one that is too long, whichever of them is smaller, and no gradient norm under √ε could be reached by them. Source: Hager and
/// Zhang (2005), "A new conjugate gradient method with guaranteed descent and an efficient line search", the approximate Wolfe conditions.
/// </remarks>
/// <param name="Decrease">c, Armijo's constant.</param>
/// <param name="Shrink">s.</param>
internal sealed record LineSearch(double Decrease, double Shrink)
{
    private const int MaxTrials = 60;

    /// <summary>The accepted point; null if no step along the direction lowers f.</summary>
    /// <param name="line">f along the direction.</param>
    /// <param name="first">The first t.</param>
    public (LinePoint Point, int Trials)? Search(SearchLine line, double first)
    {
        LinePoint start = line.Start;
        double t = first;
        for (int trial = 1; trial <= MaxTrials; trial++, t *= Shrink)
        {
            LinePoint point = line.At(t);
            if (Math.Abs(point.Value - start.Value) <= line.Rounding
                ? point.Slope <= (1 - (2 * Decrease)) * -start.Slope : point.Value <= start.Value + (Decrease * t * start.Slope))
            {
                return line.Moves(point) ? (point, trial) : null;
            }
        }

        return null;
    }
}
