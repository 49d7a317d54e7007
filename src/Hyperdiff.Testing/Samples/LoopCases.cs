using Hyperdiff.Graphs;
using static Hyperdiff.Testing.Samples.OperandSample;

namespace Hyperdiff.Testing.Samples;

/// <summary>The loops: primitives that hold the graph of a step, made for float64.</summary>
internal static class LoopCases
{
    private const int Steps = 4;

    /// <summary>All cases.</summary>
    public static IReadOnlyList<PrimitiveCase> All { get; } =
    [
        Case(new ScanLoop(Recurrence(), 1, 1, Steps, Reverse: false, Counted: false, Checkpointing.None), Start(), Inputs(), Matrix()),
        Case(new ScanLoop(Recurrence(), 1, 1, Steps, Reverse: true, Counted: false, Checkpointing.None), Start(), Inputs(), Matrix()),
        Case(new ScanLoop(Recurrence(), 1, 1, Steps, Reverse: false, Counted: true, Checkpointing.None), Start(), Inputs(), Matrix(), Integers([], 3)),
        Case(new ScanLoop(Recurrence(), 1, 1, Steps, Reverse: false, Counted: false, Checkpointing.Every(2)), Start(), Inputs(), Matrix()),
        Case(new ScanLoop(Recurrence(), 1, 1, Steps, Reverse: true, Counted: false, Checkpointing.Budget(48)), Start(), Inputs(), Matrix()),
        Case(new WhileLoop(BelowThree(), Growth(), 1, 20), Active([2], 0.3, 0.5), Constant([], 3), Active([2], 0.4, 0.7)),
        Case(
            new BackwardLoop(Advance(), Back(), 1, 1, 1, 1, Steps, Reverse: true, Checkpointing.Every(2)),
            Start(),
            Active([2], -0.5, 0.5, seed: 4),
            Inputs(),
            Active([Steps, 2], -0.5, 0.5, seed: 5),
            Matrix()),
    ];

    private static PrimitiveCase Case(Primitive primitive, params OperandSample[] operands) => new(primitive, operands) { DTypes = [DType.Float64] };

    private static OperandSample Start() => Active([2], -0.5, 0.5);

    private static OperandSample Inputs() => Active([Steps, 2], -1, 1, seed: 2);

    private static OperandSample Matrix() => Active([2, 2], -0.6, 0.6, seed: 3);

    // (c, x, M) → (tanh(M c + x), c · x)
    private static Graph Recurrence() => Traced(all => [(all[2].MatMul(all[0]) + all[1]).Tanh(), all[0] * all[1]], [2], [2], [2, 2]);

    // c ← tanh(M c + x)
    private static Graph Advance() => Traced(all => [(all[2].MatMul(all[0]) + all[1]).Tanh()], [2], [2], [2, 2]);

    // (α, c, x, u, M) → (α sin c + u, α x c)
    private static Graph Back() => Traced(all => [(all[4].MatMul(all[0]) * all[1].Sin()) + all[3], all[0] * all[2] * all[1]], [2], [2], [2], [2], [2, 2]);

    // far from a number of steps that a small change of the operands would change
    private static Graph BelowThree() => Traced(all => [all[0].Sum() < all[1]], [2], []);

    private static Graph Growth() => Traced(all => [(all[0] * (1 + all[1])) + (0.1 * all[0].Sin())], [2], [2]);

    private static Graph Traced(Func<Tensor[], Tensor[]> function, params Shape[] shapes) =>
        TracedFunction.Of(function, [.. shapes.Select(shape => new TensorType(DType.Float64, shape))]).Graph;
}
