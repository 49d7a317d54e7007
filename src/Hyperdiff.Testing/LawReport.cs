using System.Collections.Immutable;

namespace Hyperdiff.Testing;

/// <summary>Which laws hold of a solver, a preconditioner or a function, and which do not.</summary>
/// <param name="Subject">What was looked at.</param>
/// <param name="Seed">What the cases were drawn from: the same seed gives the same cases.</param>
/// <param name="Held">The laws that hold in all cases.</param>
/// <param name="Broken">Those that do not.</param>
public sealed record LawReport(string Subject, int Seed, ImmutableArray<string> Held, ImmutableArray<BrokenLaw> Broken)
{
    /// <summary>Whether all laws hold.</summary>
    public bool Holds => Broken.IsEmpty;

    /// <summary>Does nothing if all laws hold: the one line of a test.</summary>
    /// <exception cref="LawException">One does not; the message is this report.</exception>
    public void EnsureHolds()
    {
        if (!Holds)
        {
            throw new LawException(ToString());
        }
    }

    /// <summary>One line, and one for each law that is broken.</summary>
    public override string ToString() =>
        $"{Subject}: {Held.Length} laws hold, {Broken.Length} do not (seed {Seed})"
            + string.Concat(Broken.Select(law => $"\n  {law.Law}: {law.Counterexample}"));
}
