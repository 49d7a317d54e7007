using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>Which problem is above which, and what the solution of each depends on.</summary>
/// <remarks>
/// X is above Y if X needs the solution of Y, or Y sees the parameters of X. The solution of Y is a function of the parameters that Y and everything whose
/// solution it needs see, less its own. In the total derivative of a problem everything below it is at its solution; everything else stays where it is.
/// </remarks>
internal sealed class LevelOrder
{
    private readonly ImmutableArray<LevelEdge> _edges;
    private readonly Dictionary<Level, HashSet<Level>> _below = [];
    private readonly Dictionary<Level, HashSet<Level>> _given = [];

    public LevelOrder(ImmutableArray<Level> levels, ImmutableArray<LevelEdge> edges)
    {
        _edges = edges;
        RequireDeclared(levels);
        if (Cycle(levels, Below) is { } cycle)
        {
            throw new ArgumentException(
                $"{Path(cycle)}: each of these problems is above the next, that is, needs its solution or is seen by it, so that none can be solved first. Cut "
                    + $"one of the edges {string.Join(", ", edges)}.");
        }

        RequireConnected(levels);
        foreach (Level level in levels)
        {
            _below[level] = Reach(level, Below);
            _given[level] = [];
        }

        foreach (Level level in levels.OrderBy(level => _below[level].Count))
        {
            _given[level] = [.. edges.Where(edge => edge.Lower == level && !edge.NeedsSolution).Select(edge => edge.Upper),
                .. Needed(level).SelectMany(lower => _given[lower])];
            _given[level].Remove(level);
        }

        foreach (Level level in levels)
        {
            if (Cycle([.. levels.Where(_below[level].Contains)], lower => _given[lower].Where(_below[level].Contains)) is { } game)
            {
                throw new ArgumentException(
                    $"{Path(game)}: the solution of each of these problems depends on the parameters of the next, through a problem that both need, and "
                        + $"{level} needs all of them solved. That is a game and not a hierarchy: put one above the other, or into one problem.");
            }
        }
    }

    /// <summary>Whether one problem is below another.</summary>
    public bool IsBelow(Level lower, Level upper) => _below[upper].Contains(lower);

    /// <summary>Whether the solution of a problem depends on the parameters of another, directly or through others that are solved.</summary>
    public bool DependsOn(Level solved, Level parameters) => Reach(solved, level => _given[level]).Contains(parameters);

    /// <summary>Throws unless a problem was seen to ask this of another.</summary>
    public void Require(LevelEdge edge)
    {
        if (!_edges.Contains(edge))
        {
            throw new InvalidOperationException(
                $"The edge {edge} was not there when the problems were put together: what a problem asks for must not depend on values.");
        }
    }

    private static string Path(IEnumerable<Level> levels) => string.Join(" → ", levels);

    private static HashSet<Level> Reach(Level from, Func<Level, IEnumerable<Level>> next)
    {
        var reached = new HashSet<Level>();
        var open = new Queue<Level>(next(from));
        while (open.TryDequeue(out Level? level))
        {
            if (reached.Add(level))
            {
                foreach (Level further in next(level))
                {
                    open.Enqueue(further);
                }
            }
        }

        return reached;
    }

    /// <summary>A path that ends where it begins; null if there is none.</summary>
    private static List<Level>? Cycle(IReadOnlyCollection<Level> levels, Func<Level, IEnumerable<Level>> next)
    {
        var done = new HashSet<Level>();
        var path = new List<Level>();
        return levels.Select(Visit).FirstOrDefault(cycle => cycle is not null);

        List<Level>? Visit(Level level)
        {
            if (path.IndexOf(level) is >= 0 and var begin)
            {
                return [.. path[begin..], level];
            }

            if (!done.Add(level))
            {
                return null;
            }

            path.Add(level);
            List<Level>? cycle = next(level).Select(Visit).FirstOrDefault(found => found is not null);
            path.Remove(level);
            return cycle;
        }
    }

    private IEnumerable<Level> Below(Level level) => _edges.Where(edge => edge.Upper == level).Select(edge => edge.Lower);

    private IEnumerable<Level> Needed(Level level) => _edges.Where(edge => edge.Upper == level && edge.NeedsSolution).Select(edge => edge.Lower);

    private void RequireDeclared(ImmutableArray<Level> levels)
    {
        if (levels.GroupBy(level => level.Name).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            throw new ArgumentException($"There are {twice.Count()} problems called {twice.Key}; every problem has a name of its own, and is declared once.");
        }

        if (_edges.FirstOrDefault(edge => !levels.Contains(edge.Upper) || !levels.Contains(edge.Lower)) is { } edge)
        {
            Level missing = levels.Contains(edge.Upper) ? edge.Lower : edge.Upper;
            throw new ArgumentException($"{edge}: {missing} is not among the problems; pass what it is to MultiLevel.Of as well.");
        }
    }

    private void RequireConnected(ImmutableArray<Level> levels)
    {
        IEnumerable<Level> Beside(Level level) =>
            _edges.Where(edge => edge.Upper == level || edge.Lower == level).SelectMany(edge => new[] { edge.Upper, edge.Lower });
        HashSet<Level> first = [levels[0], .. Reach(levels[0], Beside)];
        if (levels.Where(level => !first.Contains(level)).ToArray() is { Length: > 0 } rest)
        {
            throw new ArgumentException(
                $"No edge connects {string.Join(", ", levels.Where(first.Contains))} with {string.Join<Level>(", ", rest)}: they are problems of their own; "
                    + $"make a MultiLevel of each.");
        }
    }
}
