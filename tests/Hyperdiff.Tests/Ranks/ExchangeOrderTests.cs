using Hyperdiff.Graphs;

namespace Hyperdiff.Tests.AcrossRanks;

/// <summary>Plans for shares of other sizes join other work; what ranks exchange keeps its order in all of them.</summary>
public sealed class ExchangeOrderTests
{
    /// <summary>On rank 0 the product joins the exponentials, which come first, so that its operand, the second sum, would be fetched before the first
    /// one; on rank 1 their shapes differ.</summary>
    [Fact]
    public void TwoExchanges_KeepTheirOrder_WhateverIsJoined() => Ranks.InProcess(2, ranks =>
    {
        Tensor a = ranks.Own(Tensor.Ones(ranks.Rank == 0 ? [5] : [1])), b = ranks.Own(Tensor.Ones([3])), c = ranks.Own(Tensor.Ones([5]));
        TracedFunction traced = TracedFunction.Of(
            all =>
            {
                Tensor exponentials = all[0].Exp(), first = all[1].SumOver(ranks), second = all[2].SumOver(ranks);
                return [(exponentials * second).Sum().SumOver(ranks), first];
            },
            [a.Type, b.Type, c.Type]);

        Tensor[] found = traced.Graph.Call([a, b, c]).Outputs;

        // e · 2 of five elements on each of two ranks
        Assert.Equal(20 * Math.E, found[0].ToScalar(), 20 * Math.E * 10 * DType.Float64.Epsilon());
        Assert.Equal([2.0, 2, 2], found[1].ToArray<double>());
        return true;
    });
}
