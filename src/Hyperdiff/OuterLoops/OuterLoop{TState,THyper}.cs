using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>An outer loop, as an immutable value: what its steps are, when it ends, and what happens on the way. <see cref="From(TState, THyper,
/// CancellationToken)"/> begins a run.</summary>
/// <remarks>
/// <code>
/// w ← inner problem from w;   g ← ∇ℓ(λ), the adjoint from the last one;   λ ← φ(step of the optimizer along (∂φ/∂u)ᵀ g)
/// </code>
/// (Adjoints that are asked for so many terms, as by <see cref="Hypergradient.Phantom"/>, begin at zero.)
/// A run is a sequence that is pulled: <c>foreach (var step in loop.From(w0, h0))</c>, so that <c>break</c>, a debugger and one's own code work between steps.
/// What a step depends on is one value (<see cref="LoopState{TState, THyper}"/>): saved, and resumed anywhere, a run ends with the same bits as one that was
/// never stopped, as long as the functions are pure and the backend and its number of threads are the same.
/// </remarks>
/// <typeparam name="TState">The structure of w.</typeparam>
/// <typeparam name="THyper">The structure of the hyperparameters λ.</typeparam>
public sealed record OuterLoop<TState, THyper>
{
    internal OuterLoop(LoopRule<TState, THyper> rule) => Rule = rule;

    internal LoopRule<TState, THyper> Rule { get; }

    internal Optimizer? Optimizer { get; private init; }

    internal Stop? End { get; private init; }

    internal RandomKey Key { get => field ?? Rule.DefaultKey; private init; }

    internal int Gradients { get; private init; } = 1;

    internal (Func<TState, THyper, double> Metric, int Every, bool HigherIsBetter)? Validation { get; private init; }

    internal StepFailure Failure { get; private init; } = StepFailure.Throw;

    internal (double Share, double? Tolerance)? Coupling { get; private init; }

    internal ImmutableArray<(string Leaf, Bijection By)> Bounds { get; private init; } = [];

    internal ImmutableArray<IProgress<StepRecord>> Watchers { get; private init; } = [];

    internal IProgress<SolveProgress>? Solves { get; private init; }

    internal (string Path, int Every)? Saving { get; private init; }

    internal bool WarmStarts { get; private init; } = true;

    private Ranks? Given { get; init; }

    /// <summary>Those that were given, or those of the objectives, or one alone.</summary>
    internal Ranks Ranks => Given ?? Rule.Ranks ?? Ranks.Single;

    /// <summary>What ranks must have alike besides what has a name of its own.</summary>
    internal string Settings => FormattableString.Invariant(
        $"{Gradients} {Validation?.Every} {Validation?.HigherIsBetter} {Coupling} {WarmStarts} {Saving?.Every} {string.Join(", ", Bounds)}");

    /// <summary>The rule that moves λ, with its schedules, parameter groups (<see cref="Optimizer.Grouped"/>), clipping
    /// (<see cref="Optimizer.ClippedByNorm"/>) and projections.</summary>
    public OuterLoop<TState, THyper> With(Optimizer optimizer) => this with { Optimizer = Allowed.Given(optimizer) };

    /// <summary>When it ends; without that it goes on for as long as steps are pulled.</summary>
    public OuterLoop<TState, THyper> Until(Stop stop) => this with { End = Allowed.Given(stop) };

    /// <summary>What everything random is drawn from: step k, and gradient i within it, use keys of their own that follow from this one. That of seed 0
    /// if it is not given.</summary>
    /// <param name="key">One key.</param>
    public OuterLoop<TState, THyper> Keyed(RandomKey key) => Allowed.Given(key).Shape.Rank == 0 ? this with { Key = key }
        : throw new ArgumentException($"OuterLoop.Keyed: this is {key.Shape} keys; pass one of them.", nameof(key));

    /// <summary>Moves λ along the mean of several hypergradients, each with a key of its own: as one of a larger minibatch, in less memory.</summary>
    /// <param name="gradients">How many for every step.</param>
    public OuterLoop<TState, THyper> Accumulating(int gradients) => this with { Gradients = Allowed.AtLeast(1, gradients) };

