namespace Hyperdiff;

/// <summary>Steps of an optimizer along hypergradients.</summary>
internal sealed class HypergradientRule<TState, THyper> : LoopRule<TState, THyper>
{
    private readonly Func<RandomKey, BilevelProblem<TState, THyper>> _problem;
    private readonly HypergradientMethod _method;

    // one for whatever key, that says how states and λ are made of tensors, and what they are across: asked for once, on all ranks together, and not on the one
    // alone that writes a file
    private readonly Lazy<BilevelProblem<TState, THyper>> _any;

    // what is random in step k and gradient i: the data, and the method's own draws
    private const int Data = 0;
    private const int Draws = 1;

    /// <summary>Hypergradients of one problem.</summary>
    public HypergradientRule(BilevelProblem<TState, THyper> problem, HypergradientMethod method) =>
        (_problem, _method, Name, _any) = (_ => problem, method, $"{method.Title} over {problem}", new(problem));

    /// <summary>Hypergradients of a problem for each key.</summary>
    public HypergradientRule(Func<RandomKey, BilevelProblem<TState, THyper>> problem, HypergradientMethod method) =>
        (_problem, _method, Name, _any) = (problem, method, $"{method.Title} over a problem for every key", new(() => Given(problem(RandomKey.FromSeed(0)))));

    public override string Name { get; }

    public override Ranks? Ranks => _any.Value.Ranks;

    public override void Require(OuterLoop<TState, THyper> loop)
    {
        if (loop.Optimizer is null)
        {
            throw new ArgumentException($"OuterLoop: {Name} needs an optimizer that moves λ: add .With(Optimizer.Adam(0.1)).");
        }

        (string What, bool Wanted)[] forSolves = [("Coupled", loop.Coupling is not null), ("StepFailure.Tighten", loop.Failure.Attempts > 1)];
        foreach ((string what, bool wanted) in forSolves)
        {
            if (wanted && (_method is not ImplicitMethod || ProblemAt(loop.Key, 0, 0) is not SolvedProblem<TState, THyper>))
            {
                throw new ArgumentException(
                    $"OuterLoop: {what} sets the tolerances of a solver and of its adjoint, which {Name} does not have: leave it out, or use "
                        + "Hypergradient.Implicit over an inner problem with a solver.");
            }
        }
    }

    public override LoopPosition<TState, THyper> Begin(TState start, THyper hyper, OuterLoop<TState, THyper> loop)
    {
        BilevelProblem<TState, THyper> problem = ProblemAt(loop.Key, 0, 0);
        var flat = (FlatTree<THyper>)problem.PointAt(start, hyper, null).Hyper;
        THyper free = new Bounds<THyper>(flat.Tree, loop.Bounds).Free(hyper);
        return new HypergradientPosition<TState, THyper>(start, hyper, loop.Optimizer!.Start(free, flat.Tree), null)
        {
            Mover = MoverOf(loop.Optimizer, new Bounds<THyper>(flat.Tree, loop.Bounds)),
        };
    }

    public override (FlatTree<TState> State, FlatTree<THyper> Hyper) Flatten(TState state, THyper hyper)
    {
        BilevelProblem<TState, THyper> problem = _any.Value;
        BilevelPoint point = problem.PointAt(state, hyper, null);
        return (problem.ParametersOf(point.State), (FlatTree<THyper>)point.Hyper);
    }

    public override string Mover(LoopPosition<TState, THyper> position) => ((HypergradientPosition<TState, THyper>)position).Mover;

    public override void Write(LoopPosition<TState, THyper> position, StructureArchive archive) =>
        LoopArchive<TState, THyper>.Write((HypergradientPosition<TState, THyper>)position, archive, Flatten(position.State, position.Hyper).State);

    public override LoopPosition<TState, THyper> Read(StructureArchive archive, LoopPosition<TState, THyper> like, OuterLoop<TState, THyper> loop)
    {
        var expected = (HypergradientPosition<TState, THyper>)like;
        BilevelProblem<TState, THyper> problem = _any.Value;
        BilevelPoint point = problem.PointAt(like.State, like.Hyper, null);
        HypergradientPosition<TState, THyper> read = LoopArchive<TState, THyper>.Read(
            archive, expected, (problem.ParametersOf(point.State), point.State));
        return At(read, BoundsOf(read, loop));
    }

