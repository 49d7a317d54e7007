using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>Thrown when a number was asked for that rests on a solve which did not converge. Carries the reports of all solves, converged or not.</summary>
public sealed class SolveException : Exception
{
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

    /// <summary>An exception that lists the reports, those that did not converge first.</summary>
    public SolveException(string what, IEnumerable<SolveReport> reports)
        : this(what, [.. reports.OrderBy(report => report.Converged)])
    {
    }

    private SolveException(string what, ImmutableArray<SolveReport> reports)
        : base($"{what}{string.Concat(reports.Select(report => $"\n  {report}"))}") => Reports = reports;

    /// <summary>The reports of all solves that the number rests on.</summary>
    public ImmutableArray<SolveReport> Reports { get; } = [];

    /// <summary>Throws unless every report says <see cref="SolveStatus.Converged"/>.</summary>
    /// <exception cref="SolveException">One does not.</exception>
    public static void ThrowUnlessConverged(string what, IEnumerable<SolveReport> reports)
    {
        ImmutableArray<SolveReport> all = [.. reports];
        if (all.Any(report => !report.Converged))
        {
            throw new SolveException($"{what} rests on a solve that did not converge.", all);
        }
    }
}
