using Hyperdiff.Primitives;
using TorchSharp;
using static Hyperdiff.TorchSharp.Kernels.Numbers;

namespace Hyperdiff.TorchSharp.Kernels;

/// <summary>Comparisons, masks, and what chooses.</summary>
internal static class ChoiceKernels
{
    public static IEnumerable<KeyValuePair<Type, TorchKernel>> All { get; } =
    [
        Line.Of<Less>((x, y) => x.lt(y)),
        Line.Of<LessOrEqual>((x, y) => x.le(y)),
        Line.Of<Equal>((x, y) => x.eq(y)),
        Line.Of<And>((x, y) => x.logical_and(y)),
        Line.Of<Or>((x, y) => x.logical_or(y)),
        Line.Of<Not>(x => x.logical_not()),
        Line.Of<IsFinite>(x => x.isfinite()),
        Line.All<Where>((_, x, _) => torch.where(x[0], x[1], x[2])),
        Line.Of<Sign>(x => torch.where(x.isnan().logical_or(x.eq(Zero)), x, x.sign())),
        Line.Of<Maximum>((x, y) => IsWhole(x) ? x.maximum(y) : torch.where(x.logical_or(y), x.maximum(y), x.add(y))),
        Line.Of<Minimum>((x, y) => IsWhole(x) ? x.minimum(y) : torch.where(x.logical_or(y), x.minimum(y), x.neg().sub(y).neg())),
    ];

    // of 0 and −0 the greater is 0: their sum, where both are zeros
    private static bool IsWhole(torch.Tensor x) => x.dtype == torch.ScalarType.Int32;
}
