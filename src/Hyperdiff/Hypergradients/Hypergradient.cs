namespace Hyperdiff;

/// <summary>The methods for hypergradients.</summary>
public static class Hypergradient
{
    /// <summary>Implicit differentiation. See <see cref="ImplicitMethod"/>.</summary>
    /// <param name="inner">Finds the fixed point; <see cref="FixedPoint.Iterate"/> if absent. A problem that brings its own minimizer takes none.</param>
    /// <param name="adjoint">Solves the adjoint system; the fixed-point iteration for maps and conjugate gradients for minima if absent.</param>
    public static ImplicitMethod Implicit(FixedPointSolver? inner = null, LinearSolver? adjoint = null) => new(inner, adjoint);

    /// <summary>Reverse through the stored iterates. See <see cref="ReverseMethod"/>.</summary>
    /// <param name="steps">T, the number of steps of the map.</param>
    /// <param name="truncate">k, the number of last steps that are differentiated; all of them if absent.</param>
    public static ReverseMethod Reverse(int steps, int? truncate = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        if (truncate is { } last)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(last, nameof(truncate));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(last, steps, nameof(truncate));
        }

        return new ReverseMethod(steps, truncate ?? steps);
    }
}
