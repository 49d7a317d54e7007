using Hyperdiff.Graphs;

namespace Hyperdiff;

/// <summary>Tensors that differ from rank to rank: where they come from, and what makes them the same on all again.</summary>
/// <remarks>
/// The type of a tensor tells (<see cref="TensorType.VariesAcross"/>), and what is computed from one that differs does too. A function whose result differs
/// from rank to rank is refused where it would be differentiated or solved, so that no rank goes on with the derivative of its own share alone. These
/// operations are differentiable to any order: the transpose of a sum over ranks gives to each rank, and the transpose of that, which stands wherever a
/// replicated value meets one that differs, sums.
/// </remarks>
public static class RankedTensors
{
    /// <summary>The rows of this rank: of n along axis 0, those from ⌊r n/R⌋ up to, but without, ⌊(r + 1) n/R⌋.</summary>
    /// <param name="ranks">The ranks.</param>
    /// <param name="all">All rows, the same on every rank, of shape <c>[n, …]</c>.</param>
    /// <exception cref="ArgumentException">There are more ranks than rows.</exception>
    /// <exception cref="ShapeMismatchException">The tensor is a scalar.</exception>
    public static Tensor Shard(this Ranks ranks, Tensor all)
    {
        ArgumentNullException.ThrowIfNull(ranks);
        ArgumentNullException.ThrowIfNull(all);
        if (all.Rank == 0)
        {
            throw new ShapeMismatchException($"Shard: {all.Type} has no first axis that counts samples.");
        }

        int rows = all.Shape[0];
        return rows >= ranks.Count
            ? ranks.Own(all.Slice(0, (int)((long)rows * ranks.Rank / ranks.Count), (int)((long)rows * (ranks.Rank + 1) / ranks.Count)))
            : throw new ArgumentException($"Shard: {all.Type} has {rows} rows, and there are {ranks.Count} ranks: one would have none. Start fewer ranks.",
                nameof(all));
    }

    /// <summary>A tensor that this rank has for itself, such as the samples that it read from a file of its own: marked as differing from rank to
    /// rank.</summary>
    /// <param name="ranks">The ranks.</param>
    /// <param name="own">What this rank has, of any shape; the ranks may have different numbers of rows.</param>
    /// <exception cref="InvalidOperationException">It is marked for other ranks already.</exception>
    public static Tensor Own(this Ranks ranks, Tensor own)
    {
        ArgumentNullException.ThrowIfNull(ranks);
        ArgumentNullException.ThrowIfNull(own);
        return own.Type.VariesAcross is not { } other || ReferenceEquals(other, ranks)
            ? own.As(own.Type with { VariesAcross = ranks })
            : throw new InvalidOperationException($"Own: {own.Type} belongs to other ranks ({other.Name}).");
    }

    /// <summary>What is the same on all ranks, given to each: its derivative is summed over them. Where it meets a tensor that differs from rank to rank this
    /// happens by itself; it is needed before it is stretched by hand to a shape that differs.</summary>
    /// <param name="x">What is the same on all ranks, of any shape.</param>
    /// <param name="ranks">The ranks.</param>
    public static Tensor ToEach(this Tensor x, Ranks ranks)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(ranks);
        return x.Type.VariesAcross is null ? new ToEachRank(ranks).Apply(x)[0] : ranks.Own(x);
    }

    /// <summary><c>Σ_r x_r</c>, in the order of the ranks: the same on all of them. A replicated x counts once for each.</summary>
    /// <param name="x">What each rank has, of one shape on all, of floating numbers or integers.</param>
    /// <param name="ranks">The ranks.</param>
    /// <exception cref="RanksDisagreeException">The ranks gave different numbers of elements.</exception>
    /// <exception cref="DTypeMismatchException">x is of truth values.</exception>
    public static Tensor SumOver(this Tensor x, Ranks ranks)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(ranks);
        return x.DType == DType.Bool
            ? throw new DTypeMismatchException($"SumOver: a sum is one of numbers, and this is {x.Type}; convert it: x.To(DType.Int32).")
            : new SumOverRanks(ranks).Apply(x)[0];
    }

    /// <summary><c>Σ_r n_r x_r / Σ_r n_r</c>: the mean over all samples of what each rank has as the mean over its own.</summary>
    /// <param name="x">What each rank has, of one shape on all, of floating numbers.</param>
    /// <param name="ranks">The ranks.</param>
    /// <param name="samples">n_r, over how many samples this rank's is a mean; at least 1.</param>
    /// <exception cref="RanksDisagreeException">The ranks gave different numbers of elements.</exception>
    public static Tensor MeanOver(this Tensor x, Ranks ranks, int samples)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(ranks);
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        Tensor count = ranks.Own(Tensor.From([(double)samples])).Reshape([]).To(x.DType);
        return (count / count.SumOver(ranks) * x).SumOver(ranks);
    }
}
