using System.Collections.Immutable;
using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>A descent on a problem: its step as a pure function from state to state, traced and compiled once, and the one loop that runs it.</summary>
/// <typeparam name="TState">The structure of w.</typeparam>
/// <typeparam name="THyper">The structure of the hyperparameters λ.</typeparam>
public sealed class DescentSteps<TState, THyper>
{
    // as of inner solves
    private const int Patience = 20;

    private readonly Descent _descent;
    private readonly SampledProblem<TState, THyper> _problem;
    private readonly (FlatTree<TState> State, FlatTree<THyper> Hyper) _first;
    private readonly ImmutableArray<string> _names;
    private readonly int[] _sizes;
    private readonly OracleTally _tally = new();
    private readonly TracedFunction _step;
    private readonly (Oracle Inner, Oracle Outer) _objectives;
    private readonly ImmutableArray<HypergradientWarning> _warnings;
    private readonly double _length = 1;

    // what the caller's functions return is looked at before every step: what is traced does not look
    private ImmutableArray<Schedule> _ownSchedules = [];

    // where λ is among the leaves whose norms a step returns; and which of all leaves each of these is, −1 for none
    private Range _moved;
    private ImmutableArray<int> _places = [];

    internal DescentSteps(Descent descent, SampledProblem<TState, THyper> problem, TState start, THyper hyper)
    {
        (_descent, _problem) = (descent, problem);
        _first = (problem.SampledInner.Function.FlattenState(start), problem.SampledInner.Function.FlattenHyper(hyper));
        _first.State.RequireActive("A descent");
        _first.Hyper.RequireActive("A descent");
        var point = new StepPoint(_first.State.ActiveTensors, _first.Hyper.ActiveTensors, []);
        (Oracle Inner, Oracle Outer) oracles = _objectives = Oracles(_tally);
        _warnings = [.. UnusedHyperparameters.Find(_first.Hyper, oracles.Outer.DependsOn, oracles.Inner.GradientDependsOn)];
        ImmutableArray<(string Name, LeafVector Value)> memory = descent.Begin(point, oracles);
        Start = new DescentState<TState, THyper>(start, hyper, [.. memory.Select(slot => new DescentMemory(slot.Name, [.. slot.Value.Leaves]))], 0,
            _tally.Counts);
        _names = [.. memory.Select(slot => slot.Name)];
        _sizes = [point.State.Leaves.Length, point.Hyper.Leaves.Length, .. memory.Select(slot => slot.Value.Leaves.Length)];
        _tally = new OracleTally();
        _step = Traced();
    }

    private DescentSteps(DescentSteps<TState, THyper> whole, double length)
    {
        (_descent, _problem, _first, _objectives, _warnings, Start) =
            (whole._descent, whole._problem, whole._first, whole._objectives, whole._warnings, whole.Start);
        (_names, _sizes, _length) = (whole._names, whole._sizes, length);
        _step = Traced();
    }

    /// <summary>The state before the first step.</summary>
    public DescentState<TState, THyper> Start { get; }

    /// <summary>The calls of one step, without those whose number is drawn.</summary>
    public OracleCounts CountsPerStep => _tally.Counts;

    /// <summary>Hyperparameters that nothing depends on.</summary>
    internal ImmutableArray<HypergradientWarning> Warnings => _warnings;

    /// <summary>The same steps with a part of the rates, traced anew.</summary>
    internal DescentSteps<TState, THyper> Shortened(double length) => length < 1 ? new(this, length) : this;

    /// <summary>The state after one more step. Whether the step means anything is not looked at;
    /// <see cref="Run(DescentState{TState, THyper}, IProgress{DescentProgress{TState, THyper}}?, CancellationToken)"/> ends with a status where it does
    /// not.</summary>
    /// <param name="state">A state of this descent.</param>
    /// <param name="cancellation">Ends the solves within, and throws between steps of loops and in passes over graphs.</param>
    public DescentState<TState, THyper> Next(DescentState<TState, THyper> state, CancellationToken cancellation = default)
    {
        using Work.Scope work = Work.Under(cancellation);
        ArgumentNullException.ThrowIfNull(state);
        return Advance(state, state.Steps).Next;
    }

