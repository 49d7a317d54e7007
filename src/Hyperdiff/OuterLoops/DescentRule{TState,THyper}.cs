namespace Hyperdiff;

/// <summary>Steps of a descent, which moves w and λ together.</summary>
internal sealed class DescentRule<TState, THyper>(SampledProblem<TState, THyper> problem, Descent descent) : LoopRule<TState, THyper>
{
    public override string Name => $"{descent.Name} on {problem}";

    public override RandomKey DefaultKey => descent.Key;

    public override Ranks? Ranks => problem.Ranks;

    public override void Require(OuterLoop<TState, THyper> loop)
    {
        (string What, bool Wanted)[] refused =
        [
            ("an optimizer", loop.Optimizer is not null), ("Accumulating", loop.Gradients > 1), ("Coupled", loop.Coupling is not null),
            ("Within", !loop.Bounds.IsEmpty), ("a policy for failures", loop.Failure != StepFailure.Throw), ("WatchedSolves", loop.Solves is not null),
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
        DescentSteps<TState, THyper> steps = (descent with { Key = loop.Key }).On(problem, start, hyper);
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
        DescentState<TState, THyper> at = ((DescentPosition<TState, THyper>)position).At;
        (FlatTree<TState> state, FlatTree<THyper> hyper) = Flatten(at.State, at.Hyper);
        archive.Add("state", state);
        archive.Add("hyper", hyper);
        foreach (DescentMemory memory in at.Memory)
        {
            archive.Add($"memory {memory.Name}", memory.Leaves);
        }

        OracleCounts counts = at.Counts;
        foreach ((string name, long count) in Counted(counts))
        {
            archive.Add(name, count);
        }
    }

    public override LoopPosition<TState, THyper> Read(StructureArchive archive, LoopPosition<TState, THyper> like, OuterLoop<TState, THyper> loop)
    {
        var begun = (DescentPosition<TState, THyper>)like;
        (FlatTree<TState> state, FlatTree<THyper> hyper) = Flatten(like.State, like.Hyper);
        DescentMemory[] memory = [.. begun.At.Memory.Select(slot => Read(archive, slot))];
        long[] counts = [.. Counted(null).Select(count => (long)archive.Number(count.Name))];
        var at = new DescentState<TState, THyper>(
            ((FlatTree<TState>)archive.Tree("state", state)).Value, ((FlatTree<THyper>)archive.Tree("hyper", hyper)).Value, [.. memory],
            (int)archive.Number("steps"), new OracleCounts(counts[0], counts[1], counts[2], counts[3]));
        return new DescentPosition<TState, THyper>(at, begun.Steps);
    }

    public override MadeStep<TState, THyper> Step(
        LoopPosition<TState, THyper> position, int number, OuterLoop<TState, THyper> loop, CancellationToken cancellation)
    {
        (DescentState<TState, THyper> at, DescentSteps<TState, THyper> steps) = (DescentPosition<TState, THyper>)position;
        (DescentState<TState, THyper> next, double residual, bool sound, double value) = steps.StepFrom(at, cancellation);
        cancellation.ThrowIfCancellationRequested();
        if (!sound || !double.IsFinite(residual) || !double.IsFinite(value))
        {
            var report = new SolveReport(descent.Name, sound ? SolveStatus.NonFiniteIterate : SolveStatus.Breakdown, number, residual, double.PositiveInfinity,
                next.Counts.HessianProducts, next.Counts.MixedProducts, double.NaN)
            {
                Kind = SolverKind.JointDescent,
            };
            throw new SolveException(
                $"OuterLoop: step {number} could not be made{(sound ? string.Empty : $" ({descent.WhyNoStep})")}; the run stays before it.",
                [report]);
        }

        var record = new StepRecord { Step = number, Value = value, GradientNorm = residual };
        return new MadeStep<TState, THyper>(record, at.State, at.Hyper, new DescentPosition<TState, THyper>(next, steps));
    }

    private static DescentMemory Read(StructureArchive archive, DescentMemory like)
    {
        Tensor[] leaves = archive.Tensors($"memory {like.Name}");
        return leaves.Select(leaf => leaf.Type).SequenceEqual(like.Leaves.Select(leaf => leaf.Type)) ? like with { Leaves = [.. leaves] }
            : throw archive.Foreign("memory", $"the leaves of {like.Name} are not like those of this problem");
    }

    private static (string Name, long Count)[] Counted(OracleCounts? counts) =>
    [
        ("inner gradients", counts?.InnerGradients ?? 0), ("outer gradients", counts?.OuterGradients ?? 0), ("Hessian products", counts?.HessianProducts ?? 0),
        ("mixed products", counts?.MixedProducts ?? 0),
    ];
}
