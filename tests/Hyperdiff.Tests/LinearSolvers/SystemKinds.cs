namespace Hyperdiff.Tests.LinearSolvers;

/// <summary>What holds of a matrix, and what a solver accepts.</summary>
[Flags]
public enum SystemKinds
{
    /// <summary>Nothing in particular; what holds of a matrix that no solver can be asked to solve with.</summary>
    None = 0,

    /// <summary>Symmetric positive definite.</summary>
    PositiveDefinite = 1,

    /// <summary>Symmetric and indefinite.</summary>
    Indefinite = 2,

    /// <summary>Not symmetric.</summary>
    General = 4,

    /// <summary>‖I − A‖ &lt; 1.</summary>
    Contracting = 8,

    /// <summary>Conditioned by a bad scaling, 1e8.</summary>
    BadlyScaled = 16,

    /// <summary>Everything nonsingular.</summary>
    All = PositiveDefinite | Indefinite | General | Contracting | BadlyScaled,
}
