namespace Hyperdiff;

/// <summary>What a computation of a hypergradient may be given besides the problem and the point. What a method does not read is refused, and so is a key that
/// is missing.</summary>
public sealed record HypergradientOptions
{
    internal static readonly HypergradientOptions Default = new();

    /// <summary>What everything random is drawn from; one key. The same key gives the same bits. Required by methods that draw, refused by others.</summary>
    public RandomKey? Key { get; init; }

    /// <summary>What an earlier result goes on from: its <see cref="HypergradientResult{TState, THyper}.WarmStart"/>.</summary>
    public WarmStart? WarmStart { get; init; }

    /// <summary>Told of every residual, of steps and solves, with their names, on the calling thread: a <see cref="ResidualHistory"/>, say. What it throws ends
    /// the computation.</summary>
    public IProgress<SolveProgress>? Progress { get; init; }

    /// <summary>Ends solves with <see cref="SolveStatus.Cancelled"/>; between steps and samples it throws <see cref="OperationCanceledException"/>.</summary>
    public CancellationToken Cancellation { get; init; }

    internal SolveWatch Watch => new(Cancellation, Progress);

    /// <summary>Throws unless the options are those that a method reads.</summary>
    /// <exception cref="ArgumentException">They are not.</exception>
    internal static void Require(HypergradientOptions options, string method, OptionsRead reads, BilevelProblem problem)
    {
        string? fault = (options.Key, reads.HasFlag(OptionsRead.Key)) switch
        {
            (null, true) => $"{method} draws random numbers and was given no key: pass new() {{ Key = RandomKey.FromSeed(0) }}.",
            ({ }, false) => $"{method} draws nothing here, and was given a key: leave out Key.",
            ({ Shape.Rank: > 0 } several, _) => $"{method}: the key is {several.Shape} keys; pass one of them.",
            _ => null,
        };
        fault ??= options.WarmStart switch
        {
            null => null,
            { IsAdjoint: true } when !reads.HasFlag(OptionsRead.Adjoint) =>
                $"{method} over {problem} solves for no adjoint, and was given the start of one: leave out WarmStart.",
            { IsAdjoint: false } when !reads.HasFlag(OptionsRead.Memory) =>
                $"{method} over {problem} takes no steps of an optimizer, and was given the memory of one: leave out WarmStart.",
            _ => null,
        };
        fault ??= options.Progress is not null && !reads.HasFlag(OptionsRead.Progress)
            ? $"{method} over {problem} has no steps or solves to tell of: leave out Progress." : null;
        if (fault is not null)
        {
            throw new ArgumentException(fault, nameof(options));
        }
    }

    /// <summary>What is set.</summary>
    public override string ToString() => string.Join(", ", ((string?[])[
        Key is null ? null : $"{Key}", WarmStart is null ? null : $"{WarmStart}", Progress is null ? null : "progress is told",
        Cancellation.CanBeCanceled ? "can be cancelled" : null]).OfType<string>().DefaultIfEmpty("no options"));
}
