using System.Diagnostics;

namespace Hyperdiff.Mpi.Tests;

/// <summary>The standard binary interface of MPI-5, by a library that is compiled here and refuses every handle that is not the standard's.</summary>
public sealed class StandardAbiTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hyperdiff-mpi-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableTheory]
    [InlineData(2)]
    [InlineData(3)]
    public void Bits_AreThoseOfThreads_OnAllRanks(int ranks)
    {
        string[] threads = Ranks.InProcess(ranks, Program.Numbers.Bits);
        string[] processes = [.. Run(ranks, ["bits"]).SelectMany(result => result.Succeeded())];
        Assert.Equal([.. threads.SelectMany((bits, rank) => (string[])[$"{rank}: {bits}", $"{rank}: MPI_Finalize"])], processes);
    }

    [SkippableFact]
    public void Name_IsThatOfTheLibrary() => Assert.Equal(["0: 0 of 1, Stub 5.0", "0: MPI_Finalize"], Run(1, ["name"]).Single().Succeeded());

    [SkippableFact]
    public void AnErrorOfTheLibrary_IsAnExceptionWithItsWords()
    {
        string errors = Run(2, ["throw", "0"], ("STUB_BROKEN", "1"))[0].Failed();
        Assert.Contains("Rank 0 of 2: Hyperdiff.Mpi.MpiException: MPI_Iallgather of Stub 5.0 failed with error 8: the network is unreachable",
            errors, StringComparison.Ordinal);
        Assert.Contains("MPI_Abort(1)", errors, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void AnotherSizeThanTheLaunchers_IsAnError()
    {
        string errors = Run(3, ["name"], ("STUB_SIZE", "1"))[2].Failed();
        Assert.Contains("the launcher of MPICH says that this is rank 2 of 3, Stub 5.0 that it is rank 0 of 1: launcher and library are not of one MPI.",
            errors, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void ALibraryForOneThread_IsCalledByThatAlone() => Assert.Contains("Stub 5.0 can be called by the thread alone that started it.",
        Run(2, ["threads"], ("STUB_THREADS", "1024"))[0].Failed(), StringComparison.Ordinal);

    [SkippableFact]
    public void MpiThatWasStartedBefore_IsNotEnded() =>
        Assert.Equal(["0: 0 of 1, Stub 5.0"], Run(1, ["name"], ("STUB_STARTED", "1")).Single().Succeeded());

    // as Hydra starts them: by its variables
    private JobResult[] Run(int ranks, string[] program, params (string, string)[] environment)
    {
        string library = Compiled();
        Job[] jobs = [.. Enumerable.Range(0, ranks).Select(rank => new Job("dotnet", [Job.Program, .. program],
            [("HYPERDIFF_MPI", library), ("STUB_FOLDER", _folder), ("PMI_SIZE", $"{ranks}"), ("PMI_RANK", $"{rank}"), .. environment]))];
        try
        {
            return [.. jobs.Select(job => job.ToEnd())];
        }
        finally
        {
            Array.ForEach(jobs, job => job.Dispose());
        }
    }

    private string Compiled()
    {
        Skip.IfNot(File.Exists("/usr/bin/cc"), "there is no C compiler on this machine (Debian: gcc)");
        string library = Path.Combine(_folder, "libmpi_abi.so.0");
        string source = Path.Combine(AppContext.BaseDirectory, "standard-abi.c");
        using Process compiler = Process.Start("cc", ["-Wall", "-Werror", "-shared", "-fPIC", "-o", library, source]);
        compiler.WaitForExit();
        Assert.Equal(0, compiler.ExitCode);
        return library;
    }
}
