namespace Hyperdiff;

/// <summary>How the solution of a lower problem is found for an upper one, and differentiated: a choice for each edge.</summary>
public abstract record Response
{
    private protected Response()
    {
    }

    /// <summary>The solution itself, by the problem's own solver, and its exact derivative by a linear solve.</summary>
    /// <param name="adjoint">
    /// Solves the adjoint and the tangent system; as in
    /// <see cref="FixedPoint.Of{TState, THyper}(FixedPointFinding{TState, THyper}, TState, THyper, LinearSolver?, LinearSolver?, CancellationToken)"/>,
    /// <see cref="Argmin.Of"/> and <see cref="Root.Of"/> if absent. A truncated series, <see cref="LinearSolver.Neumann"/>, makes the derivative an
    /// approximation that is asked for.
    /// </param>
    public static Response Implicit(LinearSolver? adjoint = null) => new ImplicitResponse(adjoint);

    /// <summary>A fixed number of an optimizer's steps on the problem's objective, and their exact derivative.</summary>
    /// <param name="steps">How many.</param>
    /// <param name="by">The optimizer.</param>
    public static Response Unrolled(int steps, Optimizer by)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        ArgumentNullException.ThrowIfNull(by);
        return new UnrolledResponse(steps, by);
    }

    /// <summary>A fixed number of the steps of a problem that is a map, and their exact derivative.</summary>
    /// <param name="steps">How many.</param>
    public static Response Unrolled(int steps)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        return new UnrolledResponse(steps, null);
    }

    /// <summary>The solution as a constant: its derivative is left out, a first-order approximation.</summary>
    public static Response Constant() => new ConstantResponse();
}

/// <summary>The solution without its derivative.</summary>
internal sealed record ConstantResponse : Response;

/// <summary>The solution, differentiated by the implicit function theorem.</summary>
/// <param name="Adjoint">Solves the linear systems; null for the default of the kind of problem.</param>
internal sealed record ImplicitResponse(LinearSolver? Adjoint) : Response;

/// <summary>Some steps, differentiated themselves.</summary>
/// <param name="Steps">How many.</param>
/// <param name="By">Makes the steps of an objective; null for those of a map.</param>
internal sealed record UnrolledResponse(int Steps, Optimizer? By) : Response;
