namespace Hyperdiff;

/// <summary>What a method must know of a problem to say whether it applies.</summary>
internal enum ProblemKind
{
    /// <summary>The fixed point of a map.</summary>
    FixedPoint,

    /// <summary>A minimum.</summary>
    Minimum,

    /// <summary>A root.</summary>
    Root,

    /// <summary>An optimizer's steps.</summary>
    Steps,

    /// <summary>Two objectives without a solver, exact or sampled.</summary>
    Objectives,

    /// <summary>A random process.</summary>
    Expectation,

    /// <summary>A function that returns the inner solution.</summary>
    Response,

    /// <summary>A function that returns the outer value.</summary>
    Value,
}
