namespace Hyperdiff;

/// <summary>What a sweep of differences found.</summary>
/// <param name="Derivative">The derivative; null if the function was not finite at two successive steps.</param>
/// <param name="Error">How far it may be off, as a norm.</param>
/// <param name="Step">The smallest step that it was made of.</param>
/// <param name="Evaluations">How often the function was evaluated.</param>
internal sealed record SweptDerivative(Tensor[]? Derivative, double Error, double Step, int Evaluations);
