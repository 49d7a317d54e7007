using System.Collections.Immutable;
using System.Globalization;

namespace Hyperdiff.Testing;

/// <summary>What the conformance suite saw of a backend.</summary>
/// <param name="Backend">The name of the backend.</param>
/// <param name="Results">All cases, in the order of the suite.</param>
public sealed record ConformanceReport(string Backend, ImmutableArray<ConformanceResult> Results)
{
    /// <summary>The cases in which the backend does not do what it must.</summary>
    public IEnumerable<ConformanceResult> Failed => Of(ConformanceOutcome.Failed);

    /// <summary>The cases that were not looked at, each with the reason.</summary>
    public IEnumerable<ConformanceResult> Skipped => Of(ConformanceOutcome.Skipped);

    /// <summary>The cases in which the backend does what it must.</summary>
    public IEnumerable<ConformanceResult> Passed => Of(ConformanceOutcome.Passed);

    /// <summary>Whether no case failed.</summary>
    public bool Conforms => !Failed.Any();

    /// <summary>Does nothing if no case failed.</summary>
    /// <exception cref="LawException">One did; the message is this report.</exception>
    public void EnsureConforms()
    {
        if (!Conforms)
        {
            throw new LawException(ToString());
        }
    }

    /// <summary>One line of counts, one for every case that failed, and one for every reason to skip cases.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Backend}: {Passed.Count()} cases passed, {Failed.Count()} failed, {Skipped.Count()} were skipped")
            + string.Concat(Failed.Select(result => $"\n  {result}"))
            + string.Concat(Skipped.GroupBy(result => result.Message).Select(group => string.Create(CultureInfo.InvariantCulture,
                $"\n  {group.Count()} skipped: {group.Key}")));

    private IEnumerable<ConformanceResult> Of(ConformanceOutcome outcome) => Results.Where(result => result.Outcome == outcome);
}
