namespace Hyperdiff.Graphs;

/// <summary>How many kinks a primitive that holds graphs has within.</summary>
/// <param name="Place">The operation and where it is, for warnings: see <see cref="Kink.Place"/>.</param>
/// <param name="Count">In how many elements, a <c>float64</c> scalar.</param>
/// <param name="Elements">Of how many, a <c>float64</c> scalar.</param>
public readonly record struct KinkCount(string Place, Tensor Count, Tensor Elements);
