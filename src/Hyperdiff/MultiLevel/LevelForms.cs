using System.Collections.Concurrent;

namespace Hyperdiff;

/// <summary>The objectives of several problems, with the solutions that they rest on, as forms of their own parameters over a point: each is traced once per
/// combination of shapes and static members, and compiled once.</summary>
/// <remarks>The functions of the problems are pure by promise: what they capture is looked at, as by <see cref="FixedPointMap"/>'s <c>OfData</c>.</remarks>
/// <param name="problems">All problems.</param>
/// <param name="functions">The functions of all of them.</param>
internal sealed class LevelForms(MultiLevel problems, Delegate[] functions)
{
    private static readonly FlatTree<ValueTuple> s_none = new(Tree.Unit, default, string.Empty);

    private readonly ConcurrentDictionary<(Level Level, Axes Stepped, bool WithSolutions), object> _forms = new();
    private readonly LevelPointTree _points = new(problems);
    private int _traces;

    /// <summary>How often an objective was traced, with all that it rests on.</summary>
    public int Traces => Volatile.Read(ref _traces);

    /// <summary>The objective of a problem at a point, traced: its value, and then the leaves of the solutions that were found.</summary>
    /// <param name="level">The problem.</param>
    /// <param name="at">Its parameters.</param>
    /// <param name="point">What is given, and where solves begin.</param>
    /// <param name="stepped">The problems that stay where they are.</param>
    /// <returns>The call, and the problems that were solved.</returns>
    public (TracedCall<T> Call, Level[] Solved) At<T>(Level<T> level, T at, LevelPoint point, IReadOnlySet<Level> stepped)
    {
        var own = new FlatTree<T>(level.Tree, at, level.Name);
        own.RequireActive("A derivative");
        BoundGraph bound = Of(level, stepped, withSolutions: true).Bind(point).Bind(own, s_none);
        return (TracedCall<T>.Of(own, bound.Graph, bound.Operands(own.Tensors, [])), (Level[])bound.Auxiliary!);
    }

    /// <summary>The objective of a problem, over a point.</summary>
    /// <param name="level">The problem.</param>
    /// <param name="stepped">The problems that stay where they are.</param>
    /// <param name="withSolutions">Whether the leaves of the solutions that were found follow its value.</param>
    public Form<T, ValueTuple, LevelPoint> Of<T>(Level<T> level, IReadOnlySet<Level> stepped, bool withSolutions)
    {
        Axes staying = [.. Enumerable.Range(0, problems.Levels.Length).Where(i => stepped.Contains(problems.Levels[i]))];
        return (Form<T, ValueTuple, LevelPoint>)_forms.GetOrAdd((level, staying, withSolutions), _ => Made(level, stepped, withSolutions));
    }

    private Form<T, ValueTuple, LevelPoint> Made<T>(Level<T> level, IReadOnlySet<Level> stepped, bool withSolutions)
    {
        Func<T, LevelScope, Tensor> objective = problems.ObjectiveOf(level);
        return new Form<T, ValueTuple, LevelPoint>(
            level.Name,
            (_, own, _, point) =>
            {
                Interlocked.Increment(ref _traces);
                var frame = new LevelFrame(level, own!, null);
                Tensor value = objective(own, new LevelView(problems, point, frame, stepped));
                if (!withSolutions)
                {
                    return ObjectiveOutput.Of(level.Name, value);
                }

                Tensor[] solutions = [.. frame.Solutions.SelectMany(solution => problems.Leaves(solution.Key.Level, solution.Value))];
                return new FormOutput(
                    TracedCall<T>.RequireScalar("A gradient", value, solutions), frame.Solutions.Keys.Select(key => key.Level).ToArray());
            },
            (level.Tree, Tree.Unit, _points),
            new FormCache(functions));
    }
}
