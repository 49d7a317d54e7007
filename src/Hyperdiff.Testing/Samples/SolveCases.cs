using System.Collections.Immutable;
using Hyperdiff.Graphs;
using static Hyperdiff.Testing.Samples.OperandSample;

namespace Hyperdiff.Testing.Samples;

/// <summary>The solves: primitives that hold a graph, made for float64. Their tolerance is far below that of the laws.</summary>
internal static class SolveCases
{
    private const double Tolerance = 1e-15;

    /// <summary>All cases.</summary>
    public static IReadOnlyList<PrimitiveCase> All { get; } =
    [
        new(Symmetric(), Active([2], seed: 2), Active([2, 2])) { DTypes = [DType.Float64] },
        new(Contraction(), Constant([2], 0, 0), Active([2, 2], -0.4, 0.4), Active([2], seed: 2)) { DTypes = [DType.Float64] },
        new(Given(), Active([2])) { DTypes = [DType.Float64] },
    ];

    // a matrix that is not its transpose, by functions that are not traced
    private static GivenProduct Given()
    {
        ImmutableArray<TensorType> types = [new TensorType(DType.Float64, [2])];
        return new GivenProduct(v => v.With([v.ToArray()[0] + (2 * v.ToArray()[1]), -v.ToArray()[1]]),
            u => u.With([u.ToArray()[0], (2 * u.ToArray()[0]) - u.ToArray()[1]]), types, types);
    }

    // (M Mᵀ + I) x = b, positive definite for every M
    private static LinearSolve Symmetric()
    {
        Graph graph = TracedFunction.Of(
            operands => [operands[1].MatMul(operands[1].Transpose().MatMul(operands[0])) + operands[0]],
            [new TensorType(DType.Float64, [2]), new TensorType(DType.Float64, [2, 2])]).Graph;
        LinearSolver solver = LinearSolver.ConjugateGradient(Tolerance);
        return new LinearSolve(graph, 1, solver, solver, "system", "transposed system");
    }

    // w = tanh(M w) + b, a contraction for the small M of the case, with J ≠ Jᵀ
    private static ImplicitSolve Contraction()
    {
        Graph graph = TracedFunction.Of(
            operands => [operands[1].MatMul(operands[0]).Tanh() + operands[2]],
            [new TensorType(DType.Float64, [2]), new TensorType(DType.Float64, [2, 2]), new TensorType(DType.Float64, [2])]).Graph;
        LinearSolver solver = LinearSolver.FixedPoint(Tolerance);
        return new ImplicitSolve(graph, 1, [0], FixedPoint.Iteration(Tolerance), solver, solver, "a problem");
    }
}
