using Hyperdiff.Backends.Cpu.Tiles;

namespace Hyperdiff.Backends.Cpu.Plans;

/// <summary>Where the factors of a <see cref="NormalProductStep{T}"/> are.</summary>
/// <param name="Before">The first, of all elements.</param>
/// <param name="Weights">The slot of the second, with one for each element; null if there is none.</param>
/// <param name="After">The third, of all.</param>
internal readonly record struct NormalSources(TileSource Before, int? Weights, TileSource After)
{
    /// <summary>The factor that changes nothing.</summary>
    public static TileSource One { get; } = new(TileSourceKind.Constant, Constant: 1);

    /// <summary>These factors and another after them; null if a kernel does not take so many.</summary>
    public NormalSources? With(TileSource factor) => factor.Kind switch
    {
        TileSourceKind.Dense => Weights is null ? this with { Weights = factor.Index } : null,
        _ when Weights is null => Before == One ? this with { Before = factor } : null,
        _ => After == One ? this with { After = factor } : null,
    };
}
