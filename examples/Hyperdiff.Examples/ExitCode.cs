namespace Hyperdiff.Examples;

/// <summary>What the process returns.</summary>
public static class ExitCode
{
    /// <summary>Everything that was asked for was done.</summary>
    public const int Success = 0;

    /// <summary>A solve did not converge, or a check failed.</summary>
    public const int Failure = 1;

    /// <summary>An option, a file, or a variable of the environment cannot be used.</summary>
    public const int Usage = 2;

    /// <summary>Interrupted by Ctrl-C: 128 and the number of the signal, as shells have it.</summary>
    public const int Interrupted = 130;
}
