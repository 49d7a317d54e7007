namespace Hyperdiff;

/// <summary>Steps of a descent, which moves w and λ together.</summary>
internal sealed class DescentRule<TState, THyper>(SampledProblem<TState, THyper> problem, Descent descent) : LoopRule<TState, THyper>
{
    private const string Before = "before ";
    private const string Steps = "steps";

    public override string Name => $"{descent.Name} on {problem}";

    public override RandomKey DefaultKey => descent.Key;

    public override Ranks? Ranks => problem.Ranks;

    public override void Require(OuterLoop<TState, THyper> loop)
    {
        (string What, bool Wanted)[] refused =
        [
            ("an optimizer", loop.Optimizer is not null), ("Accumulating", loop.Gradients > 1), ("Coupled", loop.Coupling is not null),
            ("Within", !loop.Bounds.IsEmpty), ("StepFailure.Tighten", loop.Failure.Attempts > 1), ("WatchedSolves", loop.Solves is not null),
            ("ColdStarts", !loop.WarmStarts),
        ];
        if (refused.FirstOrDefault(option => option.Wanted) is { What: { } what })
        {
            throw new ArgumentException(
                $"OuterLoop: {descent.Name} moves w and λ by itself, with rates of its own, and takes no other rule: leave out {what}.");
        }
    }

    public override LoopPosition<TState, THyper> Begin(TState start, THyper hyper, OuterLoop<TState, THyper> loop)
    {
        // what would end it is not asked for
        DescentSteps<TState, THyper> steps = (descent with { Key = loop.Key, Tolerance = 0 }).On(problem, start, hyper);
        return new DescentPosition<TState, THyper>(steps.Start, steps);
    }

    public override (FlatTree<TState> State, FlatTree<THyper> Hyper) Flatten(TState state, THyper hyper)
    {
        BilevelPoint point = problem.PointAt(state, hyper, null);
        return ((FlatTree<TState>)point.State, (FlatTree<THyper>)point.Hyper);
    }

    public override string Mover(LoopPosition<TState, THyper> position) => descent.Name;

    public override void Write(LoopPosition<TState, THyper> position, StructureArchive archive)
    {
        var descent = (DescentPosition<TState, THyper>)position;
        Write(descent.At, archive, string.Empty);
        archive.Add("length", descent.Length);
        archive.Add("failed", descent.Failed);
        archive.Add("rolls back", descent.Anchor is null ? 0 : 1);
        if (descent.Anchor is { } anchor)
        {
            Write(anchor.Before, archive, Before);
            archive.Add(Before + Steps, anchor.Before.Steps);
            archive.Add(Before + "length", anchor.Length);
        }
    }

    public override LoopPosition<TState, THyper> Read(StructureArchive archive, LoopPosition<TState, THyper> like, OuterLoop<TState, THyper> loop)
    {
        var begun = (DescentPosition<TState, THyper>)like;
        return new DescentPosition<TState, THyper>(Read(archive, begun.At, string.Empty), begun.Steps)
        {
            Length = archive.Number("length"),
            Failed = (int)archive.Number("failed"),
            Anchor = archive.Number("rolls back") == 0 ? null : (Read(archive, begun.At, Before), archive.Number(Before + "length")),
        };
    }

    public override MadeStep<TState, THyper> Step(
        LoopPosition<TState, THyper> position, int number, OuterLoop<TState, THyper> loop, CancellationToken cancellation)
    {
        var at = (DescentPosition<TState, THyper>)position;
        (DescentState<TState, THyper>? next, StepRecord record, string why) = Tried(at, number, loop, cancellation);
        cancellation.ThrowIfCancellationRequested();
        DescentPosition<TState, THyper> moved = record.IsTrusted ? Moved(at, next!, loop) : Failed(at, (next, record, why), loop);
        return new MadeStep<TState, THyper>(record, at.At.State, at.At.Hyper, moved);
    }

