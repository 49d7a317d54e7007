using System.Collections.Immutable;

namespace Hyperdiff.Graphs;

/// <summary><c>y_r = x</c>: what is the same on all ranks, given to each. Its transpose sums over them.</summary>
/// <remarks>Nothing travels.</remarks>
/// <param name="Ranks">The ranks.</param>
internal sealed record ToEachRank(Ranks Ranks) : Collective(Ranks)
{
    /// <summary>Whether ranks that were given different x are told so at the next exchange, whose header holds a hash of it: w and λ, not what a solve of a
    /// rank's own reckons with.</summary>
    public bool IsWitnessed { get; init; }

    /// <inheritdoc/>
    internal override bool IsOrdered => IsWitnessed;

    /// <inheritdoc/>
    private protected override Collective Transposed => new SumOverRanks(Ranks);

    /// <inheritdoc/>
    internal override TensorType[] Wanted(ReadOnlySpan<TensorType> operands) => Replication.Of(operands, null);

    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> operands) => Replication.Of(operands, Ranks);

    /// <inheritdoc/>
    public override Tensor[] Execute(IBackend backend, ReadOnlySpan<Tensor> operands)
    {
        var results = new Tensor[operands.Length];
        for (int i = 0; i < results.Length; i++)
        {
            if (IsWitnessed && Placement.OwnerOf(operands[i].Storage) is null)
            {
                Ranks.Witness(operands[i].Read().AsBytes());
            }

            results[i] = operands[i].As(operands[i].Type with { VariesAcross = Ranks });
        }

        return results;
    }

    /// <inheritdoc/>
    public override LiveResult[] Live(ReadOnlySpan<LiveOperand> operands)
    {
        LiveOperand[] all = operands.ToArray();
        Tensor[] given = Apply(Array.ConvertAll(all, operand => operand.Tensor));
        return [.. all.Select((operand, i) => new LiveResult(given[i], operand.Mask is { } mask ? new ToEachRank(Ranks).Apply(mask)[0] : null))];
    }

    /// <summary>Every rank has a constant already.</summary>
    internal override Value? Simpler(ImmutableArray<Value> operands, Emitter emit) => operands is [{ Definition.Primitive: Fill fill }]
        ? emit(new Fill(fill.Scalar, fill.Type with { VariesAcross = Ranks }), []) : null;
}
