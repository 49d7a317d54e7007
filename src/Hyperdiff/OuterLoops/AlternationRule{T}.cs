using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>Steps of optimizers on several problems in turn: so many of each for one of the problem that the loop is over, and every memory kept.</summary>
internal sealed class AlternationRule<T> : LoopRule<LevelPoint, T>
{
    private readonly Func<RandomKey, MultiLevel> _problems;
    private readonly Level<T> _top;
    private readonly ImmutableArray<LevelSteps> _steps;
    private readonly HashSet<Level> _stepped;
    private readonly int _ticks;

    // for whatever key: asked for once, on all ranks together
    private readonly Lazy<MultiLevel> _any;

    /// <summary>An alternation.</summary>
    /// <param name="problems">All problems, for a key.</param>
    /// <param name="top">The problem that the loop is over.</param>
    /// <param name="steps">The others that are stepped.</param>
    public AlternationRule(Func<RandomKey, MultiLevel> problems, Level<T> top, ImmutableArray<LevelSteps> steps)
    {
        (_problems, _top, _steps, _any) = (problems, top, steps, new(() => Given(problems(RandomKey.FromSeed(0)))));
        _stepped = [.. steps.Select(each => each.Level)];
        _ticks = steps.IsEmpty ? 1 : steps.Max(each => each.Steps);
        if (_stepped.Count != steps.Length || _stepped.Contains(top))
        {
            string twice = (_stepped.Contains(top) ? top : steps.GroupBy(each => each.Level).First(group => group.Count() > 1).Key).Name;
            throw new ArgumentException($"OuterLoop.Over: {twice} is stepped twice; the loop's own problem is stepped by the optimizer of With.",
                nameof(steps));
        }
    }

    public override string Name => $"alternation over {_top.Name} ({string.Join(", ", _steps.Select(each => each.Rule))})";

    public override void Require(OuterLoop<LevelPoint, T> loop)
    {
        if (loop.Optimizer is null)
        {
            throw new ArgumentException($"OuterLoop: {Name} needs an optimizer that moves {_top.Name}: add .With(Optimizer.Adam(0.1)).");
        }

        (string What, bool Wanted)[] refused =
        [
            ("Accumulating", loop.Gradients > 1), ("Coupled", loop.Coupling is not null), ("ColdStarts", !loop.WarmStarts),
            ("a policy for failures", loop.Failure != StepFailure.Throw), ("WatchedSolves", loop.Solves is not null),
        ];
        if (refused.FirstOrDefault(option => option.Wanted) is { What: { } what })
        {
            throw new ArgumentException($"OuterLoop: an alternation between problems has no use for {what}: leave it out.");
        }

        MultiLevel problems = At(loop.Key, 0, 0);
        foreach (Level level in _stepped.Append(_top))
        {
            if (!problems.Levels.Contains(level))
            {
                throw new ArgumentException($"OuterLoop.Over: {level} is not among the problems {string.Join(", ", problems.Levels)}.");
            }
        }
    }

    public override LoopPosition<LevelPoint, T> Begin(LevelPoint start, T hyper, OuterLoop<LevelPoint, T> loop)
    {
        LevelPoint point = start.With(_top, hyper);
        var bounds = new Bounds<T>(_top.Tree, loop.Bounds);
        OptimizerState<T> outer = loop.Optimizer!.Start(bounds.Free(hyper), _top.Tree);
        return new AlternationPosition<T>(point, hyper, outer, [.. _steps.Select(each => each.Begin(point))], MoverOf(loop.Optimizer, bounds));
    }

    public override (FlatTree<LevelPoint> State, FlatTree<T> Hyper) Flatten(LevelPoint state, T hyper) => (
        new FlatTree<LevelPoint>(new LevelPointTree(_any.Value), state, string.Empty), new FlatTree<T>(_top.Tree, hyper, _top.Name));

    public override string Mover(LoopPosition<LevelPoint, T> position) => ((AlternationPosition<T>)position).Mover;

