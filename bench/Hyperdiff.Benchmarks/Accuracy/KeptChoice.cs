namespace Hyperdiff.Benchmarks.Accuracy;

/// <summary>What the library chooses, after the choice has been made: each solve begins at zero, with what the first one left of the matrix.</summary>
/// <param name="Inner">Chooses.</param>
/// <param name="Left">What first solves left, by tolerance; filled by them.</param>
internal sealed record KeptChoice(LinearSolver Inner, Dictionary<double, SolverMemory?> Left) : LinearSolver
{
    /// <inheritdoc/>
    public override string Name => $"{Inner.Name}, kept";

    /// <inheritdoc/>
    public override Tolerance Tolerance
    {
        get => Inner.Tolerance;
        init => Inner = Inner with { Tolerance = value };
    }

    internal override SolverKind Kind => Inner.Kind;

    /// <inheritdoc/>
    protected internal override LinearSolution Solve(LinearSystem system)
    {
        double tolerance = Tolerance.Relative ?? 0;
        bool made = Left.TryGetValue(tolerance, out SolverMemory? memory);
        LinearSolution found = new RecycledSolver(Inner, 0).Iterate(system with { Memory = memory });
        if (!made)
        {
            Left[tolerance] = found.Memory;
        }

        return found with { Memory = null };
    }
}