    /// <summary>The state after one more step, how far this one is from an end, whether the step could be made, and F here, on the step's sample.</summary>
    internal (DescentState<TState, THyper> Next, double Residual, bool Sound, double Value) StepFrom(
        DescentState<TState, THyper> state, CancellationToken cancellation)
    {
        using Work.Scope work = Work.Under(cancellation);
        (DescentState<TState, THyper> next, double residual, bool sound, _) = Advance(state, state.Steps);
        BilevelPoint point = _problem.PointAt(state.State, state.Hyper, null);
        double value = _objectives.Outer.Value(point.State.ActiveTensors, point.Hyper.ActiveTensors, _descent.Key.Fold(state.Steps)).ToScalar();
        return (next, residual, sound, value);
    }

    /// <summary>Steps from the start until the directions are small, no step can be made, or the steps run out.</summary>
    /// <inheritdoc cref="Run(DescentState{TState, THyper}, IProgress{DescentProgress{TState, THyper}}?, CancellationToken)"/>
    public DescentSolution<TState, THyper> Run(IProgress<DescentProgress<TState, THyper>>? progress = null, CancellationToken cancellation = default) =>
        Run(Start, progress, cancellation);

    /// <summary>Steps on from a state until the directions are small, no step can be made, or the steps run out.</summary>
    /// <param name="from">A state of this descent; the limit counts the steps from there.</param>
    /// <param name="progress">Told of every state, on the calling thread. What it throws ends the descent.</param>
    /// <param name="cancellation">Ends the descent with <see cref="SolveStatus.Cancelled"/>.</param>
    public DescentSolution<TState, THyper> Run(
        DescentState<TState, THyper> from, IProgress<DescentProgress<TState, THyper>>? progress = null, CancellationToken cancellation = default)
    {
        using Work.Scope work = Work.Under(cancellation);
        ArgumentNullException.ThrowIfNull(from);
        JointError? error = Judge();
        var monitor = new IterationMonitor(_descent.Tolerance ?? 0, _descent.MaxSteps, cancellation)
        {
            Patience = Patience,
            AtRounding = error is null ? null : error.IsAtRounding,
        };
        OracleCounts looks = default;
        for (DescentState<TState, THyper> state = from; ;)
        {
            (DescentState<TState, THyper> next, double residual, bool sound, StepNorms norms) = Advance(state, state.Steps);
            if (error is not null && double.IsFinite(residual))
            {
                var look = new Looks(this, state, norms.Directions);
                error.Next(norms, look);
                (looks, monitor.Met, monitor.Threshold) = (looks + look.Counts, error.Met, error.Threshold);
            }

            SolveStatus? status = state == from ? monitor.Start(residual) : monitor.Next(residual, error?.Gained ?? false);
            if (status == SolveStatus.Stagnated)
            {
                error!.Settle();
                (status, monitor.Threshold) = (error.Met ? SolveStatus.Converged : status, error.Threshold);
            }

            progress?.Report(new DescentProgress<TState, THyper>(state, residual, monitor.Threshold));
            status = sound ? status : SolveStatus.Breakdown;

            // directions may be numbers where an objective is none
            status = status is SolveStatus.Converged or SolveStatus.MaxIterations && !HasValues(state) ? SolveStatus.NonFiniteIterate : status;
            if (status is { } end)
            {
                OracleCounts counts = next.Counts + looks;
                SolveReport report = monitor.Report(_descent.Name, end, counts.HessianProducts) with
                {
                    TransposedProducts = counts.MixedProducts,
                    Kind = SolverKind.JointDescent,
                    Error = error is null ? ErrorInterval.NotEstimated : double.IsFinite(residual) ? error.Interval : ErrorInterval.Unknown,
                };
                return new DescentSolution<TState, THyper>(
                    state, report, counts, sound ? null : _descent.WhyNoStep, _descent.Bounds is { } bounds ? _descent.Check(bounds) : [],
                    [.. _warnings, .. Unknown(error), .. Kinks(state)]);
            }

            state = next;
        }
    }

    private IEnumerable<HypergradientWarning> Unknown(JointError? error)
    {
        if (error?.IsUnconfirmed == true)
        {
            yield return new HypergradientWarning(
                WarningKind.UnknownError,
                $"what {_descent.Name} still moves is small, but a hundred products with the derivative of its step, or as many as there were steps, do "
                    + "not rule out an error along a direction that moves far more slowly: give a smaller tolerance and more steps, or compare with "
                    + "HypergradientDescent");
        }
    }

