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
    private const int Directions = 3;
    private const int Moderate = 1000;

    // of the products of a matrix written out: what solves by its factors take is some way below that
    private const int Share = 4;

    /// <summary>What the name of a kept choice begins with.</summary>
    public const string ChoiceKind = "the choice of";

    /// <summary>The most updates of each solver.</summary>
    public int MaxIterations { get; init => field = Setting.Count(value, 0, nameof(MaxIterations)); } = Setting.Count(MaxIterations, 0, nameof(MaxIterations));

    /// <inheritdoc/>
    public override string Name => "auto";

    internal override SolverKind Kind => SolverKind.Automatic;

    private protected override LinearSolver Remembering => new RecycledSolver(this, Directions);

    private protected override int Remembered => Directions + 1;

    private DenseLuSolver Factored => new(Tolerance);

    /// <inheritdoc/>
    protected internal override LinearSolution Solve(LinearSystem system) => Solve(system, system.Scale == 0 || !double.IsFinite(system.Scale)
        ? new Choice(Method.Gmres, "there is nothing to solve for", 0)
        : system.Preparation.Once(typeof(AutoLinearSolver), () => Choose(system)).Value!);

    /// <summary>The factors, if there were any; otherwise the choice.</summary>
    internal override Keepsake? KeepsakeOf(LinearSystem system, LinearSolution found)
    {
        if (system.Preparation.Find<Choice>(typeof(AutoLinearSolver)) is not { } choice)
        {
            return null;
        }

        return Factored.KeepsakeOf(system, found) is { } factors ? factors with { Reason = choice.Reason }
            : found.Notes.Length > 1 ? null
            : new Keepsake(KindOf(choice.Method, system), choice.Reason, new([]))
                .Begun(found.Report.Products + found.Report.TransposedProducts, choice.Probes, system);
    }

    /// <inheritdoc/>
    internal override bool CanSolveBy(Keepsake kept, LinearSystem system) =>
        Factored.CanSolveBy(kept, system) || Enum.GetValues<Method>().Any(method => kept.Fits(KindOf(method, system), system));

    /// <inheritdoc/>
    internal override LinearSolution SolveBy(Keepsake kept, LinearSystem system)
    {
        if (kept.IsChoice)
        {
            return Chosen(Enum.GetValues<Method>().First(method => kept.Fits(KindOf(method, system), system)), kept, system);
        }

        LinearSolution found = Factored.SolveBy(kept, system);
        return found with { Report = found.Report with { Solver = $"{Name} ({kept.Reason}), {found.Report.Solver}" } };
    }

    /// <inheritdoc/>
    internal override bool IsStale(Keepsake kept, LinearSystem system) => kept.IsStale || IsWorthFactoring(kept, system);

    /// <summary>Of a choice that was poor another look, or factors; of factors others.</summary>
    internal override LinearSolution Renew(Keepsake kept, LinearSystem system)
    {
        if (kept.IsChoice && !IsWorthFactoring(kept, system))
        {
            return Iterate(system);
        }

        return Chosen(Method.DenseLu, kept, system);
    }

    private LinearSolution Chosen(Method method, Keepsake kept, LinearSystem system)
    {
        var choice = new Choice(method, kept.Reason, 0);
        system.Preparation.Put(typeof(AutoLinearSolver), choice);
        return Solve(system, choice);
    }

    // solves that together have cost a matrix written out, and go on so
    private static bool IsWorthFactoring(Keepsake kept, LinearSystem system) => kept.IsChoice
        && DenseMatrix.Size(system.Matrix) is <= Moderate and var size && kept.Spent >= size && Share * kept.Spent >= (long)size * kept.Solves;

    private LinearSolution Solve(LinearSystem system, Choice choice)
    {
        // a matrix of moderate size is written out by as many products as it has unknowns: an iteration that needs more has cost that already
        int size = DenseMatrix.Size(system.Matrix), limit = size <= Moderate ? Math.Min(size, MaxIterations) : MaxIterations;
        LinearSolver[] solvers = SolversOf(choice.Method, limit);
        (long products, long transposed) = (choice.Probes, 0);
        var notes = new List<string> { $"{solvers[0].Name} was chosen: {choice.Reason}" };
        string fallbacks = string.Empty;
        for (int i = 0; ; i++)
        {
            LinearSolution solution = solvers[i].Iterate(system);
            SolveReport report = solution.Report;
            (products, transposed) = (products + report.Products, transposed + report.TransposedProducts);
            if (report.Status == SolveStatus.MaxIterations && limit < MaxIterations)
            {
                fallbacks += string.Create(CultureInfo.InvariantCulture, $"; {solvers[i].Name}: not within {limit} updates, as many as there are unknowns");
                solvers = [Factored];
                i = -1;
                continue;
            }

            bool broke = report.Status is SolveStatus.Breakdown or SolveStatus.Diverged or SolveStatus.Stagnated or SolveStatus.NonFiniteIterate;
            if (!broke || i == solvers.Length - 1)
            {
                string name = $"{Name} ({choice.Reason}{fallbacks}), {report.Solver}";
                return solution with { Report = report with { Solver = name, Products = products, TransposedProducts = transposed }, Notes = [.. notes] };
            }

            fallbacks += $"; {solvers[i].Name}: {report.Status}";
            notes.Add(
                $"{solvers[i].Name} ended as {report.Status} at a residual of "
                    + $"{report.Residual.ToString("G3", CultureInfo.InvariantCulture)}; {solvers[i + 1].Name} took over");
        }
    }

    private LinearSolver[] SolversOf(Method method, int limit)
    {
        var gmres = new GmresSolver(Restart, Tolerance, limit);
        var lsmr = new LsmrSolver(Tolerance, limit);
        var minres = new MinresSolver(Tolerance, limit);
        return method switch
        {
            Method.DenseLu => [Factored],
            Method.ConjugateGradients => [new ConjugateGradientSolver(Tolerance, limit), minres, lsmr],
            Method.Minres => [minres, lsmr],
            Method.FixedPoint => [new FixedPointLinearSolver(Tolerance, limit), gmres, lsmr],
            _ => [gmres, lsmr],
        };
    }

    private Choice Choose(LinearSystem system)
    {
        int size = DenseMatrix.Size(system.Matrix);
        if (size <= SmallEnough)
        {
            return new Choice(Method.DenseLu, $"{size} unknowns", 0);
        }

        var probe = OperatorProbe.Of(system.Matrix, Seed);
        if (probe.IsSymmetric(system.Epsilon))
        {
            // conjugate gradients meet a negative curvature as soon as powers would
            string curved = string.Create(CultureInfo.InvariantCulture, $"symmetric, with a curvature of {probe.Curvature:G2}");
            return probe.Curvature > 0
                ? new Choice(Method.ConjugateGradients, "symmetric, positive along the probes", probe.Products)
                : new Choice(Method.Minres, curved, probe.Products);
        }

        probe = probe.WithPowers(system.Matrix);
        string asymmetric = string.Create(CultureInfo.InvariantCulture, $"asymmetry {probe.Asymmetry:G2}, ρ(I − A) about {probe.Growth:G2}");
        return new Choice(probe.Growth < FastContraction ? Method.FixedPoint : Method.Gmres, asymmetric, probe.Products);
    }

    private static string KindOf(Method method, LinearSystem system) => Keepsake.KindOf($"{ChoiceKind} {method}", system);

    // what is tried first; names in files
    private enum Method
    {
        DenseLu,
        ConjugateGradients,
        Minres,
        FixedPoint,
        Gmres,
    }

    private sealed record Choice(Method Method, string Reason, long Probes);
}
