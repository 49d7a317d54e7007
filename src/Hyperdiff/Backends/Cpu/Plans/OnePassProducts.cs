using Hyperdiff.Backends.Cpu.MatrixProducts;
using Hyperdiff.Backends.Cpu.Tiles;

namespace Hyperdiff.Backends.Cpu.Plans;

/// <summary>A product X·w of a one-pass step.</summary>
/// <param name="Shape">The shape for a full block of rows.</param>
/// <param name="Factor">The slot of w.</param>
/// <param name="Target">Where the block's rows of the result go.</param>
internal readonly record struct OnePassForwardProduct(ProductShape Shape, int Factor, TileTarget Target);

/// <summary>A product Xᵀ·u of a one-pass step.</summary>
/// <param name="Shape">The shape for a full block of rows.</param>
/// <param name="FactorIsLeft">Whether u is the left operand.</param>
/// <param name="Factor">Where the block's rows of u are.</param>
/// <param name="Sum">Where the result and the chunks' parts of it are.</param>
internal readonly record struct OnePassBackwardProduct(ProductShape Shape, bool FactorIsLeft, TileTarget Factor, ChunkedSum Sum);

/// <summary>A product X·v of a one-pass step with nothing but factors between it and the only product Xᵀ·u.</summary>
/// <param name="Vector">The slot of v.</param>
/// <param name="Sources">The factors, which are there when the elementwise work of a block is done.</param>
internal sealed record OnePassNormalProduct(int Vector, NormalSources Sources);
