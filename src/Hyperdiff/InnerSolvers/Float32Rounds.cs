using System.Globalization;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>One inner solve that iterates in <c>float32</c> and is judged in <c>float64</c>.</summary>
/// <remarks>
/// The problem itself is solved in <c>float32</c> first, which goes as far as <c>float32</c> can tell its solution; then corrections of the better of that
/// state and the start, each of what is left in <c>float64</c>, brought to about 1 by a power of two: their error shrinks with what is left, while that of the
/// problem itself does not fall below the roundings of w. A correction counts if it halves the residual; what does not, and what <c>float32</c> does not
/// hold, is left to the solver within, in <c>float64</c>, from the best state. A minimum is what the next correction leaves where it is.
/// </remarks>
/// <param name="solver">Gives the name, the tolerance and the condition.</param>
/// <param name="inner">The solver within, with that tolerance.</param>
/// <param name="problem">The problem, in <c>float64</c>.</param>
/// <param name="watch">The solve; listeners are told of residuals in <c>float64</c>.</param>
internal abstract class Float32Rounds(InnerSolver solver, InnerSolver inner, InnerProblem problem, SolveWatch watch)
{
    private const double Enough = 0.5;

    // of what a solution may be off, as far as a solve with the derivative tells; and how often that is asked
    private const double Slack = 2;
    private const int MostRounds = 3;

    private int _corrections;
    private int _iterations;
    private double _rate = double.NaN;

    // in float32, and in float64
    private (long Narrow, long Wide) _products;

    /// <summary>The problem, in <c>float64</c>.</summary>
    protected InnerProblem Problem => problem;

    /// <summary>Ends the solve.</summary>
    protected CancellationToken Cancellation => watch.Cancellation;

    /// <summary>How many updates were made.</summary>
    protected int Iterations => _iterations;

    /// <summary>Whether the residual is a step of a map.</summary>
    protected abstract bool IsMap { get; }

    /// <summary>Makes what corrections take; false if they have no form in <c>float32</c>.</summary>
    protected abstract bool Prepare();

    /// <summary>Solves the problem.</summary>
    /// <param name="start">All leaves of the state.</param>
    public InnerSolution Run(Tensor[] start)
    {
        // one that counts updates has no tolerance to keep to
        if (problem.ActiveTypes.All(type => type.DType != DType.Float64) || solver.Tolerance is { Relative: 0, Absolute: 0 })
        {
            return inner.Solve(problem, start, watch);
        }

        return problem.Retrace is null && Precision.Narrowed(problem.Graph) is { } graph && Prepare()
            ? Run(problem with { Graph = graph, Parameters = Array.ConvertAll(problem.Parameters, Precision.Narrowed) }, start)
            : InFloat64(start, "the problem has no form in float32");
    }

    private InnerSolution Run(InnerProblem narrow, Tensor[] start)
    {
        Float32Point at = Evaluated(start);
        if (!double.IsFinite(at.Size))
        {
            return InFloat64(start, "numbers that are not finite");
        }

        SolveStatus end = Solve(narrow, start, out Tensor[] found);
        if (IsFailure(end))
        {
            return InFloat64(start, Holds(narrow, start) ? $"{end} in float32" : "numbers beyond the range of float32");
        }

        Float32Point there = Evaluated(found);
        at = there.Size < at.Size ? there : at;

        // what the way there showed of the error was rounding in its last part
        var run = new InnerRun(new ConditionProbe(solver, problem, at.State), int.MaxValue, watch, IsMap);
        SolveStatus? status = run.Start(at.Residuals, at.Norms) ?? Ended(end);
        while (status is null || (status == SolveStatus.Converged && !IsMap && at.Size > 0))
        {
            double before = at.Size;

            // a correction is one step, along which slow parts show no curvature of their own: what is left of them the next one tells, if it is accurate
            end = Correct(at, status is null ? run.Threshold : 0, out LeafVector correction, out double accuracy);
            if (status == SolveStatus.Converged && accuracy <= Enough && run.MetBy(ConditionProbe.LeafNorms(correction.Leaves), accuracy))
            {
                break;
            }

            status = null;
            if (IsFailure(end))
            {
                return InFloat64(at.State, $"{end} in a correction");
            }

            there = Evaluated(problem.Replace(at.Image, (new LeafVector(problem.ActiveOf(at.State)) + correction).Leaves));
            if (there.Size < before)
            {
                at = there;
                status = run.Next(at.State, at.Residuals, ConditionProbe.LeafNorms(correction.Leaves), at.Norms) ?? Ended(end);
            }

            if (status is null && (!ReferenceEquals(at, there) || !(there.Size <= Enough * before)))
            {
                return InFloat64(at.State, "corrections no longer halve the residual");
            }
        }

        InnerSolution solution = run.End(status.Value, 0);
        _products.Wide += solution.Report.Products;
        return Told(IsMap ? Confirmed(solution) : solution, string.Empty);
    }

