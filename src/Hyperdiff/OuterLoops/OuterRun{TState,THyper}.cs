using System.Collections;
using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace Hyperdiff;

/// <summary>A run of an outer loop: a sequence of steps that is pulled once. Between steps it is where <see cref="State"/> says, whatever was thrown.</summary>
/// <typeparam name="TState">The structure of w.</typeparam>
/// <typeparam name="THyper">The structure of the hyperparameters λ.</typeparam>
public sealed class OuterRun<TState, THyper> : IEnumerable<OuterStep<TState, THyper>>
{
    private readonly OuterLoop<TState, THyper> _loop;
    private readonly Ranks _ranks;
    private readonly CancellationToken _cancellation;
    private readonly TimeSpan _before;
    private readonly string? _reasonBefore;
    private readonly long _begun = Stopwatch.GetTimestamp();
    private bool _enumerated;
    private bool _stepped;

    internal OuterRun(OuterLoop<TState, THyper> loop, LoopState<TState, THyper> from, CancellationToken cancellation)
    {
        (_loop, _ranks, State, _cancellation, _before, _reasonBefore) =
            (loop, loop.Ranks, from.JudgedBy(loop.Judge), cancellation, from.Elapsed, from.StoppedBy);
        if (_ranks.Count > 1)
        {
            RunAgreement<TState, THyper>.Require(loop, from);
        }

        if (loop.Saving is { } saving)
        {
            _ranks.FromRank0(() =>
            {
                ReplacedFile.RequireWritable(saving.Path);
                return [];
            });
        }

        StoppedBy = RunDecision.Of(_ranks, new RunDecision(_before, Reason(State), false)).Reason;
    }

    /// <summary>Where the loop is: after the last step that was made.</summary>
    public LoopState<TState, THyper> State { get; private set; }

    /// <summary>Why the run has ended; null while it goes on.</summary>
    public string? StoppedBy { get; private set; }

    /// <summary>Makes one more step.</summary>
    /// <exception cref="InvalidOperationException">The run has ended.</exception>
    /// <exception cref="SolveException">The hypergradient is not to be trusted, and <see cref="OuterLoop{TState, THyper}.OnFailure"/> has no way on. The run
    /// stays before the step.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the run stays before the step.</exception>
    public OuterStep<TState, THyper> Step()
    {
        if (StoppedBy is not null)
        {
            throw new InvalidOperationException($"The run has ended: {StoppedBy}. Go on by loop.Until(…).From(run.State).");
        }

        return MakeUnlessLeft()
            ?? throw new RanksDisagreeException("OuterRun.Step: another rank has left the loop over the steps, and this one asks for a step.");
    }

    // null where another rank has left
    private OuterStep<TState, THyper>? MakeUnlessLeft()
    {
        using AgreedCancellation agreed = _ranks.Agree(_cancellation);
        if (_ranks.AnyLeaves(leaves: false))
        {
            return null;
        }

        Telemetry.Span span = Telemetry.Step(State.Steps);
        try
        {
            OuterStep<TState, THyper> step = Make(agreed.Token);
            if (span.IsWatched)
            {
                Telemetry.End(span, $"{step.Record.Outcome}", step.Record.IsTrusted);
            }

            return step;
        }
        catch (Exception exception)
        {
            Telemetry.Fail(span, exception);
            switch (exception)
            {
                case RankFailedException { IsOfAStep: true }:
                    throw new SolveException(exception.Message, exception);
                case OperationCanceledException when _cancellation.IsCancellationRequested && _ranks.Count > 1:
                    throw new OperationCanceledException(exception.Message, exception, _cancellation);
                default:
                    throw;
            }
        }
    }

    private OuterStep<TState, THyper> Make(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        (MadeStep<TState, THyper> made, StepRecord record) = Found(cancellation);
        _stepped = true;
        record = record with { Elapsed = _before + Stopwatch.GetElapsedTime(_begun), IsBest = IsBest(record) };
        string? reason = Reason(After(made, record));
        RunDecision decision = RunDecision.Of(_ranks, new RunDecision(record.Elapsed, reason, !_loop.Watchers.IsEmpty || IsSaved(reason)));
        record = record with { Elapsed = decision.Elapsed };
        bool isSaved = IsSaved(decision.Reason);
        LoopState<TState, THyper> next = After(made, record);
        (StoppedBy, State) = (decision.Reason, next.EndedBy(decision.Reason));
        if (decision.Tells)
        {
            _ranks.FromRank0(() => Tell(record, isSaved));
        }

        return new OuterStep<TState, THyper>(made, record, State);
    }

    private (MadeStep<TState, THyper> Made, StepRecord Record) Found(CancellationToken cancellation)
    {
        try
        {
            MadeStep<TState, THyper> made = _loop.Rule.Step(State.Position, State.Steps, _loop, cancellation);
            StepRecord record = made.Record with
            {
                Validation = Validated(made),
                HigherIsBetter = _loop.Validation is { HigherIsBetter: true },
                Hyper = _loop.Rule.Flatten(made.State, made.Hyper).Hyper.Leaves,
            };
            if (_ranks.Count > 1)
            {
                RunAgreement<TState, THyper>.Witness(_ranks, record, _loop.Rule.Flatten(made.Next.State, made.Next.Hyper));
            }

            return (made, record);
        }
        catch (Exception exception) when (exception is SolveException or LinearAlgebraException)
        {
            _ranks.TellFailure(exception);
            throw;
        }
    }

