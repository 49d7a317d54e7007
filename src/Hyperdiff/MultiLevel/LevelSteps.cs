namespace Hyperdiff;

/// <summary>How one of several problems is stepped while an outer loop alternates between them. Made by <see cref="Level{T}.StepsBy"/>.</summary>
public abstract class LevelSteps
{
    private protected LevelSteps(int steps) => Steps = steps;

    /// <summary>The problem.</summary>
    internal abstract Level Level { get; }

    /// <summary>How many steps for every step of the problem that the loop is over.</summary>
    internal int Steps { get; }

    /// <summary>The kind of optimizer.</summary>
    internal abstract string Rule { get; }

    /// <summary>The optimizer before its first step.</summary>
    /// <inheritdoc/>
    public override string ToString() => Rule;

    internal abstract LevelOptimizer Begin(LevelPoint point);
}

/// <summary>The steps of a problem whose parameters are of a type.</summary>
internal sealed class LevelSteps<T>(Level<T> level, Optimizer optimizer, int steps) : LevelSteps(steps)
{
    internal override Level Level => level;

    internal override string Rule => $"{level.Name}: {Steps} of {optimizer.Rule}";

    internal override LevelOptimizer Begin(LevelPoint point) => new LevelOptimizer<T>(level, optimizer.Start(point.Of(level), level.Tree));
}
