using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>What an inner solver found: made by <see cref="InnerOracle.Solution"/>, and judged by the library.</summary>
public sealed record InnerSolution
{
    internal InnerSolution(Tensor[] state, SolveReport report) => (State, Report) = (state, report);

    /// <summary>All leaves of the state; of a solver of the user's, until it is judged, those that are differentiated.</summary>
    internal Tensor[] State { get; init; }

    /// <summary>Status, iterations, residual.</summary>
    internal SolveReport Report { get; init; }

    /// <summary>What the caller should know besides: why a solution has no derivative.</summary>
    internal ImmutableArray<string> Notes { get; init; } = [];

    /// <summary>What the name of the solve does not say: why a solver of the user's gave up, what was done in which precision.</summary>
    internal string? Reason { get; init; }

    /// <summary>The name of its solve, with the reason.</summary>
    internal string Named(string name) => Reason is null ? name : $"{name}: {Reason}";
}
