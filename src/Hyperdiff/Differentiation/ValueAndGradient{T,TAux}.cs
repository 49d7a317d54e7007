using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>The value of a scalar function, its auxiliary output, its gradient, and the reports of the solves that all rest on.</summary>
/// <param name="Value">f(x), a scalar.</param>
/// <param name="Auxiliary">What the function returned beside its value.</param>
/// <param name="Gradient">∇f(x), with the structure of x; zeros for frozen leaves.</param>
/// <param name="Reports">One per solve; empty inside an enclosing transformation, whose result then carries them.</param>
public readonly record struct ValueAndGradient<T, TAux>(Tensor Value, TAux Auxiliary, T Gradient, ImmutableArray<SolveReport> Reports)
{
    /// <summary>The same, if all solves converged.</summary>
    /// <exception cref="SolveException">One did not.</exception>
    public ValueAndGradient<T, TAux> EnsureConverged()
    {
        SolveException.ThrowUnlessConverged("This gradient", Reports);
        return this;
    }
}
