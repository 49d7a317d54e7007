using Hyperdiff.Graphs;

namespace Hyperdiff.Testing;

/// <summary>Something that every backend must do in the same way: one case of <see cref="BackendConformance"/>.</summary>
public sealed class ConformanceCase
{
    private readonly Func<BackendSubject, string?> _check;

    /// <summary>A case.</summary>
    /// <param name="area">What part of a backend it is about.</param>
    /// <param name="name">Which of the cases of that area.</param>
    /// <param name="check">What is wrong with a backend; null if nothing is. What it throws is wrong too, but for <see cref="NotApplicableException"/>.</param>
    internal ConformanceCase(string area, string name, Func<BackendSubject, string?> check) => (Area, Name, _check) = (area, name, check);

    /// <summary>What part of a backend it is about, as <c>primitives</c> or <c>linear solvers</c>.</summary>
    public string Area { get; }

    /// <summary>Which of the cases of that area; no two cases of an area have the same name.</summary>
    public string Name { get; }

    /// <summary>Looks at a backend.</summary>
    /// <param name="backend">The backend.</param>
    public ConformanceResult Run(IBackend backend)
    {
        ArgumentNullException.ThrowIfNull(backend);
        try
        {
            return _check(new BackendSubject(backend)) is { } wrong
                ? new ConformanceResult(this, ConformanceOutcome.Failed, wrong)
                : new ConformanceResult(this, ConformanceOutcome.Passed, string.Empty);
        }
        catch (NotApplicableException exception)
        {
            return new ConformanceResult(this, ConformanceOutcome.Skipped, exception.Message);
        }
#pragma warning disable CA1031 // whatever it is, the backend did not do what it must
        catch (Exception exception)
        {
            return new ConformanceResult(this, ConformanceOutcome.Failed, $"{exception.GetType().Name}: {exception.Message}");
        }
#pragma warning restore CA1031
    }

    /// <summary>Area and name, unique among all cases: <c>primitives: Sum { Reduced = (1) } ∂[3, 1]</c>.</summary>
    public override string ToString() => $"{Area}: {Name}";
}