    /// <summary>Judges steps by a function of w and λ instead of F: the best step, and <see cref="Stop.NoImprovement"/>. A run that goes on from one that was
    /// judged otherwise begins without a best step.</summary>
    /// <param name="metric">A pure function: an accuracy on data that F does not see, say.</param>
    /// <param name="every">It is asked at steps 0, every, 2·every, …</param>
    /// <param name="higherIsBetter">Whether the best is the highest instead of the lowest.</param>
    public OuterLoop<TState, THyper> Validating(Func<TState, THyper, double> metric, int every = 1, bool higherIsBetter = false) =>
        this with { Validation = (Allowed.Given(metric), Allowed.AtLeast(1, every), higherIsBetter) };

    /// <summary>What to do where a hypergradient is not to be trusted; <see cref="StepFailure.Throw"/> if it is not given.</summary>
    public OuterLoop<TState, THyper> OnFailure(StepFailure failure) => this with { Failure = Allowed.Given(failure) };

    /// <summary>Solves only as accurately as pays off: the error of each hypergradient is estimated, and both tolerances follow, so that it is at most a share
    /// of the gradient. For <see cref="Hypergradient.Implicit"/> over problems with a solver, whose own tolerances are not used then. Source: Pedregosa (2016),
    /// arXiv:1602.02355, algorithm 1; see <see cref="HypergradientDescent"/>.</summary>
    /// <param name="errorShare">θ, the share of the gradient that its error may be.</param>
    /// <param name="tolerance">The norm of the gradient below which the error need not fall with it, in its unit; if absent, the error falls with the gradient
    /// until no tighter solve lowers it: what is left then is rounding, and is in the record (<see cref="StepRecord.GradientError"/>).</param>
    public OuterLoop<TState, THyper> Coupled(double errorShare = 0.1, double? tolerance = null) =>
        this with { Coupling = (Allowed.Positive(errorShare), tolerance is { } given ? Allowed.Positive(given, nameof(tolerance)) : null) };

    /// <summary>Keeps all leaves of λ within bounds: the optimizer moves u, with λ = φ(u). Its rates are in the unit of u then.</summary>
    /// <param name="by">φ: <see cref="Bijection.Exp"/>, say.</param>
    public OuterLoop<TState, THyper> Within(Bijection by) => this with { Bounds = Bounds.Add((string.Empty, Allowed.Given(by))) };

    /// <summary>Keeps one leaf of λ within bounds.</summary>
    /// <param name="leaf">Its name, as in messages, or the end of it: <c>Momentum</c>.</param>
    /// <param name="by">φ: <see cref="Bijection.Sigmoid"/>, say.</param>
    public OuterLoop<TState, THyper> Within(string leaf, Bijection by)
    {
        ArgumentException.ThrowIfNullOrEmpty(leaf);
        return this with { Bounds = Bounds.Insert(0, (leaf, Allowed.Given(by))) };
    }

    /// <summary>Begins every solve at the first w, and every adjoint at zero, instead of where the last ones ended.</summary>
    public OuterLoop<TState, THyper> ColdStarts() => this with { WarmStarts = false };

    /// <summary>Tells watchers of every step, on the calling thread, after the run has moved on and before the step is handed out. What one throws ends the
    /// enumeration, not the run, after the others were told and the step was saved; several failures are one <see cref="AggregateException"/>.</summary>
    public OuterLoop<TState, THyper> Watched(params ReadOnlySpan<IProgress<StepRecord>> watchers)
    {
        foreach (IProgress<StepRecord> watcher in watchers)
        {
            ArgumentNullException.ThrowIfNull(watcher, nameof(watchers));
        }

        return this with { Watchers = [.. Watchers, .. watchers] };
    }

    /// <summary>Tells a watcher of every residual of the solves within steps.</summary>
    public OuterLoop<TState, THyper> WatchedSolves(IProgress<SolveProgress> watcher) => this with { Solves = Allowed.Given(watcher) };

