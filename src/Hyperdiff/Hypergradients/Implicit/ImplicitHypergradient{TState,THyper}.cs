using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Hyperdiff.Json;

namespace Hyperdiff;

/// <summary>A hypergradient by implicit differentiation.</summary>
/// <typeparam name="TState">The structure of w.</typeparam>
/// <typeparam name="THyper">The structure of the hyperparameters λ.</typeparam>
[JsonConverter(typeof(JsonWrittenConverter))]
public sealed partial class ImplicitHypergradient<TState, THyper> : HypergradientResult<TState, THyper>
{
    // what an estimate's own solves ask for at least
    private const double RoundingUnits = 100;

    private readonly ImplicitPoint _point;

    internal ImplicitHypergradient(BilevelProblem<TState, THyper> problem, ImplicitOutcome outcome)
        : base(problem, outcome.Parts) => _point = outcome.Point;

    /// <summary>
    /// The adjoint v: for a map the solution of <c>(I − Jᵀ) v = g</c>, for a minimum of <c>H v = g</c>, for a root of <c>Aᵀ v = g</c>. (For the map of gradient
    /// descent with step η the former is H⁻¹g/η.) <see cref="HypergradientResult{TState, THyper}.WarmStart"/> carries it to the next solve.
    /// </summary>
    public TState Adjoint => LikeState(_point.Adjoint);

    /// <summary>How the adjoint system was solved.</summary>
    public SolveReport AdjointReport => _point.AdjointReport;

    /// <inheritdoc/>
    public override ImmutableArray<SolveReport> Reports => [InnerReport, AdjointReport];

    /// <summary>What a look at the state says that its residual does not: whether it is a minimum.</summary>
    internal SolveStatus Verify(InnerSolver solver)
    {
        var at = new ConditionProbe(solver, _point.Problem(), _point.State.Tensors);
        return solver.Verify(ref at).Status;
    }

    /// <summary>The relative tolerance below which rounding permits none.</summary>
    internal double RoundingFloor => RoundingUnits * _point.State.Epsilon;
}

/// <summary>A hypergradient by implicit differentiation, as leaves.</summary>
/// <param name="Parts">What every method computes.</param>
/// <param name="Point">Where it was taken, and how.</param>
internal sealed record ImplicitOutcome(HypergradientParts Parts, ImplicitPoint Point) : HypergradientOutcome(Parts)
{
    /// <inheritdoc/>
    public override SolveReport Further => Point.AdjointReport;
}
