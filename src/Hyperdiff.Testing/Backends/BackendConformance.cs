using Hyperdiff.Graphs;

namespace Hyperdiff.Testing;

/// <summary>What every backend must do: the conformance suite, over any <see cref="IBackend"/>.</summary>
/// <remarks>
/// A test is one line, in any framework or none:
/// <code>
/// BackendConformance.Run(new MyBackend()).EnsureConforms();
/// </code>
/// or, in a framework that makes a test of each name, <c>BackendConformance.Find(name).Run(backend).EnsureNotFailed()</c>. Every primitive of the library is
/// looked at: at once, compiled, and into memory of the backend, with its derivatives and batches; then whole graphs, loops, random bits, every linear and
/// inner solver and every hypergradient method. What is expected comes from the definitions of the primitives
/// (<see cref="Backends.Reference.ReferenceBackend"/>), from closed forms, or from the CPU backend; exactly where bits are moved, compared or drawn, within
/// derived bounds of rounding elsewhere. A backend without some element type, which it refuses with a <see cref="NotSupportedException"/>, is looked at in the
/// others.
/// </remarks>
public static class BackendConformance
{
    /// <summary>All cases, the same for every backend.</summary>
    public static IReadOnlyList<ConformanceCase> Cases { get; } =
    [
        .. MemoryConformance.Cases(), .. PrimitiveConformance.Cases(), .. EdgeConformance.Cases(), .. DerivativeConformance.Cases(),
        .. GraphConformance.Cases(), .. PlanConformance.Cases(), .. LoopConformance.Cases(), .. RandomConformance.Cases(), .. LinearSolverConformance.Cases(),
        .. InnerSolverConformance.Cases(), .. LawConformance.Cases(), .. HypergradientConformance.Cases(), .. DescentConformance.Cases(),
    ];

    private static readonly Dictionary<string, ConformanceCase> s_byName = Cases.ToDictionary(item => item.ToString());

    /// <summary>Looks at a backend.</summary>
    /// <param name="backend">The backend.</param>
    /// <param name="which">Which cases; all if absent.</param>
    public static ConformanceReport Run(IBackend backend, Func<ConformanceCase, bool>? which = null)
    {
        ArgumentNullException.ThrowIfNull(backend);
        return new ConformanceReport(backend.Name, [.. Cases.Where(which ?? (_ => true)).Select(item => item.Run(backend))]);
    }

    /// <summary>The case of a name.</summary>
    /// <param name="name">Area and name, as <see cref="ConformanceCase.ToString"/> has them.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static ConformanceCase Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return s_byName.TryGetValue(name, out ConformanceCase? found)
            ? found
            : throw new ArgumentException($"No case is called `{name}`; BackendConformance.Cases has them all.", nameof(name));
    }
}