    /// <summary>A solution without the slow parts of its error. Float32 leaves errors of its rounding in all parts, those of slow ones with the smallest
    /// residuals, so that what follows may converge without having seen them: a solve with the derivative tells, and what is not accurate enough is solved to
    /// a tolerance that is smaller by as much.</summary>
    private InnerSolution Confirmed(InnerSolution solution)
    {
        for (int round = 0; round < MostRounds && solution.Report.Converged && Excess(solution.State) is > Slack and var excess; round++)
        {
            var tighter = new Tolerance(solver.Tolerance.RelativeAt(problem.Epsilon) / excess / Slack, solver.Tolerance.Absolute / excess / Slack);
            solution = (Remaining(inner) with { Tolerance = tighter }).Solve(problem, solution.State, watch);
            _iterations += solution.Report.Iterations;
            _products.Wide += solution.Report.Products;

            // what is asked for there may be below rounding
            if (solution.Report.Status == SolveStatus.Stagnated && Excess(solution.State) <= Slack)
            {
                return solution with { Report = solution.Report with { Status = SolveStatus.Converged } };
            }
        }

        return solution;
    }

    /// <summary>How many times what is asked for the error is, by a solve with the derivative, of the worst leaf; 0 where that does not tell. A leaf that
    /// cannot be told from zero is measured by the whole.</summary>
    private double Excess(Tensor[] state)
    {
        if (new ConditionProbe(solver, problem, state).Correction(IsMap, Cancellation) is not { } errors)
        {
            return 0;
        }

        LeafVector w = problem.ActiveOf(state);
        (double[] norms, double whole) = (ConditionProbe.LeafNorms(w.Leaves), w.Magnitude());
        return errors.Zip(norms, (error, norm) => error == 0 ? 0 : error / solver.Tolerance.At(error < norm / Slack ? norm : whole, problem.Epsilon)).Max();
    }

    /// <summary>Evaluates the problem in <c>float64</c>, with its derivative.</summary>
    /// <param name="state">All leaves of w.</param>
    protected abstract Float32Point At(Tensor[] state);

    /// <summary>What is to be added to a state, in <c>float64</c>.</summary>
    /// <param name="at">The state.</param>
    /// <param name="threshold">What its residual has to reach; 0 where that is not known.</param>
    /// <param name="correction">The leaves that are differentiated.</param>
    /// <returns>The report of the solve in <c>float32</c>.</returns>
    protected abstract SolveReport Correction(Float32Point at, double threshold, out LeafVector correction);

    /// <summary>A solver within, for what is left of its updates.</summary>
    protected abstract InnerSolver Remaining(InnerSolver by);

    /// <summary>A vector in <c>float32</c>, brought to about 1.</summary>
    /// <param name="vector">The vector.</param>
    /// <param name="size">Its norm.</param>
    protected static Tensor[] Narrowed(LeafVector vector, double size) =>
        Array.ConvertAll((Tensor.Scalar(Math.ScaleB(1, -ExponentOf(size))) * vector).Leaves, leaf => leaf.To(DType.Float32));

