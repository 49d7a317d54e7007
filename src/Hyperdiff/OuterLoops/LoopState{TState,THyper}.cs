using System.Globalization;

namespace Hyperdiff;

/// <summary>Where an outer loop is: λ, w, the adjoint, the memory of the optimizer, tolerances, the best step so far. One value, which a run goes on from, in
/// this process or in another.</summary>
/// <typeparam name="TState">The structure of w.</typeparam>
/// <typeparam name="THyper">The structure of the hyperparameters λ.</typeparam>
public sealed class LoopState<TState, THyper>
{
    internal const string Kind = "a saved outer loop";

    private const string BestState = "best state";
    private const string BestHyper = "best hyper";

    internal LoopState(LoopRule<TState, THyper> rule, LoopPosition<TState, THyper> position, int steps, RandomKey key) =>
        (Rule, Position, Steps, Key) = (rule, position, steps, key);

    /// <summary>k, the number of steps that were made to get here.</summary>
    public int Steps { get; }

    /// <summary>λ, at which the next hypergradient will be computed.</summary>
    public THyper Hyper => Position.Hyper;

    /// <summary>w, from where the next solve begins.</summary>
    public TState State => Position.State;

    /// <summary>The best step so far; null while none was trusted.</summary>
    public BestStep<TState, THyper>? Best { get; internal init; }

    /// <summary>The wall time of all steps.</summary>
    public TimeSpan Elapsed { get; internal init; }

    /// <summary>Why the run ended here; null if it had not ended.</summary>
    public string? StoppedBy { get; internal init; }

    internal LoopRule<TState, THyper> Rule { get; }

    internal LoopPosition<TState, THyper> Position { get; }

    /// <summary>The key of the loop.</summary>
    internal RandomKey Key { get; }

    /// <summary>The last step; of a file, its numbers.</summary>
    internal StepRecord? Last { get; init; }

    internal bool IsLastTrusted { get; init; }

    /// <summary>What the best step is the best by, and since which step; null before a run.</summary>
    internal (string? By, int Since) Judged { get; init; }

    /// <summary>Whether this rank writes files.</summary>
    internal bool IsWritten { get; init; } = true;

    /// <summary>Saves it to a file, which <see cref="OuterLoop{TState, THyper}.Load"/> reads: an <c>.npz</c> archive with a header in JSON, written whole or
    /// not at all.</summary>
    /// <remarks>Of a run on many ranks, rank 0 writes, and the others return at once.</remarks>
    /// <param name="path">The file; one that exists is replaced.</param>
    /// <exception cref="IOException">It cannot be written; the old one is as it was.</exception>
    public void Save(string path) => Save(path, null);

