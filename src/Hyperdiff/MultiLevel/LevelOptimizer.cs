using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>Where the optimizer of one of several problems is.</summary>
internal abstract class LevelOptimizer
{
    /// <summary>Its state as leaves.</summary>
    public abstract FlatTree Flat { get; }

    /// <summary>The same optimizer with other leaves.</summary>
    public abstract LevelOptimizer With(FlatTree flat);

    /// <summary>One step along the total derivative of the problem's objective.</summary>
    /// <returns>The optimizer and the point after it; and what its derivative rested on.</returns>
    public abstract (LevelOptimizer Next, LevelPoint Point, ImmutableArray<SolveReport> Reports, bool Converged) Step(
        MultiLevel problems, LevelPoint point, IReadOnlySet<Level> stepped);
}

/// <summary>The optimizer of a problem whose parameters are of a type.</summary>
internal sealed class LevelOptimizer<T>(Level<T> level, OptimizerState<T> state) : LevelOptimizer
{
    public override FlatTree Flat => new FlatTree<OptimizerState<T>>(state.Tree, state, level.Name);

    public override LevelOptimizer With(FlatTree flat) => new LevelOptimizer<T>(level, ((FlatTree<OptimizerState<T>>)flat).Value);

    public override (LevelOptimizer Next, LevelPoint Point, ImmutableArray<SolveReport> Reports, bool Converged) Step(
        MultiLevel problems, LevelPoint point, IReadOnlySet<Level> stepped)
    {
        LevelGradient<T> gradient = problems.Gradient(level, point, stepped);
        OptimizerState<T> next = state.Next(gradient.Gradient);
        return (new LevelOptimizer<T>(level, next), gradient.Point.With(level, next.Parameters), gradient.Reports, gradient.Converged);
    }
}
