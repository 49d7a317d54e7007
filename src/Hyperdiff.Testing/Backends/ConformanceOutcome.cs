namespace Hyperdiff.Testing;

/// <summary>How a case of the conformance suite came out.</summary>
public enum ConformanceOutcome
{
    /// <summary>The backend does what it must.</summary>
    Passed,

    /// <summary>It does not.</summary>
    Failed,

    /// <summary>The case asks for what the backend says it does not have, or does not apply to it.</summary>
    Skipped,
}
