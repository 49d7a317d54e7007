using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>Runs of an inner solver at several hyperparameters, each from the same start.</summary>
internal sealed class ResponseRuns
{
    private readonly string _method;
    private readonly BilevelProblem _problem;
    private readonly BilevelPoint _start;
    private readonly SolveWatch _watch;
    private readonly int _steps;

    /// <summary>The runs of a problem, with one at λ.</summary>
    /// <param name="method">What asks for them, for messages.</param>
    /// <param name="inner">A problem that has an inner solution, and how many steps its optimizer takes; none for others.</param>
    /// <param name="start">Where every run begins, and λ.</param>
    /// <param name="watch">All of them.</param>
    public ResponseRuns(string method, (BilevelProblem Problem, int? Steps) inner, BilevelPoint start, SolveWatch watch)
    {
        (BilevelProblem problem, int? steps) = inner;
        (_method, _problem, _start, _watch) = (method, problem, start, watch);
        if (problem.Steps is null)
        {
            RequireNoSteps(method, problem, steps);
        }

        _steps = steps ?? (problem.Steps is null ? 0
            : throw new InvalidOperationException($"{method}: {problem} ends after a number of steps that was not given; pass steps."));
        RequireNothingStopped();
        (FlatTree here, Worst) = Run(start);
        start.State.RequireSameLeaves(here, $"{method}: the inner solver must return states of one structure");
        Here = new BilevelPoint(here, start.Hyper);
    }

    /// <summary>w(λ), and λ.</summary>
    public BilevelPoint Here { get; }

    /// <summary>The first report of a run that did not converge; that at λ if all did.</summary>
    public SolveReport Worst { get; private set; }

    /// <summary>Throws if there is a number of steps for a problem that takes none.</summary>
    public static void RequireNoSteps(string method, BilevelProblem problem, int? steps)
    {
        if (steps is not null)
        {
            throw new InvalidOperationException($"{method}: {problem} takes no steps of an optimizer, and {steps} were asked for; leave out steps.");
        }
    }

    /// <summary>w at other hyperparameters.</summary>
    public FlatTree At(FlatTree hyper)
    {
        (FlatTree state, SolveReport report) = Run(_start.With(hyper));
        Worst = Worst.Converged ? report : Worst;
        Here.State.RequireSameLeaves(state, $"{_method}: the inner solver must return states of one structure");
        return state;
    }

    /// <summary>ℓ at other hyperparameters.</summary>
    public double ValueAt(FlatTree hyper)
    {
        FlatTree state = At(hyper);
        BoundGraph bound = _problem.OuterFunction.Bind(state, hyper);
        return bound.Graph.Call(bound.Operands(state.Tensors, hyper.Tensors)).EnsureConverged(_problem.OuterFunction.Name)[0].ToScalar();
    }

    private (FlatTree State, SolveReport Report) Run(BilevelPoint point)
    {
        if (_problem is IResponse response)
        {
            return response.At(point, _watch);
        }

        if (_problem.Steps is { } steps)
        {
            return Steps(steps, point);
        }

        ISolvedFunction solved = _problem.Solved!;
        InnerSolver solver = solved.SolverAt(point);
        var inner = InnerProblem.Of(solved.Function, point);
        string name = $"{solver.Name} of {solved.Function.Name}";
        InnerSolution solution = solver.Solve(inner, point.State.Tensors, _watch.Of(name));
        return (point.State.With(solution.State), solution.Report with { Solver = solution.Named(name), Kind = solver.KindOn(inner) });
    }

    private (FlatTree State, SolveReport Report) Steps(UnrolledSteps steps, BilevelPoint point)
    {
        var inner = InnerProblem.Of(steps.Map, point);
        Tensor[] state = point.State.Tensors;
        for (int t = 0; t < _steps; t++)
        {
            _watch.Cancellation.ThrowIfCancellationRequested();
            state = inner.Call(Subgraph.Outputs(inner.Graph, ..inner.States), state);
        }

        return (point.State.With(state), TrajectoryReport.Of((steps.Name, _steps), (0, 0), (_steps, 0)));
    }

    // the solution varies with what derivatives would take for constant
    private void RequireNothingStopped()
    {
        if ((_problem.Steps?.Map ?? _problem.Solved?.Function) is { } function && StoppedValues.Has(InnerProblem.Of(function, _start).Graph))
        {
            throw new NotSupportedException(
                $"{_method}: {function.Name} stops a gradient, and differences of its solution would differentiate through it; "
                + "use Hypergradient.Implicit or Hypergradient.Reverse, or pass what is stopped as data.");
        }
    }
}
