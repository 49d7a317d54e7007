namespace Hyperdiff;

/// <summary>One solve by a solver of the user's: it sees a system of its own, whose products are counted, and what it returns is judged by its
/// residual.</summary>
internal sealed class GivenLinearSolve
{
    private readonly LinearSolver _solver;
    private readonly LinearSystem _system;
    private readonly ProductTally _tally;
    private readonly LinearOperator _matrix;
    private readonly IterationMonitor _monitor;
    private LeafVector _last;
    private (Tensor[] X, double Residual)? _measured;
    private SolveStatus? _ended;
    private string? _reason;

    private GivenLinearSolve(LinearSolver solver, LinearSystem system)
    {
        (_solver, _system) = (solver, system);
        _tally = new ProductTally(solver.MaxProducts, system.Watch.Cancellation);
        _matrix = system.Matrix.CountedBy(_tally);
        _last = system.Start;
        _monitor = new IterationMonitor(system.ThresholdOf(solver.Tolerance), int.MaxValue, system.Watch)
        {
            Epsilon = system.Epsilon,
            AtRounding = units => Residual(_last) <= units * RoundingLevel.Of(_system, _last.Leaves),
        };
    }

    /// <summary>What the residual has to reach.</summary>
    public double Threshold => _monitor.Threshold;

    private string Type => _solver.Title;

    /// <summary>Solves a system by a solver of the user's.</summary>
    public static LinearSolution Run(LinearSolver solver, LinearSystem system) => new GivenLinearSolve(solver, system).Run();

    /// <summary>Judges an iterate.</summary>
    public bool Continues(LeafVector x, double? residual)
    {
        Require(x, "an iterate");
        if (_ended is null && !IsStart(x))
        {
            Observe(x, residual is { } said && said > Threshold ? said : Residual(x));
        }

        return _ended is null;
    }

    /// <summary>An answer, to be judged when it is returned.</summary>
    public LinearSolution End(LeafVector x, SolveStatus? status, string? reason)
    {
        if (status == SolveStatus.Converged)
        {
            throw new ArgumentException($"{Type}: a solver cannot give up as Converged, which its residual alone says; return Solution(x).", nameof(status));
        }

        _reason = reason;
        return new LinearSolution(x.Leaves, _monitor.Report(_solver.Name, status ?? SolveStatus.Converged, 0));
    }

    /// <summary>What depends on A alone.</summary>
    public T Once<T>(Func<T> make)
        where T : class
    {
        (long products, long transposed) = (_tally.Products, _tally.TransposedProducts);
        bool made = false;
        (Kept? kept, bool isFirst) = _system.Preparation.Once((_solver.GetType(), typeof(T)), () =>
        {
            made = true;
            T value = make() ?? throw new InvalidOperationException($"{Type}: what is made once must not be null.");
            return new Kept(value, _tally.Products - products, _tally.TransposedProducts - transposed);
        });
        if (isFirst && !made)
        {
            _tally.Add(kept!.Products, kept.TransposedProducts);
        }

        return (T)kept!.Value;
    }

    private LinearSolution Run()
    {
        (Tensor[] start, Tensor[] left, long first) = _system.Begin();
        double residual = new LeafVector(left).Magnitude();
        _measured = (start, residual);
        _last = start;
        if (_monitor.Start(residual) is { } atOnce)
        {
            return new LinearSolution(start, _monitor.Report(_solver.Name, atOnce, first));
        }

        _tally.Add(first, 0);
        LinearSolution answer;
        try
        {
            // arrays of its own, so that nothing that it does to them is seen outside
            answer = _solver.Solve(new LinearSystem(_matrix, Copy(_system.RightHandSide), Copy(start), _system.Watch) { Judge = this });
        }
        catch (OperationCanceledException) when (_system.Watch.Cancellation.IsCancellationRequested)
        {
            answer = new LinearSolution(_last.Leaves, _monitor.Report(_solver.Name, SolveStatus.Cancelled, 0));
        }
        catch (BudgetSpentException spent)
        {
            _reason = spent.Message;
            answer = new LinearSolution(_last.Leaves, _monitor.Report(_solver.Name, SolveStatus.MaxIterations, 0));
        }

        return Judge(answer);
    }

    private LinearSolution Judge(LinearSolution? answer)
    {
        if (answer is not { Value: { } value, Report: { } said })
        {
            throw new InvalidOperationException($"{Type}: Solve returned null; return system.Solution(x).");
        }

        Require(value, "the solution");
        LeafVector x = value;
        double residual = Residual(x, counted: false);
        if (!Same(x.Leaves, _last.Leaves))
        {
            // what was not told of is one more update
            Observe(x, residual);
        }

        SolveStatus status = _ended switch
        {
            _ when residual <= Threshold => said.Status == SolveStatus.Singular ? SolveStatus.Singular : SolveStatus.Converged,
            _ when !double.IsFinite(residual) => SolveStatus.NonFiniteIterate,
            _ when said.Status != SolveStatus.Converged => said.Status,
            null => SolveStatus.MaxIterations,
            SolveStatus.Converged => SolveStatus.Stagnated,
            { } ended => ended,
        };
        string name = _reason is null ? _solver.Name : $"{_solver.Name}: {_reason}";
        return new LinearSolution([.. value], _monitor.Report(name, status, _tally.Products) with
        {
            Iterations = Math.Max(_monitor.Iterations, said.Iterations),
            Residual = residual,
            TransposedProducts = _tally.TransposedProducts,
        })
        {
            Notes = answer.Notes.IsDefault ? [] : answer.Notes,
        };
    }

    private void Observe(LeafVector x, double residual)
    {
        _last = x;
        _ended = _monitor.Next(residual);
        _system.Observer?.Invoke(x.Leaves, residual, _monitor.Iterations);
    }

    private bool IsStart(LeafVector x) => _monitor.Iterations == 0 && Same(x.Leaves, _last.Leaves);

    private double Residual(LeafVector x, bool counted = true)
    {
        if (_measured is { } known && Same(known.X, x.Leaves))
        {
            return known.Residual;
        }

        if (counted)
        {
            _tally.Count(transposed: false);
        }
        else
        {
            // the end is told also where nothing more is allowed
            _tally.Add(1, 0);
        }

        double residual = (_system.RightHandSide - _system.Matrix.Apply(x.Leaves)).Magnitude();
        _measured = ([.. x.Leaves], residual);
        return residual;
    }

    private void Require(LeafVector x, string what) => GivenVector.Require(x, _system.Matrix.InputTypes, Type, what);

    private static bool Same(Tensor[] left, Tensor[] right) => left.AsSpan().SequenceEqual(right, ReferenceEqualityComparer.Instance);

    private static Tensor[] Copy(LeafVector vector) => [.. vector.Leaves];

    private sealed record Kept(object Value, long Products, long TransposedProducts);
}
