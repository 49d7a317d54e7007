namespace Hyperdiff;

/// <summary>Runs the comparisons of a <see cref="DerivativeCheck"/>: of the functions by themselves, and of ℓ where the inner problem is solved.</summary>
internal static class DerivativeChecker
{
    private const string Condition = "inner condition";
    private const string Inner = "inner objective";
    private const string Outer = "outer objective";

    /// <summary>Compares at the solution that is found from a start.</summary>
    /// <param name="problem">What is checked.</param>
    /// <param name="start">The first w, and λ.</param>
    /// <param name="key">What directions are drawn from.</param>
    /// <param name="cancellation">Ends the solves.</param>
    public static DerivativeCheck Run(CheckedProblem problem, BilevelPoint start, RandomKey key, CancellationToken cancellation)
    {
        start.Hyper.RequireActive("A check of derivatives");
        InnerSolution solution = problem.Solve(problem.Solver, start, cancellation);
        BilevelPoint point = start.At(solution.State);
        bool solved = solution.Report.Converged;
        if (solved)
        {
            // differences are taken around a solution as accurate as theirs
            point = point.At(problem.Solve(problem.Again, point, cancellation).State);
        }

        var lines = new CheckLines(new CheckDirections(key));
        FunctionCheck.Run(Condition, point, problem.Condition, lines);
        if (problem.Solver is Minimizer)
        {
            FunctionCheck.Run(Inner, point, at => CheckedProblem.Scalar(problem.Function, at), lines);
        }

        FunctionCheck.Run(Outer, point, at => CheckedProblem.Scalar(problem.Outer, at), lines);
        if (solved)
        {
            HypergradientCheck.Run(problem, point, lines, cancellation);
        }

        string where = solved
            ? string.Empty
            : $"; the inner solve ended as {solution.Report.Status}, and the functions are compared where it did";
        return new DerivativeCheck([.. lines.Lines], $"directions from {key}{where}");
    }
}
