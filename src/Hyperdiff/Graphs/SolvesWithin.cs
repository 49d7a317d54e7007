using System.Collections.Immutable;

namespace Hyperdiff.Graphs;

/// <summary>Where the reports of solves go that run within a primitive that has no result for them: a checkpoint, a loop, a function with a rule of the
/// user's.</summary>
/// <remarks>
/// The run of the graph that such a primitive stands in collects them beside its outputs, so that one that did not converge is told and does not lose the
/// others. Outside of such a run nobody could be told, and it throws. Runs nest as calls do, on one thread.
/// </remarks>
internal static class SolvesWithin
{
    [ThreadStatic]
    private static List<ItemReport>? s_found;

    [ThreadStatic]
    private static bool s_collects;

    /// <summary>Whether there is a run around that collects.</summary>
    public static bool IsCollected => s_collects;

    /// <summary>Runs something whose solves within are collected, for who then tells of them.</summary>
    public static Collection Collect() => new(collects: true);

    /// <summary>Runs something whose solves within have to converge.</summary>
    public static Collection Demand() => new(collects: false);

    /// <summary>Passes reports on to the run around, or demands convergence where there is none.</summary>
    /// <param name="what">What rests on them, for the message.</param>
    /// <param name="reports">The reports.</param>
    /// <exception cref="SolveException">There is no run around, and a solve did not converge.</exception>
    public static void Tell(string what, IReadOnlyCollection<ItemReport> reports)
    {
        if (reports.Count == 0)
        {
            return;
        }

        if (s_collects)
        {
            (s_found ??= []).AddRange(reports);
        }
        else if (reports.Any(report => !report.Report.Converged))
        {
            SolveException.ThrowUnlessConverged(what, reports.Select(report => report.Named));
        }
    }

    /// <summary>What the innermost collection has so far.</summary>
    public static ImmutableArray<ItemReport> Found => s_found is { } found ? [.. found] : [];

    /// <summary>What is collected from where it was begun to where it is disposed of.</summary>
    internal readonly ref struct Collection
    {
        private readonly List<ItemReport>? _outer;
        private readonly bool _collected;

        internal Collection(bool collects)
        {
            (_outer, _collected) = (s_found, s_collects);
            (s_found, s_collects) = (null, collects);
        }

        /// <summary>Ends the collection.</summary>
        public void Dispose() => (s_found, s_collects) = (_outer, _collected);
    }
}
