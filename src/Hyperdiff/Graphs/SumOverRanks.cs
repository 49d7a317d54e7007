using System.Numerics;

namespace Hyperdiff.Graphs;

/// <summary><c>y = Σ_r x_r</c>, in the order of the ranks: what differs from rank to rank, summed, and the same on all of them; of truth values whether
/// any is true. Its transpose gives to each rank.</summary>
/// <remarks>
/// The sums of one equation are one exchange, of all numbers of one type together. A number tells equations with equal operands apart: that these are equal
/// may follow from the size of a rank's share, so that joining them would leave the others waiting.
/// </remarks>
/// <param name="Ranks">The ranks.</param>
/// <param name="Number">The place of the exchange in the graph that it was traced into.</param>
internal sealed record SumOverRanks(Ranks Ranks, int Number = 0) : Collective(Ranks)
{
    /// <inheritdoc/>
    private protected override Collective Transposed => new ToEachRank(Ranks);

    /// <inheritdoc/>
    internal override bool Communicates => true;

    /// <inheritdoc/>
    internal override TensorType[] Wanted(ReadOnlySpan<TensorType> operands) => Replication.Of(operands, Ranks);

    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> operands) => Replication.Of(operands, null);

    /// <inheritdoc/>
    public override Tensor[] Execute(IBackend backend, ReadOnlySpan<Tensor> operands)
    {
        if (Ranks.Count == 1)
        {
            return Array.ConvertAll(operands.ToArray(), operand => operand.As(operand.Type with { VariesAcross = null }));
        }

        var results = new HostArray[operands.Length];
        for (int i = 0; i < results.Length; i++)
        {
            results[i] = HostArray.AllocateUninitialized(operands[i].Type with { VariesAcross = null });
            operands[i].Read().CopyTo(results[i]);
        }

        Sum<double>(results, DType.Float64, values => Ranks.Sum(values));
        Sum<float>(results, DType.Float32, values => Ranks.Sum(values));
        Sum<int>(results, DType.Int32, values => Ranks.Sum(values));
        foreach (HostArray truths in results.Where(array => array.Type.DType == DType.Bool))
        {
            Any(truths.AsSpan<bool>());
        }

        var placed = new Tensor[results.Length];
        for (int i = 0; i < placed.Length; i++)
        {
            placed[i] = Placement.Beside(operands[i], Tensor.FromHost(results[i]));
        }

        return placed;
    }

    /// <summary>Live where it is on any rank.</summary>
    public override LiveResult[] Live(ReadOnlySpan<LiveOperand> operands)
    {
        LiveOperand[] all = operands.ToArray();
        Tensor[] sums = Apply(Array.ConvertAll(all, operand => operand.Tensor));
        return [.. all.Select((operand, i) => new LiveResult(sums[i], operand.Mask is { } mask ? new SumOverRanks(Ranks).Apply(mask)[0] : null))];
    }

    private static void Sum<T>(HostArray[] arrays, DType type, Summation<T> sum)
        where T : unmanaged, INumber<T>
    {
        HostArray[] of = Array.FindAll(arrays, array => array.Type.DType == type);
        if (of.Length <= 1)
        {
            if (of.Length == 1)
            {
                sum(of[0].AsSpan<T>());
            }

            return;
        }

        int count = of.Sum(array => array.Count), start = 0;
        T[] packed = System.Buffers.ArrayPool<T>.Shared.Rent(count);
        foreach (HostArray array in of)
        {
            array.AsSpan<T>().CopyTo(packed.AsSpan(start));
            start += array.Count;
        }

        sum(packed.AsSpan(0, count));
        start = 0;
        foreach (HostArray array in of)
        {
            packed.AsSpan(start, array.Count).CopyTo(array.AsSpan<T>());
            start += array.Count;
        }

        System.Buffers.ArrayPool<T>.Shared.Return(packed);
    }

    private void Any(Span<bool> truths)
    {
        int[] counts = System.Buffers.ArrayPool<int>.Shared.Rent(truths.Length);
        for (int i = 0; i < truths.Length; i++)
        {
            counts[i] = truths[i] ? 1 : 0;
        }

        Ranks.Sum(counts.AsSpan(0, truths.Length));
        for (int i = 0; i < truths.Length; i++)
        {
            truths[i] = counts[i] > 0;
        }

        System.Buffers.ArrayPool<int>.Shared.Return(counts);
    }

    private delegate void Summation<T>(Span<T> values);
}
