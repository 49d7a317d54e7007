namespace Hyperdiff;

/// <summary>What a problem sees while a total derivative is taken: variables where they are bound, solutions of what is below the problem at the top, and given
/// parameters of the rest.</summary>
/// <param name="problems">All problems.</param>
/// <param name="point">Their parameters.</param>
/// <param name="frame">Within whose functions this is.</param>
/// <param name="stepped">The problems that stay where they are, since optimizers step them.</param>
internal sealed class LevelView(MultiLevel problems, LevelPoint point, LevelFrame frame, IReadOnlySet<Level> stepped) : LevelScope
{
    public override T Parameters<T>(Level<T> upper)
    {
        ArgumentNullException.ThrowIfNull(upper);
        problems.Order.Require(new LevelEdge(upper, frame.Level, NeedsSolution: false));
        (LevelFrame top, T? bound, bool isBound) = (frame, default, false);
        for (LevelFrame? at = frame; at is not null; at = at.Outer)
        {
            top = at;
            if (!isBound && at.Level == upper)
            {
                (bound, isBound) = ((T)at.Parameters, true);
            }
        }

        return isBound ? bound! : problems.Order.IsBelow(upper, top.Level) ? Solved(upper, problems.Problem(upper).Response) : point.Of(upper);
    }

    public override T Solution<T>(Level<T> lower, Response? response = null)
    {
        ArgumentNullException.ThrowIfNull(lower);
        problems.Order.Require(new LevelEdge(frame.Level, lower, NeedsSolution: true));
        return Solved(lower, response ?? problems.Problem(lower).Response);
    }

    /// <summary>The solution of a problem, found in the outermost frame that it can be found in, once.</summary>
    private T Solved<T>(Level<T> level, Response how)
    {
        LevelFrame home = frame;
        while (home.Outer is { } outer && !problems.Order.DependsOn(level, home.Level))
        {
            home = outer;
        }

        if (!home.Solutions.TryGetValue((level, how), out object? known))
        {
            known = problems.Problem(level).Solve(point.Of(level), own => new LevelView(problems, point, new LevelFrame(level, own!, home), stepped), how,
                stepped.Contains(level))!;
            home.Solutions[(level, how)] = known;
        }

        return (T)known;
    }
}
