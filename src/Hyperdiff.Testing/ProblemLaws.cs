using System.Globalization;

namespace Hyperdiff.Testing;

/// <summary>What holds of the maps, objectives and conditions of a problem, at a point.</summary>
internal sealed class ProblemLaws<TState, THyper>(SolvedProblem<TState, THyper> problem, TState start, THyper hyper, int seed)
{
    private readonly LawBook _book = new(problem.ToString()!, seed);

    /// <summary>Looks at all of them.</summary>
    public LawReport Report()
    {
        DerivativeCheck? first = null;
        string[] point = ["at the point that was given"];
        DerivativeCheck Checked() => problem.Check(start, hyper, RandomKey.FromSeed(seed));
        _book.Look("derivatives agree with differences", point, _ => (first = Checked()).Offenders is { IsEmpty: false } offenders
            ? $"{string.Join(", ", offenders)}\n{first}" : null);
        _book.Look("repeats its bits", point, _ =>
        {
            (double one, double other) = (problem.Outer.Evaluate(start, hyper).ToScalar(), problem.Outer.Evaluate(start, hyper).ToScalar());
            return !one.Equals(other) ? string.Create(CultureInfo.InvariantCulture, $"the outer objective is {one:G17}, and then {other:G17}")
                : first is null || first.ToString() == Checked().ToString() ? null : "a second check finds other numbers";
        });
        return _book.Report();
    }
}
