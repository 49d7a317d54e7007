using System.Diagnostics;

namespace Hyperdiff.TorchSharp.Tests;

/// <summary>A job of the program beside the tests, in a process of its own.</summary>
internal static class ChildProcess
{
    /// <summary>What it prints; its exit code is 0 unless libtorch ended it.</summary>
    public static (int ExitCode, string Output) Run(string job)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Hyperdiff.TorchSharp.Program.dll"), job])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.Result);
    }
}
