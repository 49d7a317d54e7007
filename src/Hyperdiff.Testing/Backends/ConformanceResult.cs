namespace Hyperdiff.Testing;

/// <summary>One case of the conformance suite, over one backend.</summary>
/// <param name="Case">The case.</param>
/// <param name="Outcome">How it came out.</param>
/// <param name="Message">What is wrong, or why there was nothing to see; empty for a case that passed.</param>
public sealed record ConformanceResult(ConformanceCase Case, ConformanceOutcome Outcome, string Message)
{
    /// <summary>Does nothing unless the case failed: the one line of a test. A case that was skipped says so in <see cref="Outcome"/>.</summary>
    /// <exception cref="LawException">It failed; the message is this result.</exception>
    public void EnsureNotFailed()
    {
        if (Outcome == ConformanceOutcome.Failed)
        {
            throw new LawException(ToString());
        }
    }

    /// <summary>The case, and what there is to say of it.</summary>
    public override string ToString() => Outcome == ConformanceOutcome.Passed ? $"{Case}: passed" : $"{Case}: {(Outcome == ConformanceOutcome.Failed
        ? "FAILED" : "skipped")}, {Message}";
}
