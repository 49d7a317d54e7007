using Hyperdiff.Graphs;
using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>A hypergradient by implicit differentiation.</summary>
/// <typeparam name="TState">The structure of w.</typeparam>
/// <typeparam name="THyper">The structure of the hyperparameters λ.</typeparam>
public sealed class ImplicitHypergradient<TState, THyper> : HypergradientResult<TState, THyper>
{
    // an estimate wants one digit, and the system's conditioning eats some
    private const double EstimateTolerance = 1e-6;

    // what an estimate's own solves ask for at least
    private const double RoundingUnits = 100;

    private readonly ImplicitPoint _point;

    internal ImplicitHypergradient(BilevelProblem<TState, THyper> problem, ImplicitOutcome outcome)
        : base(problem, outcome.Parts) => _point = outcome.Point;

    /// <summary>
    /// The adjoint v: for a map the solution of <c>(I − Jᵀ) v = g</c>, for a minimum of <c>H v = g</c>, for a root of <c>Aᵀ v = g</c>. (For the map of gradient
    /// descent with step η the former is H⁻¹g/η.)
    /// <see cref="HypergradientResult{TState, THyper}.WarmStart"/> carries it to the next solve.
    /// </summary>
    public TState Adjoint => LikeState(_point.Adjoint);

    /// <summary>How the adjoint system was solved.</summary>
    public SolveReport AdjointReport => _point.AdjointReport;

    /// <inheritdoc/>
    public override ImmutableArray<SolveReport> Reports => [InnerReport, AdjointReport];

    /// <summary>Estimates the error of the gradient by two further solves. See <see cref="ErrorEstimate{THyper}"/>.</summary>
    /// <param name="solver">Solves them, to a tolerance of its own; the solver of the adjoint if absent. A truncated series or a ridge needs another one
    /// here.</param>
    /// <param name="cancellation">Ends the solves.</param>
    public ErrorEstimate<THyper> EstimateError(LinearSolver? solver = null, CancellationToken cancellation = default) =>
        EstimateError(solver, EstimateTolerance, cancellation);

    /// <summary>Bounds the error of the gradient, by what is known of the problem beforehand. See <see cref="ErrorCertificate"/>.</summary>
    /// <param name="bounds">For a fixed point <see cref="ContractionBounds"/>, for a minimum <see cref="StrongConvexityBounds"/>, for a root
    /// <see cref="MonotonicityBounds"/>.</param>
    /// <param name="cancellation">Ends the solves within, and throws between steps of loops and in passes over graphs.</param>
    /// <exception cref="ArgumentException">The bounds are those of the other kind of problem.</exception>
    public ErrorCertificate Certify(ErrorBounds bounds, CancellationToken cancellation = default)
    {
        using Work.Scope work = Work.Under(cancellation);
        ArgumentNullException.ThrowIfNull(bounds);
        return ErrorCertificate.Of(_point, ActiveGradient, bounds);
    }

    /// <summary>What a look at the state says that its residual does not: whether it is a minimum.</summary>
    internal SolveStatus Verify(InnerSolver solver) => solver.Verify(_point.Problem(), _point.State.Tensors).Status;

    /// <summary>The relative tolerance below which rounding permits none.</summary>
    internal double RoundingFloor => RoundingUnits * _point.State.Epsilon;

    /// <summary>The estimate from solves that stop at a relative tolerance.</summary>
    internal ErrorEstimate<THyper> EstimateError(LinearSolver? solver, double tolerance, CancellationToken cancellation) =>
        new ErrorEstimation<THyper>(_point, solver, tolerance, cancellation).Estimate();
}
