using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>Where an alternation between problems is.</summary>
/// <param name="State">The parameters of all problems.</param>
/// <param name="Hyper">Those of the problem that the loop is over.</param>
/// <param name="Outer">Its optimizer, without bounds.</param>
/// <param name="Lower">The optimizers of the others that are stepped.</param>
/// <param name="Mover">What moves λ, in words.</param>
internal sealed record AlternationPosition<T>(LevelPoint State, T Hyper, OptimizerState<T> Outer, ImmutableArray<LevelOptimizer> Lower, string Mover)
    : LoopPosition<LevelPoint, T>(State, Hyper);
