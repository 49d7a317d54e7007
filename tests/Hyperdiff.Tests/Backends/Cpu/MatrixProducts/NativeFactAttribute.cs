using Hyperdiff.Backends.Cpu.MatrixProducts;

namespace Hyperdiff.Tests.Backends.Cpu.MatrixProducts;

/// <summary>A test that needs a native BLAS library, skipped with the loader's reason on machines without one.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NativeFactAttribute : FactAttribute
{
    public NativeFactAttribute()
    {
        if (!MatrixProductSelection.TryLoadCandidate(out _, out string? reason))
        {
            Skip = $"No native BLAS library on this machine, so the laws were tested on managed code only. {reason}";
        }
    }
}
