using System.Diagnostics;

namespace Hyperdiff.Graphs;

/// <summary>The slot for the backend that works on host memory: filled once, when the assembly is loaded, by the layer of the backends.</summary>
internal static class HostExecution
{
    private static IBackend? s_backend;

    public static IBackend Backend => s_backend ?? throw new UnreachableException("the module initializer of the backends has run before any tensor exists");

    public static void Install(IBackend backend) => Interlocked.CompareExchange(ref s_backend, backend, null);
}
