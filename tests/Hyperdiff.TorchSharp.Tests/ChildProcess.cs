using System.Diagnostics;

namespace Hyperdiff.TorchSharp.Tests;

/// <summary>A job of the program beside the tests, in a process of its own.</summary>
internal static class ChildProcess
{
    /// <summary>What it prints; its exit code is 0 unless libtorch ended it.</summary>
    public static (int ExitCode, string Output) Run(string job) => Run(AppContext.BaseDirectory, job);

    /// <summary>The same in a folder to which the native libraries were not copied.</summary>
    public static (int ExitCode, string Output) RunWithoutLibrary(string job)
    {
        string folder = Directory.CreateTempSubdirectory("hyperdiff-torch-").FullName;
        try
        {
            foreach (string file in Directory.EnumerateFiles(AppContext.BaseDirectory).Where(file => !file.EndsWith(".deps.json", StringComparison.Ordinal)))
            {
                File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
            }

            return Run(folder, job);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static (int ExitCode, string Output) Run(string folder, string job)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(folder, "Hyperdiff.TorchSharp.Program.dll"), job])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (folder != AppContext.BaseDirectory)
        {
            // TorchSharp looks for the package of the library too
            start.Environment["HOME"] = start.Environment["NUGET_PACKAGES"] = folder;
        }

        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.Result);
    }
}