    /// <summary>A vector that was brought to about 1, in the types of the state.</summary>
    /// <param name="vector">The vector.</param>
    /// <param name="size">What the norm was that it was brought from.</param>
    protected LeafVector Widened(Tensor[] vector, double size) =>
        Tensor.Scalar(Math.ScaleB(1, ExponentOf(size))) * (LeafVector)vector.Select((leaf, i) => leaf.To(problem.ActiveTypes[i].DType)).ToArray();

    /// <summary>The exponent of the power of two that a norm is brought to about 1 from.</summary>
    protected static int ExponentOf(double size) => size > 0 ? Math.Clamp(Math.ILogB(size), -1022, 1022) : 0;

    // a limit and a token end the solve; at the roundings of float32 a solve has done what it could
    private static bool IsFailure(SolveStatus status) =>
        status is not (SolveStatus.Converged or SolveStatus.Stagnated or SolveStatus.MaxIterations or SolveStatus.Cancelled);

    private static SolveStatus? Ended(SolveStatus status) => status is SolveStatus.MaxIterations or SolveStatus.Cancelled ? status : null;

    private Float32Point Evaluated(Tensor[] state)
    {
        _products.Wide++;
        return At(state);
    }

    // the problem itself, in float32
    private SolveStatus Solve(InnerProblem narrow, Tensor[] start, out Tensor[] found)
    {
        // as accurate as float32 is asked for by default, and no more than was asked for
        double? asked = solver.Tolerance.Relative is { } relative && relative > new Tolerance(null, 0).RelativeAt(narrow.Epsilon) ? relative : null;
        InnerSolver by = Remaining(inner) with { Tolerance = new Tolerance(asked, solver.Tolerance.Absolute) };
        by = by is Minimizer minimizer ? minimizer with { ChecksCurvature = false } : by;
        InnerSolution solution = by.Solve(narrow, Array.ConvertAll(start, Precision.Narrowed), watch.Cancellation);
        Count(solution.Report);
        found = [.. solution.State.Select((leaf, i) => leaf.To(problem.Graph.Inputs[i].Type.DType))];
        return solution.Report.Status;
    }

    private SolveStatus Correct(Float32Point at, double threshold, out LeafVector correction, out double accuracy)
    {
        SolveReport report = Correction(at, threshold, out correction);
        accuracy = report.Residual / Math.ScaleB(at.Size, -ExponentOf(at.Size));
        _corrections++;
        Count(report);
        return report.Status;
    }

    private void Count(SolveReport report)
    {
        _iterations += report.Iterations;
        _products.Narrow += report.Products + report.TransposedProducts;
        _rate = double.IsNaN(_rate) || report.Rate > _rate ? report.Rate : _rate;
    }

    private InnerSolution InFloat64(Tensor[] state, string reason)
    {
        InnerSolution solution = Remaining(inner).Solve(problem, state, watch);
        _iterations += solution.Report.Iterations;
        _products.Wide += solution.Report.Products;
        _rate = double.IsNaN(_rate) || solution.Report.Rate > _rate ? solution.Report.Rate : _rate;
        return Told(_products.Narrow > 0 ? Confirmed(solution) : solution, $"in float64: {reason}");
    }

    // whether numbers that are finite are so in float32
    private static bool Holds(InnerProblem narrow, Tensor[] start) =>
        new LeafVector([.. narrow.Parameters.Concat(start).Select(Precision.Narrowed).Where(leaf => leaf.DType == DType.Float32)]).IsFinite();

    private InnerSolution Told(InnerSolution solution, string end)
    {
        (long narrow, long wide) = _products;
        string made = string.Create(CultureInfo.InvariantCulture,
            $"{_corrections} correction{(_corrections == 1 ? string.Empty : "s")}, {narrow} of {narrow + wide} products in float32");
        string[] parts = [narrow > 0 ? made : string.Empty, end, solution.Reason ?? string.Empty];
        return solution with
        {
            Report = solution.Report with { Iterations = _iterations, Products = narrow + wide, Rate = _rate },
            Reason = string.Join("; ", parts.Where(part => part.Length > 0)),
        };
    }
}
