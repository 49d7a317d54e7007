namespace Hyperdiff;

/// <summary>The lines of a check: derivatives, each judged by the difference that it is compared with.</summary>
/// <param name="directions">What derivatives are compared along.</param>
internal sealed class CheckLines(CheckDirections directions)
{
    // the sweep's own error is what its neighbours disagree by, an estimate; beyond a hundredth of the derivative it says nothing
    private const double Allowance = 10;
    private const double Useless = 0.01;

    private readonly List<CheckedDerivative> _lines = [];

    /// <summary>What derivatives are compared along.</summary>
    public CheckDirections Directions => directions;

    /// <summary>The lines so far.</summary>
    public IReadOnlyList<CheckedDerivative> Lines => _lines;

    /// <summary>A line that is neither right nor wrong.</summary>
    public void Undecided(string function, string leaf, string method, string why) => _lines.Add(
        new CheckedDerivative(function, leaf, method, double.NaN, double.NaN, double.NaN, CheckOutcome.Inconclusive, why));

    /// <summary>A derivative that a method could not give.</summary>
    public void Skip(LeafDifference difference, string method, string why) => _lines.Add(
        new CheckedDerivative(difference.Function, difference.Leaf.Name, method, double.NaN, difference.Value, double.NaN, CheckOutcome.Skipped, why));

    /// <summary>A derivative by a method that rests on a solve.</summary>
    public void JudgeSolve(LeafDifference difference, string method, double value, SolveReport report)
    {
        if (report.Converged)
        {
            Judge(difference, method, value);
        }
        else
        {
            Skip(difference, method, report.ToString());
        }
    }

    /// <summary>A derivative by a method.</summary>
    public void Judge(LeafDifference difference, string method, double value)
    {
        double noise = Allowance * difference.Error;
        double size = Math.Max(Math.Abs(value), Math.Abs(difference.Value));
        double floor = CheckDirections.Rounding(difference.Leaf.Value, size + difference.Magnitude);
        double apart = Math.Abs(value - difference.Value);
        (CheckOutcome outcome, string note) = (apart, noise) switch
        {
            _ when !double.IsFinite(value) || !double.IsFinite(difference.Magnitude) =>
                (CheckOutcome.Fail, "the function or its derivative is not finite here"),
            _ when double.IsNaN(difference.Value) =>
                (CheckOutcome.Inconclusive, "no two differences could be taken: the function is not finite, or the inner problem not solved, near this point"),
            _ when !(apart <= noise + floor) => (CheckOutcome.Fail, string.Empty),
            _ when noise > floor && noise > Useless * size =>
                (CheckOutcome.Inconclusive, "the differences are too inaccurate to tell: a kink, or an inner solve that is not accurate"),
            _ => (CheckOutcome.Pass, string.Empty),
        };
        _lines.Add(new CheckedDerivative(difference.Function, difference.Leaf.Name, method, value, difference.Value, noise + floor, outcome, note));
    }
}
