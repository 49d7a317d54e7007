using System.Collections.Immutable;

namespace Hyperdiff.Graphs;

/// <summary>The value that stands for a primitive applied to values; null if the equation stays.</summary>
/// <param name="primitive">The primitive.</param>
/// <param name="operands">The values.</param>
internal delegate Value? Rewriter(Primitive primitive, ImmutableArray<Value> operands);
