using System.Runtime.InteropServices;

namespace Hyperdiff.Mpi.Tests;

/// <summary>Which library is loaded for which launcher, and what is said where there is none.</summary>
public sealed class LibraryTests
{
    private static readonly Launcher s_openMpi = new("the launcher of Open MPI", 0, 1, IsOfOpenMpi: true, IsOfMpich: false);
    private static readonly Launcher s_mpich = new("the launcher of MPICH", 0, 1, IsOfOpenMpi: false, IsOfMpich: true);
    private static readonly Launcher s_either = new("srun", 0, 1, IsOfOpenMpi: true, IsOfMpich: true);

    [Fact]
    public void Load_WithoutALibrary_SaysInOneSentenceWhatToInstall()
    {
        Assert.Equal(
            "the launcher of Open MPI started this process, but no library of it is here (looked for libmpi_abi.so.0, libmpi_abi.so, libmpi.so.40): "
            + "install Open MPI (Debian: openmpi-bin), or name a library in HYPERDIFF_MPI.", Missing(s_openMpi));
        Assert.Equal(
            "the launcher of MPICH started this process, but no library of it is here (looked for libmpi_abi.so.0, libmpi_abi.so, libmpich.so.12, "
            + "libmpi.so.12): install MPICH (Debian: mpich), or name a library in HYPERDIFF_MPI.", Missing(s_mpich));
        Assert.Contains("libmpi.so.40, libmpich.so.12, libmpi.so.12): install Open MPI or MPICH", Missing(s_either), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OfAGivenName_LooksForNoOther()
    {
        List<string> tried = [];
        string message = Assert.Throws<MpiException>(() => MpiLibrary.Load(s_openMpi, "/no/such/library.so", name =>
        {
            tried.Add(name);
            return 0;
        })).Message;
        Assert.Equal(["/no/such/library.so"], tried);
        Assert.Equal("HYPERDIFF_MPI names '/no/such/library.so', which cannot be loaded as a library.", message);
    }

    [Fact]
    public void Load_OfWhatIsNoMpi_NamesWhatItLacks()
    {
        string message = Assert.Throws<MpiException>(() => MpiLibrary.Load(s_openMpi, "libc.so.6", NativeLibrary.Load)).Message;
        Assert.StartsWith("'libc.so.6' is no library of MPI 3 or later: ", message, StringComparison.Ordinal);
        Assert.Contains("MPI_", message, StringComparison.Ordinal);
    }

    private static string Missing(Launcher launcher) => Assert.Throws<MpiException>(() => MpiLibrary.Load(launcher, null, _ => 0)).Message;
}
