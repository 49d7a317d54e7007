using System.Globalization;

namespace Hyperdiff;

/// <summary>Solves a system after another one nearby, from what that solve left. See <see cref="LinearSolver.Recycled"/>.</summary>
/// <param name="Inner">Solves each system.</param>
/// <param name="Directions">The most differences of solutions along which a start is looked for.</param>
internal sealed record RecycledSolver(LinearSolver Inner, int Directions) : LinearSolver
{
    /// <inheritdoc/>
    internal override bool IsValue => false;

    /// <summary>Solves each system.</summary>
    public LinearSolver Inner { get; init => field = Setting.Given(value, nameof(Inner)); } = Setting.Given(Inner, nameof(Inner));

    /// <summary>The most differences of solutions along which a start is looked for.</summary>
    public int Directions
    {
        get; init => field = Setting.Count(value, 0, nameof(Directions));
    } = Setting.Count(Directions, 0, nameof(Directions));

    /// <inheritdoc/>
    public override string Name => $"recycled {Inner.Name}";

    internal override SolverKind Kind => Inner.Kind == SolverKind.GivenSolver ? SolverKind.CorrectionRounds : Inner.Kind;

    /// <inheritdoc/>
    public override MatrixClass Matrices => Inner.Matrices;

    /// <inheritdoc/>
    public override Tolerance Tolerance
    {
        get => Inner.Tolerance;
        init => Inner = Inner with { Tolerance = value };
    }

    /// <inheritdoc/>
    protected internal override bool IsScaleFree => Inner.IsScaleFree;

    internal override bool ForgetsUnits => Inner.ForgetsUnits;

    private protected override int Remembered => Directions + 1;

    /// <inheritdoc/>
    protected internal override LinearSolution Solve(LinearSystem system)
    {
        SolverMemory memory = system.Memory is { } given && given.Fits(system.Matrix.InputTypes) ? given : SolverMemory.First;
        double threshold = system.ThresholdOf(Tolerance);
        (LinearSystem from, int search, int used, StartSearch next) = memory.Search.Run(system, memory.Solutions, Directions, threshold);
        double before = from.StartResidual is { } residual ? new LeafVector(residual).Magnitude() : system.Scale;
        (LinearSolution found, Keepsake? kept, string evidence) = Solve(from, memory.Kept);
        SolveReport report = found.Report;
        string start = used == 0 ? string.Empty
            : string.Create(CultureInfo.InvariantCulture, $", started along {used} difference{(used == 1 ? string.Empty : "s")} of solutions");
        return found with
        {
            Report = report with { Solver = report.Solver + evidence + start, Products = report.Products + search },
            Memory = report.Converged ? memory with { Kept = kept, Search = next.At(before, report) } : null,
        };
    }

    private (LinearSolution Found, Keepsake? Kept, string Evidence) Solve(LinearSystem system, Keepsake? memory)
    {
        Keepsake? old = memory is not null && Inner.CanSolveBy(memory, system) ? memory : null;
        (long products, long transposed, string evidence) = (0, 0, string.Empty);
        if (old is not null && !Inner.IsStale(old, system))
        {
            LinearSolution by = Inner.SolveBy(old, system);
            bool ends = by.Report.Status is SolveStatus.Converged or SolveStatus.Cancelled or SolveStatus.NonFiniteInput;
            if (ends || old.IsChoice)
            {
                // of a choice that had to fall back nothing stays, or what it fell back to
                Keepsake after = old.After(by.Report.Products + by.Report.TransposedProducts);
                Keepsake? left = old.IsChoice ? Inner.KeepsakeOf(system, by) : after;
                return (by, left is { IsChoice: true } ? after : left, $", kept for {Counted(old.Solves)}");
            }

            // from where it got, if it got anywhere
            (products, transposed) = (by.Report.Products, by.Report.TransposedProducts);
            system = by.Report.Residual < (system.StartResidual is { } r ? new LeafVector(r).Magnitude() : system.Scale)
                ? system with { GivenStart = by.Value, StartResidual = null } : system;
            evidence = $", renewed since the kept one ended as {by.Report.Status}";
        }
        else if (old is not null)
        {
            evidence = string.Create(CultureInfo.InvariantCulture,
                $", renewed after {Counted(old.Solves)}, the last of which took {old.Last} products");
        }

        LinearSolution found = old is null ? Inner.Iterate(system) : Inner.Renew(old, system);
        SolveReport report = found.Report with
        {
            Products = found.Report.Products + products,
            TransposedProducts = found.Report.TransposedProducts + transposed,
        };
        Keepsake? made = found.Report.Converged && found.Report.Iterations > 0
            ? Inner.KeepsakeOf(system, found) : memory;
        return (found with { Report = report }, made, evidence);
    }

    private static string Counted(int solves) => string.Create(CultureInfo.InvariantCulture, $"{solves} solve{(solves == 1 ? string.Empty : "s")}");
}
