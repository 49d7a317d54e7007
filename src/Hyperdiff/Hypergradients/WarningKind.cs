using System.Text.Json.Serialization;
using Hyperdiff.Json;

namespace Hyperdiff;

/// <summary>What a warning in a hypergradient is about.</summary>
[JsonConverter(typeof(JsonWordConverter<WarningKind>))]
public enum WarningKind
{
    /// <summary>A leaf of λ on which neither the inner problem nor the outer objective depends: its gradient is structurally zero.</summary>
    UnusedHyperparameter,

    /// <summary>The inner residual is larger than the tolerance of the adjoint: a tighter adjoint gains nothing.</summary>
    InnerResidual,

    /// <summary>What was measured of the inner solve does not bound the error of the inner solution: it may be anywhere.</summary>
    UnknownError,

    /// <summary>The inner solution is stationary and no minimum.</summary>
    NotAMinimum,

    /// <summary>The adjoint met a direction of negative curvature: w is not a minimum, or the system is not symmetric.</summary>
    NegativeCurvature,

    /// <summary>Conjugate gradients solved, or tried to solve, a system that is not symmetric.</summary>
    Asymmetry,

    /// <summary>The inner solution is one where its condition has no derivative: a constraint is at its bound with a multiplier of zero.</summary>
    NoDerivative,

    /// <summary>The inner solution is not unique, and the hypergradient is that of all of them.</summary>
    NotUnique,

    /// <summary>The derivative leaves out part of the trajectory.</summary>
    Truncated,

    /// <summary>The gradient is an estimate from minibatches.</summary>
    Sampled,

    /// <summary>The trajectory moves away from the fixed point.</summary>
    DivergingTrajectory,

    /// <summary>A solver chosen by <see cref="LinearSolver.Auto"/> broke down, and another took over.</summary>
    SolverFallback,

    /// <summary>The gradient is an approximation that was asked for; the message says which.</summary>
    Approximation,

    /// <summary>A difference of gradients vanished in its own error, so that the indirect part may be missing.</summary>
    LostDifference,

    /// <summary>A leaf of λ that is used, and whose whole derivative is exactly zero at this point, as by a factor of zero.</summary>
    ZeroDerivative,

    /// <summary>The derivatives were taken exactly where an operation has none, or one that jumps: the message names it.</summary>
    Kink,

    /// <summary>The standard error of an estimated gradient is larger than the gradient.</summary>
    NoisyEstimate,
}