    public override MadeStep<TState, THyper> Step(
        LoopPosition<TState, THyper> position, int number, OuterLoop<TState, THyper> loop, CancellationToken cancellation)
    {
        var at = (HypergradientPosition<TState, THyper>)position;
        List<ComputedGradient<TState, THyper>> computed = [];
        for (int i = 0; i < loop.Gradients; i++)
        {
            ComputedGradient<TState, THyper> next = Compute(at, (number, i), loop, cancellation);
            cancellation.ThrowIfCancellationRequested();
            computed.Add(next);
            if (!next.IsTrusted)
            {
                break;
            }

            at = loop.WarmStarts ? at with { State = next.State, Warm = next.Warm, Coupled = next.Coupled } : at with { Coupled = next.Coupled };
        }

        ComputedGradient<TState, THyper> last = computed[^1];
        Tree<THyper> tree = at.Outer.ParameterTree;
        bool whole = computed.Count == loop.Gradients && last.IsTrusted;
        THyper? gradient = whole ? Mean(tree, computed) : last.Hypergradient is { } only ? only.Gradient : default;
        var record = new StepRecord
        {
            Step = number,
            Value = computed.Average(each => each.Value),
            GradientNorm = gradient is null ? double.NaN : Norm(tree, gradient),
            GradientError = computed.Average(each => each.Error),
            Attempts = computed.Max(each => each.Attempts),
            Reports = [.. computed.SelectMany(each => each.Reports)],
            Warnings = [.. computed.SelectMany(each => each.Warnings).Distinct()],
            Outcome = whole ? StepOutcome.Taken : loop.Failure.Outcome,
            IsTrusted = whole,
        };
        HypergradientPosition<TState, THyper> moved = whole
            ? Moved(at, gradient!, loop, number) : Failed((HypergradientPosition<TState, THyper>)position, last, record, loop);
        return new MadeStep<TState, THyper>(record, last.State, position.Hyper, moved) { Hypergradient = last.Hypergradient, Gradient = gradient };
    }

    private BilevelProblem<TState, THyper> ProblemAt(RandomKey key, int step, int gradient) => Given(_problem(key.Fold(step).Fold(gradient).Fold(Data)));

    private static BilevelProblem<TState, THyper> Given(BilevelProblem<TState, THyper> problem) =>
        Allowed.Returned(problem, "OuterLoop.Over: the function from keys to problems");

    private ComputedGradient<TState, THyper> Compute(
        HypergradientPosition<TState, THyper> at, (int Step, int Gradient) number, OuterLoop<TState, THyper> loop, CancellationToken cancellation)
    {
        BilevelProblem<TState, THyper> problem = ProblemAt(loop.Key, number.Step, number.Gradient);
        Applicability.Require(_method, problem);
        try
        {
            ComputedGradient<TState, THyper> found = Compute(problem, (at, number), loop, cancellation);
            loop.Ranks.RequireNoFailure();
            return found;
        }
        catch (Exception exception) when (loop.Failure.Takes(exception))
        {
            loop.Ranks.TellFailure(exception);
            return ComputedGradient<TState, THyper>.Of(exception, at);
        }
    }

    private ComputedGradient<TState, THyper> Compute(BilevelProblem<TState, THyper> problem,
        (HypergradientPosition<TState, THyper> At, (int Step, int Gradient) Number) place, OuterLoop<TState, THyper> loop, CancellationToken cancellation)
    {
        (HypergradientPosition<TState, THyper> at, (int Step, int Gradient) number) = place;
        if (loop.Coupling is { } coupling)
        {
            var solves = new CoupledSolves<TState, THyper>((SolvedProblem<TState, THyper>)problem, ((ImplicitMethod)_method).AdjointSolver);
            CoupledGradient<TState, THyper> coupled = solves.Compute(
                (at.State, at.Hyper, at.Warm), at.Coupled, (coupling.Share, coupling.Tolerance ?? 0), cancellation);

            // without a tolerance rounding is what may be left
            return ComputedGradient<TState, THyper>.Of(
                coupled.IsAtRounding && coupling.Tolerance is not null ? coupled with { Status = SolveStatus.Stagnated } : coupled);
        }

        var options = new HypergradientOptions
        {
            Key = _method.Takes(OptionsRead.Key, problem) ? loop.Key.Fold(number.Step).Fold(number.Gradient).Fold(Draws) : null,
            WarmStart = at.Warm,
            Progress = _method.Takes(OptionsRead.Progress, problem) && loop.Ranks.Rank == 0 ? loop.Solves : null,
            Cancellation = cancellation,
        };
        var first = ComputedGradient<TState, THyper>.Of(_method.Compute(problem, at.State, at.Hyper, options), at.Coupled);
        return first.IsTrusted || loop.Failure.Attempts == 1 ? first
            : Tightened((SolvedProblem<TState, THyper>)problem, at, first, (loop.Failure.Attempts, options));
    }

