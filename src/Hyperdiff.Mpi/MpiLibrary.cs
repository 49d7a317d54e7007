using System.Runtime.InteropServices;

namespace Hyperdiff.Mpi;

/// <summary>Finds the library of the launcher, and its binary interface.</summary>
internal static partial class MpiLibrary
{
    /// <summary>The variable that names a library instead.</summary>
    public const string Variable = "HYPERDIFF_MPI";

    private static readonly bool s_isMac = OperatingSystem.IsMacOS();

    private static readonly string[] s_standard = s_isMac ? ["libmpi_abi.0.dylib", "libmpi_abi.dylib"] : ["libmpi_abi.so.0", "libmpi_abi.so"];
    private static readonly string[] s_openMpi = s_isMac ? ["libmpi.40.dylib"] : ["libmpi.so.40"];
    private static readonly string[] s_mpich = s_isMac ? ["libmpi.12.dylib", "libmpich.12.dylib"] : ["libmpich.so.12", "libmpi.so.12"];

    /// <summary>Loads the library that hears a launcher.</summary>
    /// <param name="launcher">The launcher.</param>
    /// <param name="given">The value of <see cref="Variable"/>.</param>
    /// <param name="load">Loads a library by its name or path; 0 where there is none.</param>
    /// <exception cref="MpiException">There is none.</exception>
    public static IMpi Load(Launcher launcher, string? given, Func<string, nint> load)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new MpiException("Ranks over MPI are there on Linux and macOS, not on Windows.");
        }

        // MPICH's transport UCX takes the signals by which .NET catches null references and divisions by zero, and ends the process; it reads this
        // variable while it is loaded, in the environment of C, which Environment.SetEnvironmentVariable does not change.
        _ = SetVariable("UCX_ERROR_SIGNALS", "", 1);

        if (!string.IsNullOrEmpty(given))
        {
            return load(given) is var library and not 0
                ? Bind(library, given)
                : throw new MpiException($"{Variable} names '{given}', which cannot be loaded as a library.");
        }

        // a library with the standard ABI may be of either MPI
        IEnumerable<string> candidates = [.. s_standard, .. launcher.IsOfOpenMpi ? s_openMpi : [], .. launcher.IsOfMpich ? s_mpich : []];
        foreach (string candidate in candidates)
        {
            if (load(candidate) is var library and not 0 && Bind(library, candidate) is { } mpi && Hears(mpi, launcher))
            {
                return mpi;
            }
        }

        string package = (launcher.IsOfOpenMpi, launcher.IsOfMpich) switch
        {
            (true, false) => "Open MPI (Debian: openmpi-bin)",
            (false, true) => "MPICH (Debian: mpich)",
            _ => "Open MPI or MPICH (Debian: openmpi-bin, mpich)",
        };
        throw new MpiException(
            $"{launcher.Name} started this process, but no library of it is here (looked for {string.Join(", ", candidates)}): install {package}, "
            + $"or name a library in {Variable}.");
    }

    private static bool Hears(IMpi mpi, Launcher launcher) =>
        mpi.Name.StartsWith("Open MPI", StringComparison.OrdinalIgnoreCase) ? launcher.IsOfOpenMpi
        : !mpi.Name.StartsWith("MPICH", StringComparison.OrdinalIgnoreCase) || launcher.IsOfMpich;

    private static IMpi Bind(nint library, string name)
    {
        try
        {
            // by its name, since libraries with an interface of their own may have that of the standard's functions that ask for it
            return Path.GetFileName(name).Contains("mpi_abi", StringComparison.Ordinal) ? new MpiFunctions<nint>(library, MpiAbi.Standard)
                : NativeLibrary.TryGetExport(library, "ompi_mpi_comm_world", out _) ? new MpiFunctions<nint>(library, MpiAbi.OpenMpi(library))
                : new MpiFunctions<int>(library, MpiAbi.Mpich);
        }
        catch (EntryPointNotFoundException missing)
        {
            throw new MpiException($"'{name}' is no library of MPI 3 or later: {missing.Message}", missing);
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
