using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>Where an alternation between problems is.</summary>
/// <param name="State">The parameters of all problems.</param>
/// <param name="Hyper">Those of the problem that the loop is over.</param>
/// <param name="Outer">Its optimizer, without bounds.</param>
/// <param name="Lower">The optimizers of the others that are stepped.</param>
/// <param name="Mover">What moves λ, in words.</param>
internal sealed record AlternationPosition<T>(LevelPoint State, T Hyper, OptimizerState<T> Outer, ImmutableArray<LevelOptimizer> Lower, string Mover)
    : LoopPosition<LevelPoint, T>(State, Hyper)
{
    /// <summary>The part of a step that is made: less than 1 after the loop was rolled back.</summary>
    public double Length { get; init; } = 1;

    /// <summary>How many steps in a row were not trusted.</summary>
    public int Failed { get; init; }

    /// <summary>Where the last trusted derivative was found, and along what λ was moved; null where there was none, or the loop does not roll back.</summary>
    public (AlternationPosition<T> Before, T Gradient)? Anchor { get; init; }
}