    /// <summary>Saves it on a disk that may fail.</summary>
    internal void Save(string path, Disk? disk)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!IsWritten)
        {
            return;
        }

        var archive = new StructureArchive(Kind);
        archive.Add("rule", Rule.Name);
        archive.Add("optimizer", Rule.Mover(Position));
        archive.Add("key", [Key.Words]);
        archive.Add("steps", Steps);
        archive.Add("seconds", Elapsed.TotalSeconds);
        if (StoppedBy is not null)
        {
            archive.Add("stopped by", StoppedBy);
        }

        archive.Add("last value", Last?.Value ?? double.NaN);
        archive.Add("last gradient", Last?.GradientNorm ?? double.NaN);
        archive.Add("last is trusted", IsLastTrusted ? 1 : 0);
        if (Judged.By is not null)
        {
            archive.Add("judged by", Judged.By);
        }

        archive.Add("judged since", Judged.Since);
        archive.Add("best step", Best?.Step ?? -1);
        if (Best is not null)
        {
            archive.Add("best value", Best.Value);
            (FlatTree<TState> state, FlatTree<THyper> hyper) = Rule.Flatten(Best.State, Best.Hyper);
            archive.Add(BestState, state);
            archive.Add(BestHyper, hyper);
        }

        Rule.Write(Position, archive);
        archive.Save(path, disk);
    }

    /// <summary>The same place, where the run ended for a reason; null if it did not end.</summary>
    internal LoopState<TState, THyper> EndedBy(string? reason) => reason is null ? this : new(Rule, Position, Steps, Key)
    {
        Elapsed = Elapsed,
        Last = Last,
        IsLastTrusted = IsLastTrusted,
        Judged = Judged,
        Best = Best,
        IsWritten = IsWritten,
        StoppedBy = reason,
    };

    /// <summary>The same place to a loop that judges steps by something: the best one is forgotten if it was the best by something else.</summary>
    internal LoopState<TState, THyper> JudgedBy(string judge) => Judged.By == judge ? this : new(Rule, Position, Steps, Key)
    {
        Elapsed = Elapsed,
        Last = Last,
        IsLastTrusted = IsLastTrusted,
        Judged = (judge, Steps),
        IsWritten = IsWritten,
        StoppedBy = StoppedBy,
    };

    /// <summary>What a file holds.</summary>
    internal static LoopState<TState, THyper> Load(string path, OuterLoop<TState, THyper> loop, LoopPosition<TState, THyper> like)
    {
        (LoopRule<TState, THyper> rule, RandomKey key) = (loop.Rule, loop.Key);
        StructureArchive archive = Open(path, loop.Ranks);
        if (archive.Words("rule") != rule.Name)
        {
            throw archive.Foreign("job", $"it is of {archive.Words("rule")}, and this is {rule.Name}");
        }

        if (archive.Words("optimizer") != rule.Mover(like))
        {
            throw archive.Foreign("optimizer", $"it goes on with {archive.Words("optimizer")}, and the loop has {rule.Mover(like)}");
        }

        var saved = new RandomKey(archive.Tensors("key") is [var words]
            ? words : throw new InvalidDataException($"{path}: it has no key; the file is damaged."));
        if (!saved.Words.AsSpan<int>().SequenceEqual(key.Words.AsSpan<int>()))
        {
            throw archive.Foreign("key", $"it draws from {saved}, and the loop from {key}; pass the loop the key that it began with");
        }

        int steps = (int)archive.Number("steps"), best = (int)archive.Number("best step");
        (FlatTree<TState> state, FlatTree<THyper> hyper) = rule.Flatten(like.State, like.Hyper);
        return new LoopState<TState, THyper>(rule, rule.Read(archive, like, loop), steps, key)
        {
            Elapsed = TimeSpan.FromSeconds(archive.Number("seconds")),
            StoppedBy = archive.WordsOrNull("stopped by"),
            IsLastTrusted = archive.Number("last is trusted") != 0,
            Judged = (archive.WordsOrNull("judged by"), (int)archive.Number("judged since")),
            IsWritten = loop.Ranks.Rank == 0,
            Last = steps == 0 ? null : new StepRecord
            {
                Step = steps - 1,
                Value = archive.Number("last value"),
                GradientNorm = archive.Number("last gradient"),
            },
            Best = best < 0 ? null : new BestStep<TState, THyper>(
                best, archive.Number("best value"), ((FlatTree<TState>)archive.Tree(BestState, state)).Value,
                ((FlatTree<THyper>)archive.Tree(BestHyper, hyper)).Value),
        };
    }

    // of many ranks only the first need see the file
    private static StructureArchive Open(string path, Ranks ranks)
    {
        using Stream stream = ranks.Count == 1 ? ReplacedFile.Open(path) : new MemoryStream(ranks.FromRank0(() => File.ReadAllBytes(path)));
        return StructureArchive.Open(stream, path, Kind);
    }

    /// <summary>How many steps were made, whether the loop has ended, and which step was the best.</summary>
    public override string ToString()
    {
        string best = Best is null ? string.Empty : string.Create(CultureInfo.InvariantCulture, $"; best so far: {Best.Value:G10} at step {Best.Step}");
        return $"after {Steps} steps of {Rule.Name}{(StoppedBy is null ? string.Empty : $", ended: {StoppedBy}")}{best}";
    }
}
