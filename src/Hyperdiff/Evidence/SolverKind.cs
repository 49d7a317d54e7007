using System.Text.Json.Serialization;
using Hyperdiff.Json;

namespace Hyperdiff;

/// <summary>What made a report: what its status means there, and what can be changed, follow from it (<see cref="SolveStatuses"/>).</summary>
[JsonConverter(typeof(JsonWordConverter<SolverKind>))]
public enum SolverKind
{
    /// <summary>Anything else.</summary>
    Other,

    /// <summary>The plain iteration for a fixed point.</summary>
    FixedPointIteration,

    /// <summary>The damped iteration for a fixed point.</summary>
    DampedIteration,

    /// <summary>An accelerated iteration for a fixed point: Anderson's, Broyden's.</summary>
    AcceleratedIteration,

    /// <summary>Gradient descent on an objective.</summary>
    GradientDescent,

    /// <summary>A quasi-Newton method on an objective.</summary>
    QuasiNewton,

    /// <summary>Newton's method on an objective.</summary>
    NewtonMinimizer,

    /// <summary>Newton's method for a root.</summary>
    NewtonRoot,

    /// <summary>Newton's method for the conditions of a constrained minimum.</summary>
    ConstrainedMinimum,

    /// <summary>A function of the user's, whose result is checked.</summary>
    GivenFunction,

    /// <summary>Conjugate gradients.</summary>
    ConjugateGradients,

    /// <summary>MINRES.</summary>
    Minres,

    /// <summary>GMRES.</summary>
    Gmres,

    /// <summary>BiCGStab.</summary>
    BiCgStab,

    /// <summary>LSMR.</summary>
    Lsmr,

    /// <summary>The fixed-point iteration for a linear system.</summary>
    LinearIteration,

    /// <summary>Descent along the residual of a linear system.</summary>
    LinearDescent,

    /// <summary>An accelerated iteration for a linear system: Anderson's, Broyden's.</summary>
    AcceleratedLinear,

    /// <summary>Factorization of a matrix that is written out, for any matrix.</summary>
    DenseLu,

    /// <summary>Factorization of a matrix that is written out, for positive definite ones.</summary>
    DenseCholesky,

    /// <summary>Rounds of corrections, each solved by a solver within.</summary>
    CorrectionRounds,

    /// <summary>A solver that chooses another.</summary>
    Automatic,

    /// <summary>A number of terms of a series.</summary>
    Series,

    /// <summary>Steps of an optimizer on the adjoint system.</summary>
    StochasticAdjoint,

    /// <summary>A bounded loop.</summary>
    WhileLoop,

    /// <summary>A number of steps of a map or an optimizer.</summary>
    Trajectory,

    /// <summary>A mean over random samples.</summary>
    Samples,

    /// <summary>Steps in w and λ together.</summary>
    JointDescent,

    /// <summary>Steps in λ along hypergradients.</summary>
    OuterDescent,

    /// <summary>A solver of the user's, whose result is measured.</summary>
    GivenSolver,
}
