namespace Hyperdiff;

/// <summary>Advice for every status.</summary>
public static class SolveStatuses
{
    /// <summary>What happened, the likely causes, and what to change.</summary>
    public static string Describe(this SolveStatus status) => status switch
    {
        SolveStatus.Converged => "the residual is within the tolerance",
        SolveStatus.MaxIterations => "the iteration limit was reached before the tolerance: (a) allow more iterations, (b) ask for a looser tolerance, or (c) use a solver "
            + "that converges faster (Newton-CG for a minimum, conjugate gradients for a symmetric adjoint)",
        SolveStatus.Stagnated => "the residual stopped falling above the tolerance: (a) the tolerance is below what rounding permits at this conditioning, or (b) the step size is too small",
        SolveStatus.Diverged => "the iteration seems to grow for ever: its residual has grown beyond all digits, and products with the Jacobian show an eigenvalue above 1; (a) take a smaller step size, or (b) a solver that does not need contraction",
        SolveStatus.Singular => "the system is singular to working precision: (a) the inner solution is not unique, so that its derivative does not exist, (b) a regularising term is missing, "
            + "(c) constraints depend on each other, or (d) an active one has a multiplier of zero, where the solution has a kink",
        SolveStatus.Breakdown => "the method cannot go on: (a) the matrix is not symmetric positive definite (not a minimum, or a map that is no gradient step), or (b) it is singular; "
            + "use a solver for general matrices",
        SolveStatus.NonFiniteInput => "a number that was given is NaN or infinite: look for missing values in the data, or a logarithm or division at 0",
        SolveStatus.NonFiniteIterate => "an iterate became NaN or infinite: (a) the step size is too large, or (b) the function overflows or is undefined on the way",
        SolveStatus.Cancelled => "the caller cancelled",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "not a SolveStatus"),
    };
}
