namespace Hyperdiff;

/// <summary>One inner solve by a minimizer or a root finder of the user's: evaluations are counted, iterates judged as those of our own are
/// (<see cref="InnerRun"/>), and what is returned by what it is.</summary>
internal sealed class GivenInnerSolve
{
    private readonly ConditionProbe _start;
    private readonly SolveWatch _watch;
    private readonly Func<Tensor[], (double Value, Tensor[] Residual)> _evaluate;
    private readonly ProductTally _tally;
    private readonly InnerRun _run;
    private (Tensor[] W, double Value, Tensor[] Residual) _evaluated;
    private (Tensor[] W, double Value) _last;
    private SolveStatus? _ended;
    private string? _reason;

    /// <summary>A solve at its start.</summary>
    /// <param name="start">The solver's condition at the start.</param>
    /// <param name="watch">The solve.</param>
    /// <param name="most">The most evaluations and products.</param>
    /// <param name="evaluate">From a state to f, or 0, and R.</param>
    public GivenInnerSolve(ConditionProbe start, SolveWatch watch, long most, Func<Tensor[], (double Value, Tensor[] Residual)> evaluate)
    {
        (_start, _watch, _evaluate) = (start, watch, evaluate);
        _tally = new ProductTally(most, watch.Cancellation);
        _run = new InnerRun(start, int.MaxValue, watch);
        _last = (start.Problem.ActiveOf(start.State), double.NaN);
    }

    /// <summary>The active leaves of the start.</summary>
    public LeafVector Start => Problem.ActiveOf(_start.State);

    /// <summary>Ends the solve.</summary>
    public CancellationToken Cancellation => _watch.Cancellation;

    private InnerSolver Solver => _start.Solver;

    private InnerProblem Problem => _start.Problem;

    private string Type => Solver.Title;

    /// <summary>f, or 0, and R at a state.</summary>
    public (double Value, LeafVector Residual) At(LeafVector w)
    {
        Require(w, "a state");
        if (_evaluated.W is { } known && Same(known, w.Leaves))
        {
            return (_evaluated.Value, (Tensor[])[.. _evaluated.Residual]);
        }

        _tally.Count(transposed: false);
        return Evaluate(w);
    }

    /// <summary>∂R/∂w at a state.</summary>
    public LinearOperator Derivative(LeafVector w)
    {
        Require(w, "a state");
        _tally.Count(transposed: false);
        ConditionProbe at = _start with { State = StateOf(w) };
        return at.Derivative().Matrix.CountedBy(_tally);
    }

    /// <summary>Judges an iterate.</summary>
    public bool Continues(LeafVector w)
    {
        Require(w, "an iterate");
        bool isStart = _run.Iterations == 0 && Same(w.Leaves, _last.W);
        if (_ended is null && !isStart)
        {
            At(w);
            Observe(w);
        }

        return _ended is null;
    }

    /// <summary>An answer, to be judged when it is returned.</summary>
    public InnerSolution End(LeafVector w, SolveStatus? status, string? reason)
    {
        Require(w, "the solution");
        if (status == SolveStatus.Converged)
        {
            throw new ArgumentException($"{Type}: a solver cannot give up as Converged, which the library finds; return Solution(w).", nameof(status));
        }

        _reason = reason;
        return new InnerSolution([.. w.Leaves], new SolveReport(Solver.Name, status ?? SolveStatus.Converged, 0, double.NaN, double.NaN, 0, 0, double.NaN));
    }

    /// <summary>Runs the user's code.</summary>
    /// <param name="solve">It.</param>
    public InnerSolution Run(Func<InnerSolution> solve)
    {
        _tally.Add(1, 0);
        (double value, LeafVector residual) = Evaluate(_last.W);
        _last.Value = value;
        if (_run.Start(ConditionProbe.LeafNorms(residual.Leaves)) is { } atOnce)
        {
            return _run.End(atOnce, _tally.Products);
        }

        InnerSolution answer;
        try
        {
            answer = solve() ?? throw new InvalidOperationException($"{Type}: Solve returned null; return Solution(w).");
        }
        catch (OperationCanceledException) when (_watch.Cancellation.IsCancellationRequested)
        {
            return Ended(SolveStatus.Cancelled);
        }
        catch (BudgetSpentException spent)
        {
            _reason = spent.Message;
            return Ended(SolveStatus.MaxIterations);
        }

        LeafVector w = answer.State;
        if (!Same(w.Leaves, _last.W))
        {
            // what was not told of is one more update, and told also where nothing more is allowed
            _tally.Add(1, 0);
            _ = Evaluate(w);
            Observe(w);
        }

        return answer.Report.Status != SolveStatus.Converged ? Ended(_ended == SolveStatus.Converged ? SolveStatus.Converged : answer.Report.Status)
            : _ended is { } ended ? Ended(ended) : Ended(SolveStatus.MaxIterations, settle: true);
    }

    private InnerSolution Ended(SolveStatus status, bool settle = false)
    {
        InnerSolution solution = _run.End(status, _tally.Products, settle && Solver.Tolerance is not { Relative: 0, Absolute: 0 });
        return solution with
        {
            Report = solution.Report with { TransposedProducts = _tally.TransposedProducts },
            Reason = solution.Report.Converged ? null : _reason,
        };
    }

    private void Observe(LeafVector w)
    {
        (_, double value, Tensor[] residual) = _evaluated;
        double[] steps = ConditionProbe.LeafNorms((w - _last.W).Leaves);
        bool gained = value < _last.Value - (Problem.Epsilon * Math.Abs(_last.Value));
        _last = ([.. w.Leaves], value);
        if (Array.TrueForAll(steps, step => step == 0))
        {
            // it would be told the same for ever
            _ended = SolveStatus.Stagnated;
            return;
        }

        _ended = _run.Next(StateOf(w), ConditionProbe.LeafNorms(residual), steps, gained: gained);
    }

    private (double Value, LeafVector Residual) Evaluate(LeafVector w)
    {
        (double value, Tensor[] residual) = _evaluate(StateOf(w));
        _evaluated = ([.. w.Leaves], value, residual);
        return (value, (Tensor[])[.. residual]);
    }

    private Tensor[] StateOf(LeafVector w) => Problem.Replace(_start.State, w.Leaves);

    private void Require(LeafVector w, string what) => GivenVector.Require(w, Problem.ActiveTypes, Type, what);

    private static bool Same(Tensor[] left, Tensor[] right) => left.AsSpan().SequenceEqual(right, ReferenceEqualityComparer.Instance);
}
