namespace Hyperdiff;

/// <summary>Who watches a solve from outside: who may end it, and who wants to know how far it is.</summary>
/// <param name="Cancellation">Ends the solve with <see cref="SolveStatus.Cancelled"/>.</param>
/// <param name="Progress">Told of every residual, on the thread of the solve; null for nobody.</param>
/// <param name="Solve">What the solve is called there.</param>
internal readonly record struct SolveWatch(CancellationToken Cancellation, IProgress<SolveProgress>? Progress = null, string Solve = "")
{
    public static implicit operator SolveWatch(CancellationToken cancellation) => new(cancellation);

    /// <summary>The same for a solve of some name.</summary>
    public SolveWatch Of(string solve) => this with { Solve = solve };

    /// <summary>Tells of a residual.</summary>
    public void Tell(int iteration, double residual, double tolerance) => Progress?.Report(new SolveProgress(iteration, residual, tolerance, Solve));
}