    // of both objectives where the descent ended, on the sample of its last step
    private IEnumerable<HypergradientWarning> Kinks(DescentState<TState, THyper> at)
    {
        (Oracle inner, Oracle outer) = _objectives;
        BilevelPoint point = _problem.PointAt(at.State, at.Hyper, null);
        LeafVector state = point.State.ActiveTensors, hyper = point.Hyper.ActiveTensors;
        RandomKey key = _descent.Key.Fold(at.Steps).Fold(0);
        return [.. inner.Kinks(_problem.SampledInner.Name, state, hyper, key), .. outer.Kinks(_problem.SampledOuter.Name, state, hyper, key)];
    }

    private (Oracle Inner, Oracle Outer) Oracles(OracleTally tally) => (
        Oracle.Of(_problem.SampledInner, _first, tally, new OracleCounts(1, 0, 0, 0)),
        Oracle.Of(_problem.SampledOuter, _first, tally, new OracleCounts(0, 1, 0, 0)));

    private TracedFunction Traced()
    {
        TracedFunction traced = TracedFunction.Of(Trace, [.. Leaves(Start).Select(leaf => leaf.Type), new TensorType(DType.Int32, Shape.Scalar)]);
        return traced with { Graph = Simplification.Of(traced.Graph) };
    }

    private Tensor[] Trace(Tensor[] operands)
    {
        Tensor steps = operands[^1];
        var vectors = new LeafVector[_sizes.Length];
        int from = 0;
        for (int i = 0; i < vectors.Length; i++)
        {
            vectors[i] = operands[from..(from + _sizes[i])];
            from += _sizes[i];
        }

        var point = new StepPoint(vectors[0], vectors[1], [.. vectors[2..]]);
        var step = new StepTrace(point, (steps, _descent.Key.Fold(steps)), Oracles(_tally), _tally) { Length = _length };
        StepPoint next = _descent.Step(step);
        _ownSchedules = [.. step.OwnSchedules];
        return
        [
            .. next.State.Leaves, .. next.Hyper.Leaves, .. next.Memory.SelectMany(vector => vector.Leaves), .. Norms(step, next),
            step.Residual, step.Sound ?? Tensor.Scalar(0).IsFinite(), _tally.Drawn,
        ];
    }

    // of directions, steps and vectors, each of all leaves that move, in one tensor, where they end the descent
    private Tensor[] Norms(StepTrace step, StepPoint next)
    {
        if (_descent.Tolerance is not null)
        {
            return [];
        }

        MovedVector[] moved = [.. step.Moved];
        int hyper = Array.FindIndex(moved, vector => ReferenceEquals(vector.From.Leaves, step.Hyper.Leaves));
        int first = moved.Take(hyper).Sum(vector => vector.From.Leaves.Length);
        _moved = first..(first + moved[hyper].From.Leaves.Length);
        Tensor[] all = [.. next.State.Leaves, .. next.Hyper.Leaves, .. next.Memory.SelectMany(vector => vector.Leaves)];
        _places = [.. moved.SelectMany(vector => vector.To.Leaves).Select(leaf => Array.FindIndex(all, other => ReferenceEquals(leaf, other)))];
        Tensor[][] numbers = Array.ConvertAll(moved, vector => vector.Numbers);
        return [Tensor.Concat(0, [.. Enumerable.Range(0, numbers[0].Length).SelectMany(kind => numbers.Select(of => of[kind]))])];
    }

    private JointError? Judge()
    {
        if (_descent.Tolerance is not null)
        {
            return null;
        }

        double epsilon = Leaves(Start).ToArray().CoarsestEpsilon();
        bool isExact = _problem.SampledInner.SampleLeaves + _problem.SampledOuter.SampleLeaves == 0 && !_tally.Draws;
        return isExact ? new ExactJointError(epsilon, _moved) : new NoisyJointError(epsilon, _moved);
    }

    private bool HasValues(DescentState<TState, THyper> state)
    {
        Tensor[] leaves = [.. Leaves(state)];
        (LeafVector w, LeafVector h) = (leaves[.._sizes[0]], leaves[_sizes[0]..(_sizes[0] + _sizes[1])]);
        RandomKey key = _descent.Key.Fold(state.Steps);
        return double.IsFinite(_objectives.Inner.Value(w, h, key).ToScalar()) && double.IsFinite(_objectives.Outer.Value(w, h, key).ToScalar());
    }

