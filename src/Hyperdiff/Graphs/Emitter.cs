using System.Collections.Immutable;

namespace Hyperdiff.Graphs;

/// <summary>Adds an equation with one result, simplified in turn, to the graph under construction.</summary>
/// <param name="primitive">What is computed.</param>
/// <param name="operands">From what.</param>
internal delegate Value Emitter(Primitive primitive, ImmutableArray<Value> operands);
