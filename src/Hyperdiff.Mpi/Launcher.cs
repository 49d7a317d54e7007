using System.Globalization;

namespace Hyperdiff.Mpi;

/// <summary>Who started this process, as its environment says: that decides which library is loaded, since a launcher of another MPI is not heard by it, and
/// every process would be alone.</summary>
/// <param name="Name">Who it is.</param>
/// <param name="Rank">The number of this process, from 0.</param>
/// <param name="Size">How many there are.</param>
/// <param name="IsOfOpenMpi">Whether Open MPI's library can hear it.</param>
/// <param name="IsOfMpich">Whether MPICH's can, or that of a relative.</param>
internal sealed record Launcher(string Name, int Rank, int Size, bool IsOfOpenMpi, bool IsOfMpich)
{
    private static readonly (string Size, string Rank, string Name, bool IsOfOpenMpi, bool IsOfMpich)[] s_known =
    [
        ("OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK", "the launcher of Open MPI", true, false),
        ("PMI_SIZE", "PMI_RANK", "the launcher of MPICH", false, true),
        ("SLURM_STEP_NUM_TASKS", "SLURM_PROCID", "srun", true, true),
    ];

    /// <summary>The launcher; null where this process was started alone.</summary>
    /// <param name="variable">The value of a variable of the environment.</param>
    /// <exception cref="MpiException">The environment contradicts itself.</exception>
    public static Launcher? Of(Func<string, string?> variable)
    {
        foreach ((string sizeName, string rankName, string name, bool isOfOpenMpi, bool isOfMpich) in s_known)
        {
            if (variable(sizeName) is not { Length: > 0 } size || variable(rankName) is not { Length: > 0 } rank)
            {
                continue;
            }

            // a step of one task is a program of its own, which Slurm gives the same variables
            if (isOfOpenMpi && isOfMpich && size == "1")
            {
                return null;
            }

            return int.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out int count)
                && int.TryParse(rank, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number < count
                ? new Launcher(name, number, count, isOfOpenMpi, isOfMpich)
                : throw new MpiException($"{name} says {sizeName}={size} and {rankName}={rank}, which is no rank among so many.");
        }

        return null;
    }
}
