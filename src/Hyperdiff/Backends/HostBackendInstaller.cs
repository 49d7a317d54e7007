using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Hyperdiff.Backends.Cpu;
using Hyperdiff.Graphs;

namespace Hyperdiff.Backends;

/// <summary>Says, when the assembly is loaded, which backend works on host memory; the layers below know only that there is one.</summary>
internal static class HostBackendInstaller
{
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "The composition root: lower layers may not name a backend, and no user code should have to.")]
    internal static void Install() => HostExecution.Install(CpuBackend.Instance);
}
