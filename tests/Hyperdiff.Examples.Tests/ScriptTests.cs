using System.Diagnostics;
using System.Globalization;

namespace Hyperdiff.Examples.Tests;

public sealed class ScriptTests
{
#if DEBUG
    private const string? Skip = "the script loads the Release build";
#else
    private const string? Skip = null;
#endif

    [Fact(Skip = Skip)]
    public async Task LogisticScript_PrintsTheHypergradientOfTheExample_DigitByDigit()
    {
        using var expected = new StringWriter(CultureInfo.InvariantCulture);
        Assert.Equal(0, CommandLine.Run(["--print-hypergradient"], expected, TextWriter.Null));

        var start = new ProcessStartInfo("dotnet", ["fsi", Path.Combine(Root(), "examples", "fsharp", "logistic.fsx")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true
        };
        using Process script = Process.Start(start)!;
        Task<string> error = script.StandardError.ReadToEndAsync();
        string output = await script.StandardOutput.ReadToEndAsync();
        await script.WaitForExitAsync();

        Assert.Equal((string.Empty, 0), (await error, script.ExitCode));
        Assert.Equal(expected.ToString(), output);
    }

    private static string Root()
    {
        DirectoryInfo folder = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Hyperdiff.sln")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("No folder above the tests holds Hyperdiff.sln.");
        }

        return folder.FullName;
    }
}
