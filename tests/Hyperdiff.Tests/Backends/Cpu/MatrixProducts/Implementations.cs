using Hyperdiff.Backends.Cpu.MatrixProducts;
using Hyperdiff.Backends.Cpu.Threads;

namespace Hyperdiff.Tests.Backends.Cpu.MatrixProducts;

/// <summary>The implementations under test, by name: the laws are tested over all of them.</summary>
internal static class Implementations
{
    public const string Native = "native";

    public static IReadOnlyList<string> Names { get; } =
    [
        .. Enum.GetValues<VectorWidth>().Where(width => width <= VectorWidths.Widest).Select(width => width.ToString()),
        .. MatrixProductSelection.TryLoadCandidate(out _, out _) ? [Native] : Array.Empty<string>(),
    ];

    public static TheoryData<string> AsTheory
    {
        get
        {
            TheoryData<string> names = [];
            foreach (string name in Names)
            {
                names.Add(name);
            }

            return names;
        }
    }

    public static MatrixProduct Make(string name, WorkerPool pool) => name == Native
        ? MatrixProductSelection.Select(MatrixProductSelection.OpenBlas, pool)
        : new ManagedMatrixProduct(pool, Enum.Parse<VectorWidth>(name));
}
