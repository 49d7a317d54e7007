using System.Numerics;
using Hyperdiff.Backends.Cpu.Tiles;

namespace Hyperdiff.Backends.Cpu.Plans;

/// <summary>Where the factors between <c>X·v</c> and <c>Xᵀ·u</c> are.</summary>
/// <param name="Before">The first, of all elements.</param>
/// <param name="Weights">The second, with one for each element; null if there is none.</param>
/// <param name="After">The third, of all.</param>
internal readonly record struct NormalSources(TileSource Before, TileSource? Weights, TileSource After)
{
    private static readonly TileSource s_one = new(TileSourceKind.Constant, Constant: 1);

    /// <summary>No factors.</summary>
    public static NormalSources None { get; } = new(s_one, null, s_one);

    /// <summary>These factors and another after them; null if a kernel does not take so many.</summary>
    public NormalSources? With(TileSource factor) => factor.Kind switch
    {
        TileSourceKind.Dense => Weights is null ? this with { Weights = factor } : null,
        _ when Weights is null => Before == s_one ? this with { Before = factor } : null,
        _ => After == s_one ? this with { After = factor } : null,
    };

    /// <summary>The number that a factor of all elements is.</summary>
    public static T Number<T>(HostArray[] values, in TileSource source)
        where T : unmanaged, INumberBase<T> =>
        source.Kind == TileSourceKind.Constant ? T.CreateTruncating(source.Constant) : values[source.Index].AsSpan<T>()[0];
}
