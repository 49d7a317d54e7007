namespace Hyperdiff;

/// <summary>f along a direction d from a state w: what a line search looks at.</summary>
internal sealed class SearchLine
{
    private const double RoundingUnits = 8;

    private readonly InnerProblem _problem;
    private readonly LeafVector _direction;
    private readonly bool _linearizes;

    /// <summary>A line.</summary>
    /// <param name="problem">The problem; its first output is f.</param>
    /// <param name="start">All leaves of w, f there, and the slope ∇fᵀd.</param>
    /// <param name="direction">d, the active leaves.</param>
    /// <param name="linearizes">Whether products with the Hessian follow where it ends.</param>
    public SearchLine(InnerProblem problem, (Tensor[] State, double Value, double Slope) start, LeafVector direction, bool linearizes = false)
    {
        (_problem, _direction, _linearizes) = (problem, direction, linearizes);
        Start = new LinePoint(0, start.State, new ObjectivePoint(start.Value, [], start.Slope));
    }

    /// <summary>Where it begins; the gradient there is left out.</summary>
    public LinePoint Start { get; }

    /// <summary>What rounding may make of f.</summary>
    public double Rounding => RoundingUnits * Start.State[_problem.Active[0]].DType.Epsilon() * Math.Abs(Start.Value);

    /// <summary>Whether a point is another than the one where the line begins: a step below the rounding of w leads nowhere, however often made.</summary>
    public bool Moves(LinePoint point) => point.Value != Start.Value
        || _problem.Active.Items.Any(i => !point.State[i].Equal(Start.State[i]).All().IsTrue);

    /// <summary>The point at t: one evaluation of f and its gradient.</summary>
    public LinePoint At(double step)
    {
        Tensor[] state = _problem.Replace(Start.State, (_problem.ActiveOf(Start.State) + (Tensor.Scalar(step) * _direction)).Leaves);
        return new LinePoint(step, state, ObjectivePoint.Of(_problem, state, _direction, _linearizes));
    }
}
