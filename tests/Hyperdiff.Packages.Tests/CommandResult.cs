namespace Hyperdiff.Packages.Tests;

/// <summary>How a command ended, and what it wrote to both its outputs.</summary>
public sealed record CommandResult(int ExitCode, string Output)
{
    /// <summary>Without these no package can be restored from a feed, whatever is in ours.</summary>
    private static readonly string[] s_feedErrors = ["NU1101", "NU1102", "NU1301"];

    /// <summary>The output of a command that succeeded; the test is skipped where the feed lacks a package that is not ours, and fails otherwise.</summary>
    public string Succeeded()
    {
        string? lacking = Output.Split('\n').FirstOrDefault(line => s_feedErrors.Any(line.Contains) && !line.Contains("Hyperdiff", StringComparison.Ordinal));
        Skip.If(ExitCode != 0 && lacking is not null, lacking?.Trim());
        Assert.True(ExitCode == 0, $"The command ended with {ExitCode}:\n{Output}");
        return Output;
    }

    /// <summary>The codes of all errors, each once.</summary>
    public string[] Errors() => [.. Output.Split('\n').Where(line => line.Contains(": error ", StringComparison.Ordinal))
        .Select(line => line.Split(": error ", 2)[1].Split(':')[0]).Distinct()];
}
