namespace Hyperdiff.Mpi.Tests;

/// <summary>Ends a test as skipped, with the reason, where the machine lacks what it looks at.</summary>
internal static class Skipped
{
    /// <summary>Goes on only if the machine has it.</summary>
    public static void Unless(bool present, string reason)
    {
        if (!present)
        {
            // how xunit 2 is told that a test skips itself
            throw new InvalidOperationException("$XunitDynamicSkip$" + reason);
        }
    }
}
