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
    private const int Restart = 30;
    private const int Directions = 3;
    private const int Moderate = 1000;
    private const double TwoDigits = 0.01;
    private const int Float32Rounds = 20;

    // numbers that products share: 2 MiB of float64, all of an L2; with a tenth of that, float32 gained nothing, with twice of it a third of the time
    private const long Large = 1 << 18;

    // the same for GMRES, which is left where many products are to be made: 256 KiB of float64, more than an L1. Products out of an L2 gain a fifth of the
    // time; conjugate gradients of a handful of them lose as much by what a round takes more
    private const long LargeForMany = 1 << 15;

    // multiplications of a product: about a tenth of a millisecond in float64, of which float32 takes half
    private const long Laborious = 1 << 22;

    // a solver that has made its last update is not asked whether it gives up
    private const int UpdatesOfTrial = ContractionTrial.Updates + 1;

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
        if (system.Preparation.Find<Outcome>(typeof(Outcome)) is not { } outcome)
        {
            return null;
        }

        return Factored.KeepsakeOf(system, found) is { } factors ? factors with { Reason = outcome.Reason }
            : found.Notes.Length > 1 ? null
            : new Keepsake(KindOf(outcome.Method, system), outcome.Reason, new([]))
                .Begun(found.Report.Products + found.Report.TransposedProducts, outcome.Wasted, system);
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

    private LinearSolution Chosen(Method method, Keepsake kept, LinearSystem system) => Solve(system, new Choice(method, kept.Reason, 0));

    // solves that together have cost a matrix written out, and go on so
    private static bool IsWorthFactoring(Keepsake kept, LinearSystem system) => kept.IsChoice
        && DenseMatrix.Size(system.Matrix) is <= Moderate and var size && kept.Spent >= size && Share * kept.Spent >= (long)size * kept.Solves;

    private LinearSolution Solve(LinearSystem system, Choice choice)
    {
        // a matrix of moderate size is written out by as many products as it has unknowns
        int size = DenseMatrix.Size(system.Matrix);
        bool isModerate = choice.Method != Method.DenseLu && size <= Moderate && size < MaxIterations;
        ContractionTrial? trial = choice.Method == Method.Trial ? new() : null;
        SymmetryDoubt? doubt = choice.Method is Method.ConjugateGradients or Method.Minres ? new(system, Seed + 1) : null;
        (Method method, string reason, long wasted, string fallbacks) = (choice.Method, choice.Reason, choice.Probes, string.Empty);
        (long products, long transposed) = (choice.Probes, 0);
        LinearSolver[] solvers = SolversOf(method, isModerate ? size : MaxIterations, system);
        var notes = new List<string>();
        for (int i = 0; ; i++)
        {
            IterationPace? pace = isModerate ? new(size) : null;
            LinearSolution solution = solvers[i].Iterate(trial is null && doubt is null && pace is null ? system : Watched(system, trial, doubt, pace));
            SolveReport report = solution.Report;
            (products, transposed) = (products + report.Products, transposed + report.TransposedProducts);
            bool broke = report.Status is SolveStatus.Breakdown or SolveStatus.Diverged or SolveStatus.Stagnated or SolveStatus.NonFiniteIterate;
            if (broke || (report.Status == SolveStatus.MaxIterations && !isModerate))
            {
                doubt?.Look();
            }

            (products, bool isAsymmetric, doubt) = (products + (doubt?.Products ?? 0), doubt?.IsConfirmed == true, null);
            if (isAsymmetric)
            {
                (method, reason, wasted) = (Method.Gmres, $"{reason}, not symmetric at a second look", products);
                (solvers, i) = (SolversOf(method, isModerate ? size : MaxIterations, system), -1);
                continue;
            }

            if (trial is { } tried)
            {
                (trial, method) = (null, tried.Failed ? Method.Gmres : Method.FixedPoint);
                reason += string.Create(CultureInfo.InvariantCulture, $", ρ(I − A) about {tried.Growth:G2}");
                int limit = isModerate ? size : MaxIterations, left = tried.Failed ? limit : limit - report.Iterations;
                if (tried.Failed || (report.Status == SolveStatus.MaxIterations && left > 0 && IsNarrow(system)))
                {
                    // GMRES, or the iteration in float32 with the updates that are left to it
                    (solvers, i) = (SolversOf(method, left, system), -1);

                    // what is below the start is a start
                    bool isBetter = report.Residual < tried.First;
                    wasted += isBetter ? 0 : report.Products;
                    system = isBetter ? system with { GivenStart = solution.Value, StartResidual = solution.Left } : system;
                    continue;
                }
            }

            if (report.Status == SolveStatus.MaxIterations && isModerate)
            {
                fallbacks += string.Create(CultureInfo.InvariantCulture, $"; {solvers[i].Name}: {pace!.GivenUpAfter switch
                {
                    0 => $"not within {size} updates, as many as there are unknowns",
                    var updates => $"more than {size} updates to go after {updates}",
                }}");
                (solvers, isModerate, i) = ([Factored], false, -1);
                continue;
            }

            if (!broke || i == solvers.Length - 1)
            {
                system.Preparation.Put(typeof(Outcome), new Outcome(method, reason, wasted));
                return solution with
                {
                    Report = report with { Solver = $"{Name} ({reason}{fallbacks}), {report.Solver}", Products = products, TransposedProducts = transposed },
                    Notes = [$"{SolversOf(method, 0, system)[0].Name} was chosen: {reason}", .. notes],
                    Left = null,
                };
            }

            fallbacks += $"; {solvers[i].Name}: {report.Status}";
            notes.Add(
                $"{solvers[i].Name} ended as {report.Status} at a residual of "
                    + $"{report.Residual.ToString("G3", CultureInfo.InvariantCulture)}; {solvers[i + 1].Name} took over");
        }
    }

    private static LinearSystem Watched(LinearSystem system, ContractionTrial? trial, SymmetryDoubt? doubt, IterationPace? pace) => system with
    {
        Watch = system.Watch with
        {
            GivesUp = (updates, residual, threshold) => trial?.GivesUp(updates, residual) == true
                || doubt?.GivesUp(updates, residual) == true || pace?.IsHopeless(updates, residual, threshold) == true,
        },
    };

    private LinearSolver[] SolversOf(Method method, int limit, LinearSystem system)
    {
        if (method == Method.DenseLu)
        {
            return [Factored];
        }

        var gmres = new GmresSolver(Restart, Tolerance, limit);
        LinearSolver general = IsNarrow(system, LargeForMany) ? new Float32Solver(gmres, Float32Rounds) : gmres;
        var lsmr = new LsmrSolver(Tolerance, limit);
        var minres = new MinresSolver(Tolerance, limit);
        return method switch
        {
            Method.ConjugateGradients => [InPrecision(new ConjugateGradientSolver(Tolerance, limit) { IsSmoothed = true }, system), minres, lsmr],
            Method.Minres => [InPrecision(minres, system), lsmr],
            Method.Trial => [new FixedPointLinearSolver(Tolerance, IsNarrow(system) ? Math.Min(UpdatesOfTrial, limit) : limit), general, lsmr],
            Method.FixedPoint => [InPrecision(new FixedPointLinearSolver(Tolerance, limit), system), general, lsmr],
            _ => [general, lsmr],
        };
    }

    private LinearSolver InPrecision(LinearSolver solver, LinearSystem system) => IsNarrow(system) ? new Float32Solver(solver, Float32Rounds) : solver;

    /// <summary>Whether to iterate in <c>float32</c>: where products move so many numbers, or multiply so many, that half of their bytes is half of their time,
    /// and more than one digit is asked for.</summary>
    private bool IsNarrow(LinearSystem system, long large = Large) => system.ThresholdOf(Tolerance) <= TwoDigits * system.Scale
        && (system.Matrix.Residuals.Sum(tensor => (long)tensor.Count) >= large || ProductWork.MultiplyAdds(system.Matrix.Graph) >= Laborious)
        && system.Matrix.InputTypes.Any(type => type.DType == DType.Float64);

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

        return new Choice(Method.Trial, string.Create(CultureInfo.InvariantCulture, $"asymmetry {probe.Asymmetry:G2}"), probe.Products);
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

        // the fixed-point iteration as far as it contracts fast, then GMRES
        Trial,
    }

    // by the matrix alone
    private sealed record Choice(Method Method, string Reason, long Probes);

    // of the last solve, with the products that a kept choice saves
    private sealed record Outcome(Method Method, string Reason, long Wasted);
}