    private ComputedGradient<TState, THyper> Tightened(SolvedProblem<TState, THyper> problem, HypergradientPosition<TState, THyper> at,
        ComputedGradient<TState, THyper> found, (int Attempts, HypergradientOptions Options) allowed)
    {
        const double Tighter = 0.1;
        InnerSolver inner = problem.Solved.SolverAt(problem.PointAt(at.State, at.Hyper, null));
        LinearSolver adjoint = ((ImplicitMethod)_method).AdjointSolver ?? inner.DefaultAdjoint;
        for (int attempt = 2; attempt <= allowed.Attempts && !found.IsTrusted && found.CanGoOn; attempt++)
        {
            allowed.Options.Cancellation.ThrowIfCancellationRequested();
            double epsilon = problem.PointAt(found.State, at.Hyper, null).State.Epsilon;
            Tolerance Shrunk(Tolerance tolerance) => new(Tighter * tolerance.RelativeAt(epsilon), Tighter * tolerance.Absolute);

            // what failed needs more updates rather than more digits
            (inner, adjoint) = (found.InnerConverged ? inner with { Tolerance = Shrunk(inner.Tolerance) } : inner,
                found.AdjointConverged ? adjoint with { Tolerance = Shrunk(adjoint.Tolerance) } : adjoint);
            InnerSolver tuned = inner;
            ImplicitHypergradient<TState, THyper> again = ImplicitMethod.Compute(
                problem, (_ => tuned, adjoint), (found.State, at.Hyper), allowed.Options with { WarmStart = found.Warm });
            found = ComputedGradient<TState, THyper>.Of(again, at.Coupled) with { Attempts = attempt };
        }

        return found;
    }

    private static HypergradientPosition<TState, THyper> Moved(
        HypergradientPosition<TState, THyper> at, THyper gradient, OuterLoop<TState, THyper> loop, int number)
    {
        Bounds<THyper> bounds = BoundsOf(at, loop);
        THyper free = bounds.Pullback(at.Outer.Parameters, gradient);
        bool rollsBack = loop.Failure.Outcome == StepOutcome.RolledBack;
        HypergradientPosition<TState, THyper> moved = At(Along(at, free, loop), bounds);
        RequireNumbers(new FlatTree<THyper>(at.Outer.ParameterTree, moved.Hyper, "λ"), loop, number);
        return moved with
        {
            Length = Math.Min(1, 2 * at.Length),
            Failed = 0,
            Anchor = rollsBack ? (at with { Anchor = null }, free) : null,
        };
    }

    private static HypergradientPosition<TState, THyper> Along(HypergradientPosition<TState, THyper> at, THyper free, OuterLoop<TState, THyper> loop) =>
        at with { Outer = Along(loop.Optimizer!, at.Outer, free, at.Length) };

    private static HypergradientPosition<TState, THyper> At(HypergradientPosition<TState, THyper> position, Bounds<THyper> bounds) =>
        position with { Hyper = bounds.Constrain(position.Outer.Parameters) };

    private static HypergradientPosition<TState, THyper> Failed(
        HypergradientPosition<TState, THyper> at, ComputedGradient<TState, THyper> failed, StepRecord record, OuterLoop<TState, THyper> loop)
    {
        if (!loop.Failure.GoesOnAfter(at.Failed, at.Anchor is not null))
        {
            throw loop.Failure.Ending($"the hypergradient of step {record.Step}", at.Failed, failed.Description, failed.Reports);
        }

        if (loop.Failure.Outcome == StepOutcome.RolledBack)
        {
            return RolledBack(at, loop);
        }

        bool goesOn = failed.CanGoOn && loop.WarmStarts;
        return at with { State = goesOn ? failed.State : at.State, Warm = goesOn ? failed.Warm : null, Failed = at.Failed + 1 };
    }

    private static HypergradientPosition<TState, THyper> RolledBack(HypergradientPosition<TState, THyper> at, OuterLoop<TState, THyper> loop)
    {
        (HypergradientPosition<TState, THyper> before, THyper free) = at.Anchor!.Value;
        HypergradientPosition<TState, THyper> shorter = before with { Length = before.Length / 2 };
        return At(Along(shorter, free, loop), BoundsOf(at, loop)) with { Failed = at.Failed + 1, Anchor = (shorter, free) };
    }

    private static Bounds<THyper> BoundsOf(HypergradientPosition<TState, THyper> at, OuterLoop<TState, THyper> loop) =>
        new(at.Outer.ParameterTree, loop.Bounds);

    private static THyper Mean(Tree<THyper> tree, List<ComputedGradient<TState, THyper>> computed)
    {
        THyper sum = computed[0].Hypergradient!.Gradient;
        foreach (ComputedGradient<TState, THyper> next in computed.Skip(1))
        {
            sum = VectorSpace.Add(tree, sum, next.Hypergradient!.Gradient);
        }

        return computed.Count == 1 ? sum : VectorSpace.Scale(tree, 1.0 / computed.Count, sum);
    }

    private static double Norm(Tree<THyper> tree, THyper gradient) =>
        new LeafVector(new FlatTree<THyper>(tree, gradient, "gradient").ActiveTensors).Magnitude();
}
