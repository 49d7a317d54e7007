using Hyperdiff.Graphs;
using Hyperdiff.Transforms;
using static Hyperdiff.Testing.Samples.OperandSample;

namespace Hyperdiff.Testing.Samples;

/// <summary>Functions that are one primitive: checkpointed, item by item, or with rules of their own, which here are the true derivatives. Made for
/// float64.</summary>
internal static class RuleCases
{
    /// <summary>All cases.</summary>
    public static IReadOnlyList<PrimitiveCase> All { get; } =
    [
        Case(new Checkpointed(Traced(all => [(all[0].MatMul(all[1]) + all[0].Sum(0)).Tanh(), all[1].Exp()], [2, 2], [2])), Active([2, 2]),
            Active([2], seed: 2)),
        Case(new ItemByItem(new Checkpointed(Traced(all => [(0.5 * all[0].MatMul(all[1])).Sin(), (0.5 * all[0]).Exp()], [2, 2], [2])), [0], 3),
            Active([3, 2, 2]), Active([2], seed: 2)),
        Case(new CustomTangent(Sine(), Traced(all => [all[1] * all[0].Cos() * all[2]], [2], [2], []), 1), Active([2]), Constant([], 3), Constant([], 3)),
        Case(new CustomCotangent(Sine(), Pulled(), 1), Active([2]), Constant([], 3), Constant([], 3)),
        Case(new ToEachRank(Ranks.Single), Active([2, 3])),
        Case(new ToEachRank(Ranks.Single) { IsWitnessed = true }, Active([2, 3]), Active([2], seed: 2)),
        Case(new SumOverRanks(Ranks.Single), Active([2, 3])),
        Case(new SumOverRanks(Ranks.Single), Active([2, 3]), Active([2], seed: 2)),
        Case(new PulledBack(Pulled(), 1, 1), Active([2]), Active([2], seed: 2), Active([2], seed: 3), Active([], 3)),
    ];

    // x ↦ a sin x, with the factor taken from outside
    private static Graph Sine() => Traced(all => [all[1] * all[0].Sin()], [2], []);

    // (x, y, ȳ, a) ↦ a cos x ȳ
    private static Graph Pulled() => Traced(all => [all[2] * all[0].Cos() * all[3]], [2], [2], [2], []);

    private static PrimitiveCase Case(Primitive primitive, params OperandSample[] operands) => new(primitive, operands) { DTypes = [DType.Float64] };

    private static Graph Traced(Func<Tensor[], Tensor[]> function, params Shape[] shapes) =>
        TracedFunction.Of(function, [.. shapes.Select(shape => new TensorType(DType.Float64, shape))]).Graph;
}
