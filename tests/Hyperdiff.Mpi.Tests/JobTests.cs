namespace Hyperdiff.Mpi.Tests;

/// <summary>Ranks that real launchers start.</summary>
public sealed class JobTests
{
    public static TheoryData<string, int> Jobs
    {
        get
        {
            var jobs = new TheoryData<string, int>();
            foreach (string name in Installed.Names)
            {
                foreach (int ranks in Installed.IsThorough ? (int[])[1, 2, 3, 4] : [3])
                {
                    jobs.Add(name, ranks);
                }
            }

            return jobs;
        }
    }

    // one of them does, where seconds count
    public static TheoryData<string> Names => [.. Installed.IsThorough ? Installed.Names : Installed.Names[1..]];

    [SkippableTheory]
    [MemberData(nameof(Jobs))]
    public void Bits_AreThoseOfThreads_OnAllRanks(string mpi, int ranks)
    {
        string[] threads = Ranks.InProcess(ranks, Program.Numbers.Bits);
        string[] processes = Installed.Of(mpi).Run(ranks, ["bits"]).Succeeded();
        Assert.Equal([.. threads.Select((bits, rank) => $"{rank}: {bits}")], processes);
        Assert.Single(threads.Distinct());
    }

    [SkippableTheory]
    [MemberData(nameof(Names))]
    public void Name_IsThatOfTheLibraryOfTheLauncher(string mpi)
    {
        string[] lines = Installed.Of(mpi).Run(2, ["name"]).Succeeded();
        Assert.Matches($@"^0: 0 of 2, {mpi} \d+\.\d+", lines[0]);
        Assert.Matches($@"^1: 1 of 2, {mpi} \d+\.\d+", lines[1]);
    }

    [SkippableTheory]
    [MemberData(nameof(Names))]
    public void ExceptionsThatAreSignals_AreCaught(string mpi) =>
        Assert.Equal(["0: null zero", "1: null zero"], Installed.Of(mpi).Run(2, ["signals"]).Succeeded());

    [SkippableTheory]
    [MemberData(nameof(Names))]
    public void Threads_TakeTurns(string mpi)
    {
        Assert.Equal(["0: 8", "1: 8"], Installed.Of(mpi).Run(2, ["threads"]).Succeeded());
        Assert.Contains("Two threads of rank", Installed.Of(mpi).Run(2, ["threads-at-once"]).Failed(), StringComparison.Ordinal);
    }

    [SkippableTheory]
    [MemberData(nameof(Names))]
    public void ASecondStart_IsRefused(string mpi) =>
        Assert.All(Installed.Of(mpi).Run(2, ["twice"]).Succeeded(), line => Assert.Contains("MPI starts once per process", line, StringComparison.Ordinal));

    // the pieces of code of docs/mpi.md
    [SkippableTheory]
    [MemberData(nameof(Names))]
    public void ProgramsOfThePage_SayWhatTheySay(string mpi)
    {
        Assert.Matches($@"^5 over {mpi} \d", Installed.Of(mpi).Run(3, ["squares"]).Succeeded().Single());
        if (Installed.IsThorough)
        {
            string[] references = [.. ((string[])["Hyperdiff.dll", "Hyperdiff.Mpi.dll"]).Select(file => "-r:" + Path.Combine(AppContext.BaseDirectory, file))];
            using Job script = Installed.Of(mpi).Start(3, "dotnet", ["fsi", .. references, Path.Combine(AppContext.BaseDirectory, "ranks.fsx")]);
            Assert.Matches($@"^5 over {mpi} \d", script.ToEnd().Succeeded().Single());
        }
    }

    [Fact]
    public void WithoutALauncher_AProgramIsOneRankAlone()
    {
        using var job = new Job("dotnet", [Job.Program, "name"]);
        Assert.Equal(["0: 0 of 1, one process"], job.ToEnd().Succeeded());
    }

    // each process would be alone otherwise, and nobody would be told
    [SkippableTheory]
    [InlineData("Open MPI", "MPICH")]
    [InlineData("MPICH", "Open MPI")]
    public void TheLibraryOfAnotherLauncher_IsAnError(string launcher, string library)
    {
        string errors = Installed.Of(launcher).Run(2, ["name"], ("HYPERDIFF_MPI", Installed.Of(library).Library)).Failed();
        Assert.Matches(
            $"the launcher of {launcher} says that this is rank [01] of 2, {library} .* that it is rank 0 of 1: launcher and library are not of one MPI.",
            errors);
    }
}
