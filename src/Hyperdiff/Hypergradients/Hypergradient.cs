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
    /// <param name="checkpointing">Which iterates are kept, and which are computed again: <see cref="Checkpointing.Every"/>, <see cref="Checkpointing.Budget"/>; all are kept if absent.</param>
    public static ReverseMethod Reverse(int steps, int? truncate = null, Checkpointing? checkpointing = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        if (truncate is { } last)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(last, nameof(truncate));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(last, steps, nameof(truncate));
        }

        return new ReverseMethod(steps, truncate ?? steps, checkpointing ?? Checkpointing.None);
    }

    /// <summary>The Jacobian of the iterate, computed along with it. See <see cref="ForwardMethod"/>.</summary>
    /// <param name="steps">T, the number of steps of the map.</param>
    public static ForwardMethod Forward(int steps)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        return new ForwardMethod(steps);
    }

    /// <summary>The phantom gradient: implicit differentiation with k terms of the damped Neumann series in the place of the solve. See <see cref="TruncatedSeriesSolver"/>.</summary>
    /// <remarks>
    /// <c>∇ = h + Pᵀ v</c> with <c>v = τ Σ_{j&lt;k} (τ Jᵀ + (1 − τ) I)ʲ g</c>, an approximation that needs no convergence of the adjoint; a warning says what it left out. For a minimum the series is
    /// that of H: <c>v = τ Σ_{j&lt;k} (I − τ H)ʲ g</c>. Source: Geng et al. (2021), "On training implicit models", equation (11).
    /// </remarks>
    /// <param name="terms">k.</param>
    /// <param name="damping">τ, above 0; 1 for the Neumann series itself.</param>
    /// <param name="inner">Finds the fixed point; <see cref="FixedPoint.Iterate"/> if absent.</param>
    public static ImplicitMethod Phantom(int terms, double damping = 1, FixedPointSolver? inner = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(terms);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(damping);
        return new ImplicitMethod(inner, new TruncatedSeriesSolver(terms, damping));
    }

    /// <summary>The one-step gradient, <c>∇ = h + Pᵀ g</c>: the derivative through the last step at the fixed point, the phantom gradient of one undamped term.</summary>
    /// <remarks>Its error is of the order of ‖J‖: good where the map contracts fast. Source: Bolte, Pauwels and Vaiter (2023), "One-step differentiation of iterative algorithms", equation (3).</remarks>
    /// <param name="inner">Finds the fixed point; <see cref="FixedPoint.Iterate"/> if absent.</param>
    public static ImplicitMethod OneStep(FixedPointSolver? inner = null) => Phantom(1, 1, inner);

    /// <summary>MAML, the gradient in the initial state through T steps: <see cref="Reverse"/>, of which <see cref="IterativeHypergradient{TState, THyper}.WithRespectToStart"/> is what is asked for.</summary>
    /// <remarks>Source: Finn, Abbeel and Levine (2017), "Model-agnostic meta-learning for fast adaptation of deep networks", equation (1).</remarks>
    /// <param name="steps">T, the number of steps of adaptation.</param>
    public static ReverseMethod Maml(int steps) => Reverse(steps);

    /// <summary>First-order MAML: the gradient at the last iterate in the place of that in the initial state. See <see cref="FirstOrderMethod"/>.</summary>
    /// <param name="steps">T, the number of steps of adaptation.</param>
    public static FirstOrderMethod FirstOrderMaml(int steps)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        return new FirstOrderMethod(steps);
    }
}
