using System.Globalization;

namespace Hyperdiff.Backends.Cpu.Threads;

/// <summary>How many threads the CPU backend uses: <c>HYPERDIFF_THREADS</c> if set, otherwise one per processor.</summary>
internal static class ThreadCount
{
    /// <summary>The environment variable that overrides the default.</summary>
    public const string Variable = "HYPERDIFF_THREADS";

    /// <summary>The largest count accepted; beyond it the value is a typing error rather than a machine.</summary>
    public const int Maximum = 1024;

    /// <summary>Reads the environment.</summary>
    /// <exception cref="InvalidOperationException">The variable is set to something other than a whole number from 1 to <see cref="Maximum"/>.</exception>
    public static int FromEnvironment() => Parse(Environment.GetEnvironmentVariable(Variable));

    /// <summary>Interprets the value of the variable.</summary>
    /// <param name="value">A whole number from 1 to <see cref="Maximum"/>; null or blank means one thread per processor.</param>
    /// <exception cref="InvalidOperationException">The value is something else.</exception>
    public static int Parse(string? value)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            return Math.Min(Environment.ProcessorCount, Maximum);
        }

        return int.TryParse(value, NumberStyles.None | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture,
            out int count)
            && count is >= 1 and <= Maximum
            ? count
            : throw new InvalidOperationException(
                $"{Variable} must be a whole number from 1 to {Maximum}, but is '{value}'. Correct it, or unset it to use one thread per processor.");
    }

    /// <summary>The count in words, e.g. "1 thread" or "8 threads".</summary>
    public static string Describe(int count) => count == 1 ? "1 thread" : string.Create(CultureInfo.InvariantCulture, $"{count} threads");
}
