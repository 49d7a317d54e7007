using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>Steps of optimizers on several problems in turn: so many of each for one of the problem that the loop is over, and every memory kept.</summary>
internal sealed class AlternationRule<T> : LoopRule<LevelPoint, T>
{
    private const string Before = "before ";

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
            ("StepFailure.Tighten", loop.Failure.Attempts > 1), ("WatchedSolves", loop.Solves is not null),
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
        Write(at, archive, string.Empty);
        archive.Add("failed", at.Failed);
        archive.Add("rolls back", at.Anchor is null ? 0 : 1);
        if (at.Anchor is { } anchor)
        {
            Write(anchor.Before, archive, Before);
            archive.Add(Before + "gradient", new FlatTree<T>(_top.Tree, anchor.Gradient, "gradient"));
        }
    }

    public override LoopPosition<LevelPoint, T> Read(StructureArchive archive, LoopPosition<LevelPoint, T> like, OuterLoop<LevelPoint, T> loop)
    {
        var begun = (AlternationPosition<T>)like;
        AlternationPosition<T> read = Read(archive, begun, string.Empty) with { Failed = (int)archive.Number("failed") };
        return archive.Number("rolls back") == 0 ? read : read with
        {
            Anchor = (Read(archive, begun, Before),
                ((FlatTree<T>)archive.Tree(Before + "gradient", new FlatTree<T>(_top.Tree, begun.Outer.Parameters, "gradient"))).Value),
        };
    }

    public override MadeStep<LevelPoint, T> Step(
        LoopPosition<LevelPoint, T> position, int number, OuterLoop<LevelPoint, T> loop, CancellationToken cancellation)
    {
        using Work.Scope work = Work.Under(cancellation);
        var at = (AlternationPosition<T>)position;
        (AlternationPosition<T> reached, LevelGradient<T>? gradient, Trouble? trouble) = Tried(at, number, loop, cancellation);
        cancellation.ThrowIfCancellationRequested();
        var record = new StepRecord
        {
            Step = number,
            Value = gradient?.Value ?? double.NaN,
            GradientNorm = gradient is null ? double.NaN
                : new LeafVector(new FlatTree<T>(_top.Tree, gradient.Gradient, _top.Name).ActiveTensors).Magnitude(),
            Reports = trouble?.Reports ?? gradient!.Reports,
            Warnings = gradient?.Warnings ?? [],
            Outcome = trouble is null ? StepOutcome.Taken : loop.Failure.Outcome,
            IsTrusted = trouble is null,
        };
        AlternationPosition<T> next = trouble is null ? Moved(reached, gradient!.Gradient, loop, number) : Failed(reached, trouble, loop);
        return new MadeStep<LevelPoint, T>(record, reached.State, at.Hyper, next) { Gradient = gradient is null ? default : gradient.Gradient };
    }

    // how far steps that are to be trusted led, the derivative there, and what is not to be trusted
    private (AlternationPosition<T> Reached, LevelGradient<T>? Gradient, Trouble? Trouble) Tried(
        AlternationPosition<T> at, int number, OuterLoop<LevelPoint, T> loop, CancellationToken cancellation)
    {
        AlternationPosition<T> reached = at;
        LevelGradient<T>? gradient = null;
        Trouble? trouble = null;
        try
        {
            for (int tick = 0; tick < _ticks && trouble is null; tick++)
            {
                (reached, trouble) = Stepped(reached, (number, tick), loop, cancellation);
            }

            if (trouble is null)
            {
                gradient = At(loop.Key, number, _ticks).Gradient(_top, reached.State, _stepped);
                reached = gradient.Converged ? reached with { State = gradient.Point } : reached;
                trouble = gradient.Converged ? null : new Trouble($"the derivative of {_top} in step {number}", $"{gradient}", gradient.Reports);
            }

            loop.Ranks.RequireNoFailure();
        }
        catch (Exception exception) when (loop.Failure.Takes(exception))
        {
            loop.Ranks.TellFailure(exception);
            trouble = new Trouble($"step {number}", exception.Message, (exception as SolveException)?.Reports ?? []);
        }

        return (reached, gradient, trouble);
    }

    // one step of all whose turn it is
    private (AlternationPosition<T> Reached, Trouble? Trouble) Stepped(
        AlternationPosition<T> at, (int Number, int Tick) step, OuterLoop<LevelPoint, T> loop, CancellationToken cancellation)
    {
        MultiLevel problems = At(loop.Key, step.Number, step.Tick);
        foreach (int i in Due(step.Tick, problems))
        {
            cancellation.ThrowIfCancellationRequested();
            (LevelOptimizer lower, LevelPoint point, ImmutableArray<SolveReport> reports, bool converged) = at.Lower[i].Step(problems, at.State, _stepped);
            if (!converged)
            {
                return (at, new Trouble($"the derivative of {_steps[i].Level} in step {step.Number}", "A solve failed, or a number is not finite.", reports));
            }

            at = at with { State = point, Lower = at.Lower.SetItem(i, lower) };
        }

        return (at, null);
    }

    private AlternationPosition<T> Moved(AlternationPosition<T> at, T gradient, OuterLoop<LevelPoint, T> loop, int number)
    {
        T free = new Bounds<T>(_top.Tree, loop.Bounds).Pullback(at.Outer.Parameters, gradient);
        AlternationPosition<T> moved = Along(at, free, loop);
        RequireNumbers(new FlatTree<T>(_top.Tree, moved.Hyper, _top.Name), loop, number);
        return moved with
        {
            Length = Math.Min(1, 2 * at.Length),
            Failed = 0,
            Anchor = loop.Failure.Outcome == StepOutcome.RolledBack ? (at with { Anchor = null }, free) : null,
        };
    }

    private AlternationPosition<T> Failed(AlternationPosition<T> at, Trouble trouble, OuterLoop<LevelPoint, T> loop)
    {
        if (!loop.Failure.GoesOnAfter(at.Failed, at.Anchor is not null))
        {
            throw loop.Failure.Ending(trouble.What, at.Failed, trouble.Why, trouble.Reports);
        }

        if (loop.Failure.Outcome == StepOutcome.Skipped)
        {
            return at with { Failed = at.Failed + 1 };
        }

        (AlternationPosition<T> before, T free) = at.Anchor!.Value;
        AlternationPosition<T> shorter = before with { Length = before.Length / 2 };
        return Along(shorter, free, loop) with { Failed = at.Failed + 1, Anchor = (shorter, free) };
    }

    // λ along a gradient in u, as far as the position says
    private AlternationPosition<T> Along(AlternationPosition<T> at, T free, OuterLoop<LevelPoint, T> loop)
    {
        OptimizerState<T> next = Along(loop.Optimizer!, at.Outer, free, at.Length);
        T hyper = new Bounds<T>(_top.Tree, loop.Bounds).Constrain(next.Parameters);
        return at with { State = at.State.With(_top, hyper), Hyper = hyper, Outer = next };
    }

    private void Write(AlternationPosition<T> at, StructureArchive archive, string prefix)
    {
        archive.Add(prefix + "state", Flatten(at.State, at.Hyper).State);
        archive.Add(prefix + "optimizer", Flat(at.Outer));
        archive.Add(prefix + "length", at.Length);
        for (int i = 0; i < _steps.Length; i++)
        {
            archive.Add($"{prefix}optimizer of {_steps[i].Level.Name}", at.Lower[i].Flat);
        }
    }

    private AlternationPosition<T> Read(StructureArchive archive, AlternationPosition<T> begun, string prefix)
    {
        var state = ((FlatTree<LevelPoint>)archive.Tree(prefix + "state", Flatten(begun.State, begun.Hyper).State)).Value;
        OptimizerState<T> outer = ((FlatTree<OptimizerState<T>>)archive.Tree(prefix + "optimizer", Flat(begun.Outer))).Value;
        return new AlternationPosition<T>(state, state.Of(_top), outer,
            [.. _steps.Select((each, i) => begun.Lower[i].With(archive.Tree($"{prefix}optimizer of {each.Level.Name}", begun.Lower[i].Flat)))], begun.Mover)
        {
            Length = archive.Number(prefix + "length"),
        };
    }

    // those whose share of the ticks comes round now, what is needed by others first
    private IEnumerable<int> Due(int tick, MultiLevel problems) => Enumerable.Range(0, _steps.Length)
        .Where(i => (long)(tick + 1) * _steps[i].Steps / _ticks > (long)tick * _steps[i].Steps / _ticks)
        .OrderBy(i => _steps.Count(other => problems.Order.IsBelow(other.Level, _steps[i].Level)));

    private MultiLevel At(RandomKey key, int step, int tick) => Given(_problems(key.Fold(step).Fold(tick)));

    private static MultiLevel Given(MultiLevel problems) => Allowed.Returned(problems, "OuterLoop.Over: the function from keys to problems");

    private static FlatTree<OptimizerState<T>> Flat(OptimizerState<T> state) => new(state.Tree, state, "λ");

    private sealed record Trouble(string What, string Why, ImmutableArray<SolveReport> Reports);
}
