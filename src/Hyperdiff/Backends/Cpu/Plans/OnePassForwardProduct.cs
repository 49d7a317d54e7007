using Hyperdiff.Backends.Cpu.MatrixProducts;
using Hyperdiff.Backends.Cpu.Tiles;

namespace Hyperdiff.Backends.Cpu.Plans;

/// <summary>A product X·w of a one-pass step.</summary>
/// <param name="Shape">The shape for a full block of rows.</param>
/// <param name="Factor">The slot of w.</param>
/// <param name="Target">Where the block's rows of the result go.</param>
internal readonly record struct OnePassForwardProduct(ProductShape Shape, int Factor, TileTarget Target);
