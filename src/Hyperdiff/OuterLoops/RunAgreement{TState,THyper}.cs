using System.Runtime.InteropServices;

namespace Hyperdiff;

/// <summary>What runs of one loop on many ranks must have in common: all that they start from, and what every step finds.</summary>
internal static class RunAgreement<TState, THyper>
{
    /// <summary>Throws on all ranks unless the loop, and where it begins, are the same.</summary>
    /// <exception cref="RanksDisagreeException">They differ in what the message names.</exception>
    /// <exception cref="InvalidOperationException">The loop saves a w of which every rank has another.</exception>
    public static void Require(OuterLoop<TState, THyper> loop, LoopState<TState, THyper> from)
    {
        (FlatTree<TState> state, FlatTree<THyper> hyper) = loop.Rule.Flatten(from.State, from.Hyper);
        if (loop.Saving is not null && state.Leaves.FirstOrDefault(Varies) is { Value: { } own } leaf)
        {
            throw new InvalidOperationException(
                $"OuterLoop: {leaf.Name} is {own.Type}: every rank has another, and a file holds what is the same on all of them, so that any number of ranks "
                    + "can go on from it. Leave out SavedTo, and save λ; w is found again from it.");
        }

        loop.Ranks.RequireSame(
            "OuterLoop",
            ("the first w", Of(state)),
            ("the first λ", Of(hyper)),
            ("the method or the problem", RunningHash.Of(loop.Rule.Name)),
            ("the optimizer", RunningHash.Of($"{loop.Optimizer}, {loop.Rule.Mover(from.Position)}")),
            ("the key", RunningHash.Of($"{loop.Key}")),
            ("the end", RunningHash.Of($"{loop.End}")),
            ("the policy for failures", RunningHash.Of($"{loop.Failure}")),
            ("the settings", RunningHash.Of(loop.Settings)),
            ("the number of steps made", (ulong)from.Steps));
    }

    /// <summary>Has what a step found, and where it leads, compared at the next exchange.</summary>
    public static void Witness(Ranks ranks, StepRecord record, (FlatTree<TState> State, FlatTree<THyper> Hyper) next)
    {
        // solves of a rank's own have evidence of its own
        bool own = next.State.Leaves.Any(Varies);
        ReadOnlySpan<double> numbers = [record.Step, record.Value, record.GradientNorm, own ? double.NaN : record.GradientError,
            record.Validation ?? double.NaN, (double)record.Outcome, record.Attempts, own ? 0 : record.IsTrusted ? 1 : 0];
        ranks.Witness(MemoryMarshal.AsBytes(numbers));
        ranks.Witness([.. BitConverter.GetBytes(Of(next.State)), .. BitConverter.GetBytes(Of(next.Hyper))]);
    }

    private static bool Varies(Leaf leaf) => leaf.Value.Type.VariesAcross is not null;

    private static ulong Of(FlatTree tree)
    {
        RunningHash hash = default;
        foreach (Leaf leaf in tree.Leaves.Where(leaf => !Varies(leaf)))
        {
            hash.Add(RunningHash.Of($"{leaf.Name} {leaf.Value.Type}"));
            hash.Add(leaf.Value.Read().AsBytes());
        }

        return hash.Value;
    }
}
