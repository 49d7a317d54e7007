using System.Globalization;

namespace Hyperdiff;

/// <summary>Probes the system by a few products, chooses a solver by what they show, says why, and falls back where the choice breaks down.
/// See <see cref="LinearSolver.Auto"/>.</summary>
/// <param name="Tolerance">For ‖b − A x‖, relative to ‖b‖.</param>
/// <param name="MaxIterations">The most updates of each solver.</param>
/// <param name="Seed">Of the probes.</param>
internal sealed record AutoLinearSolver(Tolerance Tolerance, int MaxIterations, int Seed) : LinearSolver
{
    private const int SmallEnough = 32;
    private const double FastContraction = 0.5;
    private const int Restart = 30;

    /// <summary>The most updates of each solver.</summary>
    public int MaxIterations { get; init => field = Setting.Count(value, 0, nameof(MaxIterations)); } = Setting.Count(MaxIterations, 0, nameof(MaxIterations));

    /// <inheritdoc/>
    public override string Name => "auto";

    internal override SolverKind Kind => SolverKind.Automatic;

    /// <inheritdoc/>
    protected internal override LinearSolution Solve(LinearSystem system)
    {
        Choice choice = system.Scale == 0 || !double.IsFinite(system.Scale)
            ? new Choice([new GmresSolver(Restart, Tolerance, MaxIterations)], "there is nothing to solve for", 0)
            : system.Preparation.Once(typeof(AutoLinearSolver), () => Choose(system)).Value!;
        (IReadOnlyList<LinearSolver> solvers, string reason, long probes) = choice;
        (long products, long transposed) = (probes, 0);
        var notes = new List<string> { $"{solvers[0].Name} was chosen: {reason}" };
        string fallbacks = string.Empty;
        for (int i = 0; ; i++)
        {
            LinearSolution solution = solvers[i].Iterate(system);
            SolveReport report = solution.Report;
            (products, transposed) = (products + report.Products, transposed + report.TransposedProducts);
            bool broke = report.Status is SolveStatus.Breakdown or SolveStatus.Diverged or SolveStatus.Stagnated or SolveStatus.NonFiniteIterate;
            if (!broke || i == solvers.Count - 1)
            {
                string name = $"{Name} ({reason}{fallbacks}), {report.Solver}";
                return solution with { Report = report with { Solver = name, Products = products, TransposedProducts = transposed }, Notes = [.. notes] };
            }

            fallbacks += $"; {solvers[i].Name}: {report.Status}";
            notes.Add(
                $"{solvers[i].Name} ended as {report.Status} at a residual of "
                    + $"{report.Residual.ToString("G3", CultureInfo.InvariantCulture)}; {solvers[i + 1].Name} took over");
        }
    }

    private Choice Choose(LinearSystem system)
    {
        int size = DenseMatrix.Size(system.Matrix);
        var gmres = new GmresSolver(Restart, Tolerance, MaxIterations);
        var lsmr = new LsmrSolver(Tolerance, MaxIterations);
        if (size <= SmallEnough)
        {
            return new Choice([new DenseLuSolver(Tolerance)], $"{size} unknowns", 0);
        }

        var probe = OperatorProbe.Of(system.Matrix, Seed);
        if (probe.IsSymmetric(system.Epsilon))
        {
            // conjugate gradients meet a negative curvature as soon as powers would
            var minres = new MinresSolver(Tolerance, MaxIterations);
            return probe.Curvature > 0
                ? new Choice([new ConjugateGradientSolver(Tolerance, MaxIterations), minres, lsmr], "symmetric, positive along the probes", probe.Products)
                : new Choice([minres, lsmr], string.Create(CultureInfo.InvariantCulture, $"symmetric, with a curvature of {probe.Curvature:G2}"),
                    probe.Products);
        }

        probe = probe.WithPowers(system.Matrix);
        string asymmetric = string.Create(CultureInfo.InvariantCulture, $"asymmetry {probe.Asymmetry:G2}, ρ(I − A) about {probe.Growth:G2}");
        return probe.Growth < FastContraction
            ? new Choice([new FixedPointLinearSolver(Tolerance, MaxIterations), gmres, lsmr], asymmetric, probe.Products)
            : new Choice([gmres, lsmr], asymmetric, probe.Products);
    }

    private sealed record Choice(IReadOnlyList<LinearSolver> Solvers, string Reason, long Probes);
}
