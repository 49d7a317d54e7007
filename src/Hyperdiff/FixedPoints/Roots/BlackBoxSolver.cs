namespace Hyperdiff;

/// <summary>A function of the caller's that finds roots by whatever means. Only its result is used, and that is checked.</summary>
/// <remarks>
/// The function is called with values, once per solve and once per item of a batch, on the thread of the solve. Frozen leaves of its result are ignored. Two evaluations of c: at the start, which gives the scale
/// of the tolerance, and at the result. A start that is a root already is returned as it is.
/// </remarks>
/// <param name="Function">From the leaves of the start and θ to the leaves of a root.</param>
/// <param name="Tolerance">For ‖c‖: relative to its norm at the start, and the absolute floor.</param>
internal sealed record BlackBoxSolver(Func<Tensor[], Tensor[]> Function, Tolerance Tolerance) : RootSolver(Tolerance)
{
    public override string Name => "the solver that was given";

    internal override SolverKind Kind => SolverKind.GivenFunction;

    private protected override InnerSolution Find(InnerProblem problem, Tensor[] start, SolveWatch watch)
    {
        double first = Residual(problem, start).Norm().ToScalar();
        bool known = double.IsFinite(first);
        var monitor = new IterationMonitor(Tolerance.At(known ? first : 0, problem.Epsilon), 1, watch);

        // where c is not defined at the start, the function may know better
        if (known && monitor.Start(first) is { } atOnce)
        {
            return new InnerSolution(start, monitor.Report(Name, atOnce, 1));
        }

        Tensor[] state = problem.Replace(start, problem.ActiveOf(Function([.. start, .. problem.Parameters])));
        SolveStatus status = monitor.Next(Residual(problem, state).Norm().ToScalar())!.Value;
        return new InnerSolution(state, monitor.Report(Name, status, 2));
    }
}