    private (DescentState<TState, THyper>? Next, StepRecord Record, string Why) Tried(
        DescentPosition<TState, THyper> at, int number, OuterLoop<TState, THyper> loop, CancellationToken cancellation)
    {
        var record = new StepRecord { Step = number, Value = double.NaN, GradientNorm = double.NaN, Warnings = at.Steps.Warnings };
        try
        {
            (DescentState<TState, THyper> next, double residual, bool sound, double value) = at.Steps.Shortened(at.Length).StepFrom(at.At, cancellation);
            loop.Ranks.RequireNoFailure();
            record = record with { Value = value, GradientNorm = residual };
            if (sound && double.IsFinite(residual) && double.IsFinite(value))
            {
                return (next, record with { IsTrusted = true }, string.Empty);
            }

            var report = new SolveReport(descent.Name, sound ? SolveStatus.NonFiniteIterate : SolveStatus.Breakdown, number, residual, double.PositiveInfinity,
                next.Counts.HessianProducts, next.Counts.MixedProducts, double.NaN)
            {
                Kind = SolverKind.JointDescent,
            };
            return (next, record with { IsTrusted = false, Reports = [report], Outcome = loop.Failure.Outcome },
                sound ? string.Empty : $"no step could be made: {descent.WhyNoStep}");
        }
        catch (Exception exception) when (loop.Failure.Takes(exception))
        {
            loop.Ranks.TellFailure(exception);
            return (null, record with { IsTrusted = false, Reports = (exception as SolveException)?.Reports ?? [], Outcome = loop.Failure.Outcome },
                exception.Message);
        }
    }

    private static DescentPosition<TState, THyper> Moved(
        DescentPosition<TState, THyper> at, DescentState<TState, THyper> next, OuterLoop<TState, THyper> loop) => new(next, at.Steps)
        {
            Length = Math.Min(1, 2 * at.Length),
            Anchor = loop.Failure.Outcome == StepOutcome.RolledBack ? (at.At, at.Length) : null,
        };

    private static DescentPosition<TState, THyper> Failed(
        DescentPosition<TState, THyper> at, (DescentState<TState, THyper>? Next, StepRecord Record, string Why) tried, OuterLoop<TState, THyper> loop)
    {
        (DescentState<TState, THyper>? next, StepRecord record, string why) = tried;
        if (!loop.Failure.GoesOnAfter(at.Failed, at.Anchor is not null))
        {
            throw loop.Failure.Ending($"step {record.Step}", at.Failed, why, record.Reports);
        }

        OracleCounts counts = next?.Counts ?? at.At.Counts;
        if (loop.Failure.Outcome == StepOutcome.Skipped)
        {
            return new(at.At.After(record.Step + 1, counts), at.Steps) { Length = at.Length, Failed = at.Failed + 1 };
        }

        // the same step, with the samples of that time, goes half as far
        (DescentState<TState, THyper> before, double length) = (at.Anchor!.Value.Before, at.Anchor.Value.Length / 2);
        DescentState<TState, THyper> nearer = at.Steps.Shortened(length).Next(before);
        return new(nearer.After(record.Step + 1, counts + at.Steps.CountsPerStep), at.Steps)
        {
            Length = length,
            Failed = at.Failed + 1,
            Anchor = (before, length),
        };
    }

    private void Write(DescentState<TState, THyper> at, StructureArchive archive, string prefix)
    {
        (FlatTree<TState> state, FlatTree<THyper> hyper) = Flatten(at.State, at.Hyper);
        archive.Add(prefix + "state", state);
        archive.Add(prefix + "hyper", hyper);
        foreach (DescentMemory memory in at.Memory)
        {
            archive.Add($"{prefix}memory {memory.Name}", memory.Leaves);
        }

        foreach ((string name, long count) in Counted(at.Counts))
        {
            archive.Add(prefix + name, count);
        }
    }

    private DescentState<TState, THyper> Read(StructureArchive archive, DescentState<TState, THyper> like, string prefix)
    {
        (FlatTree<TState> state, FlatTree<THyper> hyper) = Flatten(like.State, like.Hyper);
        DescentMemory[] memory = [.. like.Memory.Select(slot => Read(archive, slot, prefix))];
        long[] counts = [.. Counted(null).Select(count => (long)archive.Number(prefix + count.Name))];
        return new DescentState<TState, THyper>(
            ((FlatTree<TState>)archive.Tree(prefix + "state", state)).Value, ((FlatTree<THyper>)archive.Tree(prefix + "hyper", hyper)).Value, [.. memory],
            (int)archive.Number(prefix + Steps), new OracleCounts(counts[0], counts[1], counts[2], counts[3]));
    }

    private static DescentMemory Read(StructureArchive archive, DescentMemory like, string prefix)
    {
        Tensor[] leaves = archive.Tensors($"{prefix}memory {like.Name}");
        return leaves.Select(leaf => leaf.Type).SequenceEqual(like.Leaves.Select(leaf => leaf.Type)) ? like with { Leaves = [.. leaves] }
            : throw archive.Foreign("memory", $"the leaves of {like.Name} are not like those of this problem");
    }

    private static (string Name, long Count)[] Counted(OracleCounts? counts) =>
    [
        ("inner gradients", counts?.InnerGradients ?? 0), ("outer gradients", counts?.OuterGradients ?? 0), ("Hessian products", counts?.HessianProducts ?? 0),
        ("mixed products", counts?.MixedProducts ?? 0),
    ];
}
