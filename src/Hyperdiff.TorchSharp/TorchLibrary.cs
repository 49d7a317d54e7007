using TorchSharp;

namespace Hyperdiff.TorchSharp;

/// <summary>The native library, asked for once, so that its absence is one sentence instead of a failed type initializer.</summary>
internal static class TorchLibrary
{
    private static volatile bool s_loaded;

    /// <summary>Throws unless libtorch is there.</summary>
    /// <exception cref="DllNotFoundException">It is not, or this machine lacks what it needs.</exception>
    public static void Require()
    {
        if (s_loaded)
        {
            return;
        }

        RequireVersion(
            typeof(torch).Assembly.GetName().Version,
            Array.Find(typeof(TorchLibrary).Assembly.GetReferencedAssemblies(), name => name.Name == nameof(TorchSharp))?.Version);
        try
        {
            s_loaded = torch.TryInitializeDeviceType(DeviceType.CPU);
        }
        catch (Exception failure) when (failure is TypeInitializationException or NotSupportedException or DllNotFoundException or EntryPointNotFoundException)
        {
            throw Missing(failure);
        }

        if (!s_loaded)
        {
            throw Missing(null);
        }
    }

    /// <summary>Throws unless the application has the TorchSharp that this assembly was built against: others have other functions under the same
    /// names.</summary>
    /// <param name="loaded">The version that is there.</param>
    /// <param name="built">The version that is needed.</param>
    /// <exception cref="InvalidOperationException">They differ.</exception>
    public static void RequireVersion(Version? loaded, Version? built)
    {
        if (loaded?.ToString(2) != built?.ToString(2))
        {
            throw new InvalidOperationException(
                $"Hyperdiff.TorchSharp needs TorchSharp {built?.ToString(3)}, and the application has {loaded?.ToString(3)}; DiffSharp's Torch backend brings "
                    + "0.100.3, and goes with Hyperdiff.DiffSharp instead, in an application of its own.");
        }
    }

    private static DllNotFoundException Missing(Exception? cause) => new(
        "libtorch could not be loaded: add the package TorchSharp-cpu, or for CUDA one of TorchSharp-cuda-linux and TorchSharp-cuda-windows, in version "
            + $"{typeof(torch).Assembly.GetName().Version?.ToString(3)} to the application (on Linux it also needs libstdc++ of GCC 13, as Debian 13 has it).",
        cause);
}
