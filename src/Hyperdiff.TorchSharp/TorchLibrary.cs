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

    private static DllNotFoundException Missing(Exception? cause) => new(
        "libtorch could not be loaded: add the package TorchSharp-cpu, or for CUDA one of TorchSharp-cuda-linux and TorchSharp-cuda-windows, in version "
            + $"{typeof(torch).Assembly.GetName().Version?.ToString(3)} to the application (on Linux it also needs libstdc++ of GCC 13, as Debian 13 has it).",
        cause);
}
