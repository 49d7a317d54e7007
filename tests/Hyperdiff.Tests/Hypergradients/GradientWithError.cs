namespace Hyperdiff.Tests.Hypergradients;

/// <summary>A gradient as numbers.</summary>
/// <param name="Gradient">∇ℓ.</param>
/// <param name="StandardError">Its standard errors; null if it is no estimate from samples.</param>
/// <param name="Converged">Whether it is to be trusted.</param>
/// <param name="Text">The evidence.</param>
internal sealed record GradientWithError(double[] Gradient, double[]? StandardError, bool Converged, string Text);
