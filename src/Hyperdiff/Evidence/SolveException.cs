using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>Thrown where a result is asked for that rests on a solve that did not converge. Carries the reports of all solves, converged or not.</summary>
public sealed class SolveException : Exception, IEndedByToken
{
    // with both solves of a hypergradient in view, and those of a few levels
    private const int MostInFull = 8;
    private const int MostFailedInFull = 20;

    /// <summary>An exception without reports.</summary>
    public SolveException()
    {
    }

    /// <summary>An exception with a message.</summary>
    public SolveException(string message)
        : base(message)
    {
    }

    /// <summary>An exception with a message and its cause.</summary>
    public SolveException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>An exception that lists the reports, those that did not converge first, and of what was said already nothing again.</summary>
    public SolveException(string what, IEnumerable<SolveReport> reports)
        : this(what, (SolveReport[])[.. reports.OrderBy(report => report.Converged)])
    {
    }

    private SolveException(string what, SolveReport[] failedFirst)
        : base($"{what}{string.Concat(Lines(failedFirst).Where(line => !what.Contains(line, StringComparison.Ordinal)).Select(line => $"\n  {line}"))}") =>
        Reports = [.. failedFirst];

    /// <summary>The reports of all solves that the number rests on.</summary>
    public ImmutableArray<SolveReport> Reports { get; } = [];

    bool IEndedByToken.IsByToken => Reports.Any(report => report.Status == SolveStatus.Cancelled);

    /// <summary>The first few reports in full, of the rest the names of those that did not converge, and how many did: a batch may have thousands.</summary>
    private static IEnumerable<string> Lines(SolveReport[] reports)
    {
        int full = Math.Max(MostInFull, Math.Min(MostFailedInFull, reports.Count(report => !report.Converged)));
        foreach (SolveReport report in reports.Take(full))
        {
            yield return report.ToString();
        }

        SolveReport[] rest = [.. reports.Skip(full)];
        if (rest.Where(report => !report.Converged).Select(report => $"{report.Solver}: {report.Status}").ToArray() is { Length: > 0 } failed)
        {
            yield return $"and {failed.Length} more that did not converge: {string.Join("; ", failed)}";
        }

        if (rest.Count(report => report.Converged) is > 0 and var converged)
        {
            yield return $"and {converged} more that converged";
        }
    }

    /// <summary>Throws unless every report says <see cref="SolveStatus.Converged"/>.</summary>
    /// <exception cref="SolveException">One does not.</exception>
    public static void ThrowUnlessConverged(string what, IEnumerable<SolveReport> reports)
    {
        IEnumerable<SolveReport> all = [.. reports];
        if (all.Any(report => !report.Converged))
        {
            throw new SolveException($"{what} rests on a solve that did not converge.", all);
        }
    }
}
