namespace Hyperdiff;

/// <content>How far its gradient may be from the exact one.</content>
public sealed partial class ImplicitHypergradient<TState, THyper>
{
    // an estimate wants one digit, and the system's conditioning eats some
    private const double EstimateTolerance = 1e-6;

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

    /// <summary>The estimate from solves that stop at a relative tolerance.</summary>
    internal ErrorEstimate<THyper> EstimateError(LinearSolver? solver, double tolerance, CancellationToken cancellation) =>
        new ErrorEstimation<THyper>(_point, solver, tolerance, cancellation).Estimate();
}
