namespace Hyperdiff.Mpi.Tests;

/// <summary>What the environment says about who started a process.</summary>
public sealed class LauncherTests
{
    [Theory]
    [InlineData("OMPI_COMM_WORLD_SIZE=4 OMPI_COMM_WORLD_RANK=3 PMIX_RANK=3", "the launcher of Open MPI", 3, 4, true, false)]
    [InlineData("PMI_SIZE=2 PMI_RANK=0 MPI_LOCALNRANKS=2", "the launcher of MPICH", 0, 2, false, true)]
    [InlineData("SLURM_STEP_NUM_TASKS=7 SLURM_PROCID=6 PMIX_RANK=6", "srun", 6, 7, true, true)]
    [InlineData("SLURM_STEP_NUM_TASKS=7 SLURM_PROCID=6 PMI_SIZE=7 PMI_RANK=6", "the launcher of MPICH", 6, 7, false, true)]
    [InlineData("PMI_SIZE=1 PMI_RANK=0", "the launcher of MPICH", 0, 1, false, true)]
    public void Of_TakesTheFirstThatIsThere(string environment, string name, int rank, int size, bool isOfOpenMpi, bool isOfMpich) =>
        Assert.Equal(new Launcher(name, rank, size, isOfOpenMpi, isOfMpich), Of(environment));

    [Theory]
    [InlineData("")]
    [InlineData("SLURM_NTASKS=8 SLURM_PROCID=0")]
    [InlineData("SLURM_STEP_NUM_TASKS=1 SLURM_PROCID=0")]
    [InlineData("PMI_SIZE= PMI_RANK=")]
    public void Of_IsNothing_WhereNobodyStartedRanks(string environment) => Assert.Null(Of(environment));

    [Theory]
    [InlineData("PMI_SIZE=2 PMI_RANK=2")]
    [InlineData("PMI_SIZE=0 PMI_RANK=0")]
    [InlineData("PMI_SIZE=-2 PMI_RANK=0")]
    [InlineData("PMI_SIZE=two PMI_RANK=0")]
    [InlineData("OMPI_COMM_WORLD_SIZE=99999999999 OMPI_COMM_WORLD_RANK=0")]
    public void Of_RefusesWhatIsNoRank(string environment)
    {
        string message = Assert.Throws<MpiException>(() => Of(environment)).Message;
        Assert.All(environment.Split(' '), part => Assert.Contains(part, message, StringComparison.Ordinal));
    }

    private static Launcher? Of(string environment)
    {
        Dictionary<string, string> variables = environment.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(part => part.Split('='))
            .ToDictionary(part => part[0], part => part[1]);
        return Launcher.Of(variables.GetValueOrDefault);
    }
}
