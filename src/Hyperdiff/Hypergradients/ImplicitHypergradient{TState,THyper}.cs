using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>A hypergradient by implicit differentiation.</summary>
/// <typeparam name="TState">The structure of w.</typeparam>
/// <typeparam name="THyper">The structure of the hyperparameters λ.</typeparam>
public sealed class ImplicitHypergradient<TState, THyper> : HypergradientResult<TState, THyper>
{
    internal ImplicitHypergradient(HypergradientParts<TState, THyper> parts, TState adjoint, SolveReport adjointReport)
        : base(parts)
    {
        Adjoint = adjoint;
        AdjointReport = adjointReport;
    }

    /// <summary>
    /// The adjoint v: for a map the solution of <c>(I − Jᵀ) v = g</c>, for a minimum of <c>H v = g</c>. (For the map of gradient descent with step η the former is H⁻¹g/η.)
    /// Start the next solve from it: <c>warm: g.Adjoint</c>.
    /// </summary>
    public TState Adjoint { get; }

    /// <summary>How the adjoint system was solved.</summary>
    public SolveReport AdjointReport { get; }

    /// <inheritdoc/>
    public override ImmutableArray<SolveReport> Reports => [InnerReport, AdjointReport];
}
