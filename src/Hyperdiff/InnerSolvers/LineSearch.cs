namespace Hyperdiff;

/// <summary>Finds how far to go along a descent direction: the largest of <c>t, s·t, s²·t, …</c> that lowers f enough.</summary>
/// <remarks>
/// A step is accepted if <c>f(w + t d) ≤ f(w) + c t ∇fᵀd</c>, or if <c>f(w + t d) ≤ f(w) + 8 ε |f(w)|</c> and the slope there is at most <c>(1 − 2c)
/// |∇fᵀd|</c>. The second
/// condition is the first one for a quadratic, told from gradients: once the promised decrease is below ε |f|, values no longer tell a good step from one that
/// is too long, and no gradient norm under √ε could be reached by them. Source: Hager and Zhang (2005), "A new conjugate gradient method with guaranteed
/// descent and an efficient line search", the approximate Wolfe conditions.
/// </remarks>
/// <param name="Decrease">c, Armijo's constant.</param>
/// <param name="Shrink">s.</param>
internal sealed record LineSearch(double Decrease, double Shrink)
{
    private const int MaxTrials = 60;
    private const double RoundingUnits = 8;

    /// <summary>The accepted point; null if no step along the direction lowers f.</summary>
    /// <param name="evaluate">A state to its value and gradient.</param>
    /// <param name="problem">The problem, for its active leaves.</param>
    /// <param name="from">The state, its value, and the slope ∇fᵀd along the direction.</param>
    /// <param name="direction">d.</param>
    /// <param name="first">The first t.</param>
    public (Tensor[] State, double Value, Tensor[] Gradient, double StepSize, int Trials)? Search(
        Func<Tensor[], (double Value, Tensor[] Gradient)> evaluate,
        InnerProblem problem,
        (Tensor[] State, double Value, double Slope) from,
        LeafVector direction,
        double first)
    {
        double rounding = RoundingUnits * from.State[problem.Active[0]].DType.Epsilon() * Math.Abs(from.Value);
        double t = first;
        for (int trial = 1; trial <= MaxTrials; trial++, t *= Shrink)
        {
            LeafVector active = problem.ActiveOf(from.State);
            Tensor[] state = problem.Replace(from.State, (active + (Tensor.Scalar(t) * direction)).Leaves);
            (double value, Tensor[] gradient) = evaluate(state);
            bool promised = value <= from.Value + (Decrease * t * from.Slope);
            if (promised || (value <= from.Value + rounding && LeafVector.Dot(direction, gradient).ToScalar() <= (1 - (2 * Decrease)) * -from.Slope))
            {
                return (state, value, gradient, t, trial);
            }
        }

        return null;
    }
}