    /// <summary>Saves where the loop is: after every so many steps, and when it ends.</summary>
    /// <param name="path">The file, in a folder that exists; it is replaced each time, whole or not at all.</param>
    /// <param name="every">After how many steps.</param>
    public OuterLoop<TState, THyper> SavedTo(string path, int every = 1)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return this with { Saving = (path, Allowed.AtLeast(1, every)) };
    }

    /// <summary>Runs the same loop on all ranks. A loop over objectives that are across ranks (<see cref="Objective.Across"/>) does so without being told;
    /// this is for problems that hide them within functions.</summary>
    /// <remarks>
    /// Every rank makes the same steps, and has the same records. Time, and with it why a run ends, is that of rank 0, which alone tells watchers and
    /// writes files; what it reads, all have. A token that is cancelled, or a <c>break</c>, on any rank ends the run on all, at the same step. A solve that
    /// fails in the share of one rank is a failed step on all. Before the first step ranks that differ in w, λ, optimizer or settings are told so. A run that
    /// was saved goes on with any number of ranks.
    /// </remarks>
    /// <param name="ranks">As this rank sees them.</param>
    /// <exception cref="ArgumentException">The objectives are across other ranks.</exception>
    public OuterLoop<TState, THyper> Across(Ranks ranks) => Rule.Ranks is null || ReferenceEquals(Rule.Ranks, Allowed.Given(ranks))
        ? this with { Given = Allowed.Given(ranks) }
        : throw new ArgumentException($"OuterLoop.Across: the objectives are across other ranks: this is {ranks}, and theirs is {Rule.Ranks}.", nameof(ranks));

    /// <summary>Begins a run.</summary>
    /// <param name="start">The first w.</param>
    /// <param name="hyper">The first λ, within its bounds.</param>
    /// <param name="cancellation">Ends the solves, and the run, with an <see cref="OperationCanceledException"/>; it stays before the step.</param>
    /// <exception cref="ArgumentException">Something is missing, does not fit the structures, or does not go together; the message has the cure.</exception>
    /// <exception cref="IOException">The file of <see cref="SavedTo"/> cannot be written.</exception>
    public OuterRun<TState, THyper> From(TState start, THyper hyper, CancellationToken cancellation = default) => new(this, Begin(start, hyper), cancellation);

    /// <summary>Goes on from where a loop was.</summary>
    /// <param name="state">Of this loop or one like it: one of a step, or of <see cref="Load"/>.</param>
    /// <param name="cancellation">Ends the solves, and the run.</param>
    /// <exception cref="ArgumentException">It is the state of another job.</exception>
    public OuterRun<TState, THyper> From(LoopState<TState, THyper> state, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(state);
        LoopState<TState, THyper> like = Begin(state.State, state.Hyper);
        (string What, string Before, string Now)[] same =
        [
            ("job", state.Rule.Name, Rule.Name), ("optimizer", state.Rule.Mover(state.Position), Rule.Mover(like.Position)), ("key", $"{state.Key}", $"{Key}"),
        ];
        return same.FirstOrDefault(each => each.Before != each.Now) is { What: { } what, Before: var before, Now: var now }
            ? throw new ArgumentException($"The state is of another {what}: {before}, and this is {now}.", nameof(state))
            : new(this, state, cancellation);
    }

    /// <summary>Reads where a loop was from a file.</summary>
    /// <param name="path">The file, as <see cref="LoopState{TState, THyper}.Save(string)"/> wrote it.</param>
    /// <param name="start">A w of the same structure: the one that the loop began with, say.</param>
    /// <param name="hyper">A λ of the same structure.</param>
    /// <exception cref="InvalidDataException">The file is damaged, or something else.</exception>
    /// <exception cref="ArgumentException">It is of another job: other leaves, shapes, element types, another kind of method or optimizer, another
    /// key.</exception>
    public LoopState<TState, THyper> Load(string path, TState start, THyper hyper)
    {
        LoopState<TState, THyper> like = Begin(start, hyper);
        return LoopState<TState, THyper>.Load(path, this, like.Position);
    }

    /// <summary>Goes on from the file of <see cref="SavedTo"/> where there is one, and begins where there is none: for jobs that may be killed.</summary>
    /// <inheritdoc cref="From(TState, THyper, CancellationToken)"/>
    public OuterRun<TState, THyper> Resume(TState start, THyper hyper, CancellationToken cancellation = default)
    {
        string path = Saving?.Path ?? throw new InvalidOperationException("OuterLoop.Resume goes on from the file of SavedTo, and none was given.");
        return Ranks.FromRank0(Ranks.Rank == 0 && File.Exists(path)) ? From(Load(path, start, hyper), cancellation) : From(start, hyper, cancellation);
    }

    /// <summary>Runs from several starts, each with a key of its own, one after the other, and keeps the best step of all. A start whose run throws is left
    /// out, unless all do.</summary>
    /// <param name="starts">The first w and λ of each.</param>
    /// <param name="cancellation">Ends the solves, and the runs.</param>
    /// <exception cref="ArgumentException">There are no starts.</exception>
    /// <exception cref="SolveException">No run had a step that was trusted.</exception>
    public BestStep<TState, THyper> BestOf(IEnumerable<(TState State, THyper Hyper)> starts, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(starts);
        if (End is null)
        {
            throw new InvalidOperationException("OuterLoop.BestOf runs to the end, and this loop has none: add .Until(Stop.AfterSteps(100)).");
        }

        BestStep<TState, THyper>? best = null;
        List<SolveReport> failed = [];
        int number = 0;
        foreach ((TState state, THyper hyper) in starts)
        {
            OuterRun<TState, THyper> run = Keyed(Key.Fold(number++)).From(state, hyper, cancellation);
            try
            {
                run.ToEnd();
            }
            catch (SolveException exception)
            {
                failed.AddRange(exception.Reports);
            }

            best = run.State.Best is { } next && (best is null || IsBetter(next.Value, best.Value)) ? next : best;
        }

        return number == 0 ? throw new ArgumentException("OuterLoop.BestOf: there are no starts; give it one at least.", nameof(starts))
            : best ?? throw new SolveException("OuterLoop.BestOf: no step of any run can be trusted.", failed);
    }

    /// <summary>Throws if the problem of a key is not the same twice: a function of minibatches that draws from elsewhere, or remembers where it was. A run
    /// could not be resumed then. Costs two hypergradients for each of the first steps.</summary>
    /// <param name="start">The first w.</param>
    /// <param name="hyper">The first λ.</param>
    /// <param name="steps">How many keys are tried.</param>
    /// <exception cref="InvalidOperationException">Two answers to one key differ.</exception>
    public void RequireRepeatable(TState start, THyper hyper, int steps = 3)
    {
        LoopState<TState, THyper> from = Begin(start, hyper);
        StepRecord[] Answers() =>
            [.. Enumerable.Range(0, Allowed.AtLeast(1, steps)).Select(step => Rule.Step(from.Position, step, this, CancellationToken.None).Record)];
        foreach ((StepRecord first, StepRecord second) in Answers().Zip(Answers()))
        {
            if (!first.Value.Equals(second.Value) || !first.GradientNorm.Equals(second.GradientNorm))
            {
                throw new InvalidOperationException(
                    $"OuterLoop: the key of step {first.Step} gave F = {first.Value:R}, ‖∇ℓ‖ = {first.GradientNorm:R} and then F = {second.Value:R}, "
                        + $"‖∇ℓ‖ = {second.GradientNorm:R}: the function from keys to problems, or an objective, is not pure. Draw samples from the key only.");
            }
        }
    }

    /// <summary>What its steps are, and when it ends.</summary>
    public override string ToString() =>
        $"{Rule.Name}{(Optimizer is null ? string.Empty : $", by {Optimizer.Rule}")}, until {(End is null ? "it is left" : $"{End}")}";

    /// <summary>What steps are judged by, in words.</summary>
    internal string Judge => Validation is not { } validation ? "F" : validation.HigherIsBetter ? "the highest validation" : "the lowest validation";

    internal bool IsBetter(double value, double than) => Validation is { HigherIsBetter: true } ? value > than : value < than;

    private LoopState<TState, THyper> Begin(TState start, THyper hyper)
    {
        Rule.Require(this);
        if (Validation is { Every: var every } && End?.Patience < every)
        {
            throw new ArgumentException(
                $"OuterLoop: steps are judged every {every} steps, and {End} would end the run before the next one that is; ask for at least {every} steps "
                    + "without improvement, or validate more often.");
        }

        return new LoopState<TState, THyper>(Rule, Rule.Begin(start, hyper, this), 0, Key) { IsWritten = Ranks.Rank == 0 };
    }
}