    private LoopState<TState, THyper> After(MadeStep<TState, THyper> made, StepRecord record) => new(_loop.Rule, made.Next, State.Steps + 1, _loop.Key)
    {
        Elapsed = record.Elapsed,
        Last = record,
        IsLastTrusted = record.IsTrusted,
        IsWritten = _ranks.Rank == 0,
        Judged = State.Judged,
        Best = record.IsBest ? new BestStep<TState, THyper>(record.Step, ValueOf(record)!.Value, made.State, made.Hyper) : State.Best,
    };

    private bool IsSaved(string? reason) => _loop.Saving is { } saving && (reason is not null || (State.Steps + 1) % saving.Every == 0);

    // before it is saved: a run that is killed in between makes the step again, and logs replace it; the other way round they would lack it. What one
    // watcher throws keeps the step neither from the others nor from the file
    private byte[] Tell(StepRecord record, bool isSaved)
    {
        var thrown = new List<Exception>();
        foreach (IProgress<StepRecord> watcher in _loop.Watchers)
        {
            Try(() => watcher.Report(record));
        }

        if (isSaved)
        {
            Try(() => State.Save(_loop.Saving!.Value.Path));
        }

        switch (thrown)
        {
            case []:
                return [];
            case [var alone]:
                ExceptionDispatchInfo.Throw(alone);
                return [];
            default:
                throw new AggregateException(
                    $"Step {record.Step} was made, and {thrown.Count} of what was told of it, or was to save it, failed; the run can go on.", thrown);
        }

        void Try(Action tell)
        {
            try
            {
                tell();
            }
            catch (Exception exception)
            {
                thrown.Add(exception);
            }
        }
    }

    /// <summary>Makes all steps that are left.</summary>
    /// <returns>The last one; null if there was none left.</returns>
    /// <exception cref="InvalidOperationException">The loop has no end.</exception>
    /// <inheritdoc cref="Step"/>
    public OuterStep<TState, THyper>? ToEnd()
    {
        if (_loop.End is null)
        {
            throw new InvalidOperationException("The loop has no end: add .Until(Stop.AfterSteps(100)), or pull steps one by one.");
        }

        OuterStep<TState, THyper>? last = null;
        while (StoppedBy is null)
        {
            last = Step();
        }

        return last;
    }

    /// <summary>The steps, as they are made.</summary>
    /// <exception cref="InvalidOperationException">The run was enumerated before: it would run again, from elsewhere.</exception>
    public IEnumerator<OuterStep<TState, THyper>> GetEnumerator()
    {
        if (_enumerated)
        {
            throw new InvalidOperationException(
                "A run is enumerated once: its steps are made while they are pulled. Go on by run.Step(), keep the steps of the first time (ToList), or begin "
                    + "another run by loop.From.");
        }

        _enumerated = true;
        return Steps();
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private IEnumerator<OuterStep<TState, THyper>> Steps()
    {
        bool handedOut = false;
        try
        {
            while (StoppedBy is null && MakeUnlessLeft() is { } step)
            {
                handedOut = true;
                yield return step;
                handedOut = false;
            }
        }
        finally
        {
            if (handedOut && StoppedBy is null)
            {
                Leave();
            }
        }
    }

    // by `break`, or by an exception, which is not to be hidden by what comes of telling the others: that, they and this rank hear at their next exchange
    private void Leave()
    {
        try
        {
            _ranks.AnyLeaves(leaves: true);
        }
        catch (Exception exception) when (exception is RanksDisagreeException or RankFailedException or TimeoutException or OperationCanceledException)
        {
        }
    }

    private double? Validated(MadeStep<TState, THyper> made) => _loop.Validation is { } validation && made.Record.Step % validation.Every == 0
        ? validation.Metric(made.State, made.Hyper) : null;

    private bool IsBest(StepRecord record) => record.IsTrusted && ValueOf(record) is { } number && double.IsFinite(number)
        && (State.Best is not { } best || _loop.IsBetter(number, best.Value));

    private double? ValueOf(StepRecord record) => _loop.Validation is null ? record.Value : record.Validation;

    private string? Reason(LoopState<TState, THyper> at) => _loop.End?.Reason(new StopFacts(
        at.Steps, at.Last, at.IsLastTrusted, (at.Best?.Step, at.Judged.Since), Stopwatch.GetElapsedTime(_begun), !_stepped, _reasonBefore));

    /// <summary>The loop, and where it is. No step is made for it.</summary>
    public override string ToString() => $"{State.Steps} steps of {_loop}{(StoppedBy is null ? string.Empty : $"; ended: {StoppedBy}")}";
}