    private IEnumerable<Tensor> Leaves(DescentState<TState, THyper> state)
    {
        BilevelPoint point = _problem.PointAt(state.State, state.Hyper, null);
        return [.. point.State.ActiveTensors, .. point.Hyper.ActiveTensors, .. state.Memory.SelectMany(slot => slot.Leaves)];
    }

    private (DescentState<TState, THyper> Next, double Residual, bool Sound, StepNorms Norms) Advance(DescentState<TState, THyper> state, int number)
    {
        foreach (Schedule schedule in _ownSchedules)
        {
            schedule.At(number);
        }

        Tensor[] outputs = Outputs([.. Leaves(state)], number);
        int hyper = _sizes[0], from = hyper + _sizes[1];
        var memory = new DescentMemory[_names.Length];
        for (int i = 0; i < memory.Length; i++)
        {
            memory[i] = new DescentMemory(_names[i], [.. outputs[from..(from + _sizes[i + 2])]]);
            from += _sizes[i + 2];
        }

        OracleCounts counts = state.Counts + _tally.Counts + new OracleCounts(0, 0, (long)outputs[^1].ToScalar(), 0);
        var next = new DescentState<TState, THyper>(
            Moved(_first.State, outputs[..hyper]), Moved(_first.Hyper, outputs[hyper..(hyper + _sizes[1])]), [.. memory], state.Steps + 1, counts);
        return (next, outputs[^3].ToScalar(), outputs[^2].AsSpan<bool>()[0], NormsOf(outputs));
    }

    private Tensor[] Outputs(Tensor[] leaves, int number) =>
        _step.Graph.Call([.. leaves, Tensor.Full(Shape.Scalar, number, DType.Int32), .. _step.Captures]).EnsureConverged(_descent.Name);

    private StepNorms NormsOf(Tensor[] outputs) =>
        _descent.Tolerance is null && outputs[^4].ToArray<double>().Chunk(outputs[^4].Count / 3).ToArray() is [var directions, var steps, var norms]
            ? new StepNorms(directions, steps, norms) : default;

    // other than in a gradient, frozen leaves keep their values
    private static T Moved<T>(FlatTree<T> tree, Tensor[] active) => ((FlatTree<T>)tree.WithActive(active)).Value;

    // from one state
    private sealed class Looks(DescentSteps<TState, THyper> steps, DescentState<TState, THyper> state, double[] directions) : IStepLooks
    {
        private const int Draws = 3;
        private const int Seed = 1;

        public OracleCounts Counts { get; private set; }

        public IEnumerable<double[]> Redrawn() => Enumerable.Range(1, Draws).Select(later => At([.. steps.Leaves(state)], state.Steps + later));

        public double[] Rounding()
        {
            var random = new Random(Seed);
            double[] most = new double[directions.Length];
            for (int draw = 0; draw < Draws; draw++)
            {
                double[] shaken = At(RoundingLevel.Shaken([.. steps.Leaves(state)], random), state.Steps);
                most = [.. most.Select((by, i) => Math.Max(by, Math.Abs(shaken[i] - directions[i])))];
            }

            return most;
        }

        public double[] Away(double length)
        {
            var random = new Random(Seed);
            return At([.. steps.Leaves(state).Select(leaf => leaf.DType.IsFloating()
                ? leaf + (Tensor.Scalar(length).To(leaf.DType) * leaf * RoundingLevel.Signs(leaf, random)) : leaf)], state.Steps);
        }

        public double[]? Unseen(double asked, int updates)
        {
            int solid = steps._sizes[0] + steps._sizes[1];
            var modes = new StepModes([.. steps.Leaves(state)], solid, leaves => Step(leaves, state.Steps)[..leaves.Length]);
            return modes.Errors(asked, updates) is { } errors ? [.. steps._places.Select(place => place < 0 ? 0 : errors[place])] : null;
        }

        private double[] At(Tensor[] leaves, int number) => steps.NormsOf(Step(leaves, number)).Directions;

        private Tensor[] Step(Tensor[] leaves, int number)
        {
            Tensor[] outputs = steps.Outputs(leaves, number);
            Counts += steps._tally.Counts + new OracleCounts(0, 0, (long)outputs[^1].ToScalar(), 0);
            return outputs;
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"steps of {_descent.Name} on {_problem}";
}
