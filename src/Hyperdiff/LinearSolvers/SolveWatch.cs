namespace Hyperdiff;

/// <summary>Who watches a solve from outside: who may end it, and who wants to know how far it is.</summary>
/// <param name="Cancellation">Ends the solve with <see cref="SolveStatus.Cancelled"/>.</param>
/// <param name="Progress">Told of every residual, on the thread of the solve; null for nobody.</param>
/// <param name="Solve">What the solve is called there.</param>
internal readonly record struct SolveWatch(CancellationToken Cancellation, IProgress<SolveProgress>? Progress = null, string Solve = "")
{
    /// <summary>Ends the solve: the token that was given, or that of the work which it is part of.</summary>
    public CancellationToken Cancellation { get; init; } = Work.Or(Cancellation);

    /// <summary>Whether a solve with the derivative at the solution follows, which shows how slow its modes are: then an inner solve does not look for
    /// them.</summary>
    public bool AdjointFollows { get; init; }

    /// <summary>Whether an iteration is given up, as if its updates were used up, asked with their number, the residual and what it has to reach, from the
    /// start on; null for never.</summary>
    public Func<int, double, double, bool>? GivesUp { get; init; }

    // The exponent of the unit in which listeners count, in terms of the solve's own: 0 unless the system was scaled (SystemScaling).
    private int Exponent { get; init; }

    public static implicit operator SolveWatch(CancellationToken cancellation) => new(cancellation);

    /// <summary>The same for a solve of some name.</summary>
    public SolveWatch Of(string solve) => this with { Solve = solve };

    /// <summary>The same for a solve whose residuals are 2^−exponent times those that are told of.</summary>
    public SolveWatch Scaled(int exponent) => this with { Exponent = exponent };

    /// <summary>Tells of a residual.</summary>
    public void Tell(int iteration, double residual, double tolerance) =>
        Progress?.Report(new SolveProgress(iteration, Math.ScaleB(residual, Exponent), Math.ScaleB(tolerance, Exponent), Solve));
}
