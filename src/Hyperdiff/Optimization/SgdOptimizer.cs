namespace Hyperdiff;

/// <summary>Gradient descent: <c>x ← x − η g</c>. Source: Robbins and Monro (1951), "A stochastic approximation method".</summary>
/// <param name="Rate">η.</param>
public sealed record SgdOptimizer(double Rate) : Optimizer
{
    internal override Tensor[] Memory(Tensor[] parameters) => [];

    internal override (Tensor[] Parameters, Tensor[] Memory) Update(int step, Tensor[] parameters, Tensor[] gradient, Tensor[] memory) =>
        ([.. parameters.Select((x, i) => x - (Rate * gradient[i]))], []);
}
