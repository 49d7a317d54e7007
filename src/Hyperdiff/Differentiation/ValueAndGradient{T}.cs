using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>The value of a scalar function, its gradient, and the reports of the solves that both rest on.</summary>
/// <param name="Value">f(x), a scalar.</param>
/// <param name="Gradient">∇f(x), with the structure of x; zeros for frozen leaves.</param>
/// <param name="Reports">One per solve; empty inside an enclosing transformation, whose result then carries them.</param>
public readonly record struct ValueAndGradient<T>(Tensor Value, T Gradient, ImmutableArray<SolveReport> Reports)
{
    /// <summary>The same, if all solves converged.</summary>
    /// <exception cref="SolveException">One did not.</exception>
    public ValueAndGradient<T> EnsureConverged()
    {
        SolveException.ThrowUnlessConverged("This gradient", Reports);
        return this;
    }
}
