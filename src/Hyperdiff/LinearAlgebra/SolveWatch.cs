namespace Hyperdiff;

/// <summary>Who watches a solve from outside: who may end it, and who wants to know how far it is.</summary>
/// <param name="Cancellation">Ends the solve with <see cref="SolveStatus.Cancelled"/>.</param>
/// <param name="Progress">Told of every residual, on the thread of the solve; null for nobody.</param>
internal readonly record struct SolveWatch(CancellationToken Cancellation, IProgress<SolveProgress>? Progress = null)
{
    public static implicit operator SolveWatch(CancellationToken cancellation) => new(cancellation);
}
