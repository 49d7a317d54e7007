namespace Hyperdiff;

/// <summary>Adam.</summary>
/// <remarks>
/// <code>
/// m ← β₁ m + (1 − β₁) g,   s ← β₂ s + (1 − β₂) g²,   x ← x − η · m/(1 − β₁ᵗ) / (√(s/(1 − β₂ᵗ)) + ε)
/// </code>
/// Source: Kingma and Ba (2015), "Adam: a method for stochastic optimization", algorithm 1.
/// </remarks>
/// <param name="Rate">η.</param>
/// <param name="Beta1">β₁.</param>
/// <param name="Beta2">β₂.</param>
/// <param name="Epsilon">ε.</param>
public sealed record AdamOptimizer(double Rate, double Beta1, double Beta2, double Epsilon) : Optimizer
{
    internal override Tensor[] Memory(Tensor[] parameters) => [.. parameters.Select(Tensor.ZerosLike), .. parameters.Select(Tensor.ZerosLike)];

    internal override (Tensor[] Parameters, Tensor[] Memory) Update(int step, Tensor[] parameters, Tensor[] gradient, Tensor[] memory)
    {
        int leaves = parameters.Length;
        var next = new Tensor[leaves];
        var moments = new Tensor[2 * leaves];
        (double first, double second) = (1 - Math.Pow(Beta1, step), 1 - Math.Pow(Beta2, step));
        for (int i = 0; i < leaves; i++)
        {
            Tensor m = (Beta1 * memory[i]) + ((1 - Beta1) * gradient[i]);
            Tensor s = (Beta2 * memory[leaves + i]) + ((1 - Beta2) * gradient[i].Square());
            next[i] = parameters[i] - (Rate * (m / first) / ((s / second).Sqrt() + Epsilon));
            (moments[i], moments[leaves + i]) = (m, s);
        }

        return (next, moments);
    }
}