    public override void Write(LoopPosition<LevelPoint, T> position, StructureArchive archive)
    {
        var at = (AlternationPosition<T>)position;
        archive.Add("state", Flatten(at.State, at.Hyper).State);
        archive.Add("optimizer", Flat(at.Outer));
        for (int i = 0; i < _steps.Length; i++)
        {
            archive.Add($"optimizer of {_steps[i].Level.Name}", at.Lower[i].Flat);
        }
    }

    public override LoopPosition<LevelPoint, T> Read(StructureArchive archive, LoopPosition<LevelPoint, T> like, OuterLoop<LevelPoint, T> loop)
    {
        var begun = (AlternationPosition<T>)like;
        var state = ((FlatTree<LevelPoint>)archive.Tree("state", Flatten(like.State, like.Hyper).State)).Value;
        OptimizerState<T> outer = ((FlatTree<OptimizerState<T>>)archive.Tree("optimizer", Flat(begun.Outer))).Value;
        return new AlternationPosition<T>(state, state.Of(_top), outer,
            [.. _steps.Select((each, i) => begun.Lower[i].With(archive.Tree($"optimizer of {each.Level.Name}", begun.Lower[i].Flat)))], begun.Mover);
    }

    public override MadeStep<LevelPoint, T> Step(
        LoopPosition<LevelPoint, T> position, int number, OuterLoop<LevelPoint, T> loop, CancellationToken cancellation)
    {
        using Graphs.Work.Scope work = Graphs.Work.Under(cancellation);
        var at = (AlternationPosition<T>)position;
        (LevelPoint point, LevelOptimizer[] lower) = (at.State, [.. at.Lower]);
        for (int tick = 0; tick < _ticks; tick++)
        {
            MultiLevel problems = At(loop.Key, number, tick);
            foreach (int i in Due(tick, problems))
            {
                cancellation.ThrowIfCancellationRequested();
                (lower[i], point, ImmutableArray<SolveReport> reports, bool converged) = lower[i].Step(problems, point, _stepped);
                if (!converged)
                {
                    throw Failed(number, _steps[i].Level, reports, string.Empty);
                }
            }
        }

        LevelGradient<T> gradient = At(loop.Key, number, _ticks).Gradient(_top, point, _stepped);
        cancellation.ThrowIfCancellationRequested();
        if (!gradient.Converged)
        {
            throw Failed(number, _top, gradient.Reports, $"\n{gradient}");
        }

        var bounds = new Bounds<T>(_top.Tree, loop.Bounds);
        OptimizerState<T> next = loop.Optimizer!.Next(at.Outer, bounds.Pullback(at.Outer.Parameters, gradient.Gradient));
        T hyper = bounds.Constrain(next.Parameters);
        var record = new StepRecord
        {
            Step = number,
            Value = gradient.Value,
            GradientNorm = new LeafVector(new FlatTree<T>(_top.Tree, gradient.Gradient, _top.Name).ActiveTensors).Magnitude(),
            Reports = gradient.Reports,
            Warnings = gradient.Warnings,
        };
        var moved = new AlternationPosition<T>(gradient.Point.With(_top, hyper), hyper, next, [.. lower], at.Mover);
        return new MadeStep<LevelPoint, T>(record, gradient.Point, at.Hyper, moved) { Gradient = gradient.Gradient };
    }

    // those whose share of the ticks comes round now, what is needed by others first
    private IEnumerable<int> Due(int tick, MultiLevel problems) => Enumerable.Range(0, _steps.Length)
        .Where(i => (long)(tick + 1) * _steps[i].Steps / _ticks > (long)tick * _steps[i].Steps / _ticks)
        .OrderBy(i => _steps.Count(other => problems.Order.IsBelow(other.Level, _steps[i].Level)));

    private MultiLevel At(RandomKey key, int step, int tick) => Given(_problems(key.Fold(step).Fold(tick)));

    private static MultiLevel Given(MultiLevel problems) => Allowed.Returned(problems, "OuterLoop.Over: the function from keys to problems");

    private static FlatTree<OptimizerState<T>> Flat(OptimizerState<T> state) => new(state.Tree, state, "λ");

    private static SolveException Failed(int step, Level level, ImmutableArray<SolveReport> reports, string description) => new(
        $"OuterLoop: the derivative of {level} in step {step} is not to be trusted; the run stays before the step.{description}", reports);
}
