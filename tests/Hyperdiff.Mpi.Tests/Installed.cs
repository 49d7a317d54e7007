using System.Diagnostics;

namespace Hyperdiff.Mpi.Tests;

/// <summary>An MPI of this machine.</summary>
/// <param name="Name">What its library calls itself.</param>
/// <param name="Library">The name of its library.</param>
/// <param name="Launcher">Its launcher.</param>
/// <param name="Options">What its launcher needs to start any number of processes, also as root.</param>
public sealed record Installed(string Name, string Library, string Launcher, params string[] Options)
{
    /// <summary>Whether all combinations are tested, or those that take a few seconds in all.</summary>
    public static bool IsThorough { get; } = Environment.GetEnvironmentVariable("HYPERDIFF_MPI_TESTS") == "all";

    /// <summary>The names of both, whether they are there or not.</summary>
    public static string[] Names { get; } = ["Open MPI", "MPICH"];

    /// <summary>The one of a name; the test is skipped where the machine has none.</summary>
    public static Installed Of(string name)
    {
        bool isOpenMpi = name == "Open MPI";
        string[] launchers = [isOpenMpi ? "mpirun.openmpi" : "mpirun.mpich", "mpirun"];
        string? launcher = launchers.FirstOrDefault(file => IsOf(file, isOpenMpi ? "Open MPI" : "HYDRA"));
        Skip.IfNot(launcher is not null, $"there is no launcher of {name} on this machine (Debian: {(isOpenMpi ? "openmpi-bin" : "mpich")})");
        return isOpenMpi
            ? new Installed(name, "libmpi.so.40", launcher!, "--allow-run-as-root", "--oversubscribe")
            : new Installed(name, "libmpich.so.12", launcher!);
    }

    /// <summary>Starts the program of the tests on so many ranks.</summary>
    public Job Start(int ranks, string[] program, params (string Name, string Value)[] environment) =>
        Start(ranks, "dotnet", [Job.Program, .. program], environment);

    /// <summary>Starts a command on so many ranks.</summary>
    public Job Start(int ranks, string command, string[] arguments, params (string Name, string Value)[] environment) =>
        new(Launcher, [.. Options, "-n", $"{ranks}", command, .. arguments], environment);

    /// <summary>Runs the program of the tests on so many ranks, to its end.</summary>
    public JobResult Run(int ranks, string[] program, params (string Name, string Value)[] environment)
    {
        using Job job = Start(ranks, program, environment);
        return job.ToEnd();
    }

    private static bool IsOf(string launcher, string word)
    {
        string folders = Environment.GetEnvironmentVariable("PATH") ?? "";
        string? path = folders.Split(':').Select(folder => Path.Combine(folder, launcher)).FirstOrDefault(File.Exists);
        if (path is null)
        {
            return false;
        }

        using Process process = Process.Start(new ProcessStartInfo(path, ["--version"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output.Contains(word, StringComparison.Ordinal);
    }
}
