using Hyperdiff.Graphs;
using Hyperdiff.Testing.Samples;

namespace Hyperdiff.Tests.InnerSolvers;

/// <summary>The primitives that are solves, on small systems that are neither symmetric nor normal, and one minimum: what the laws of solves are checked
/// on.</summary>
internal static class SolveProblems
{
    // Residuals of 1e-14 relative to right-hand sides of order 1.
    private const double Tolerance = 1e-14;

    public static IReadOnlyList<(string Name, Primitive Primitive, Tensor[] Operands, Axes Active)> All { get; } =
    [
        ("linear system", System(), [Sample([2], 1, 3), Sample([3], 1, 4), Sample([2, 2], 0.4, 1), Sample([3], 1, 2)], [0, 1, 2, 3]),
        ("fixed point", FixedPointOf(), [Tensor.Zeros([3]), Sample([3, 3], 0.4, 5), Sample([3], 1, 6)], [1, 2]),
        ("minimum", MinimumOf(), [Tensor.Zeros([3]), Sample([3], 1, 7), Sample([3, 3], 0.5, 8)], [1, 2]),
    ];

    // A(θ) (v₁, v₂) = (v₁ + θ₁ v₁ + ¼ v₂[..2] tanh θ₂[..2], v₂ + 0.3 v₂ tanh θ₂ + ¼ Σv₁): two leaves, coupled, A ≠ Aᵀ
    private static LinearSolve System()
    {
        Graph matrix = TracedFunction.Of(
            operands =>
            {
                (Tensor a, Tensor b, Tensor m, Tensor d) = (operands[0], operands[1], operands[2], operands[3].Tanh());
                return [a + m.MatMul(a) + (0.25 * b[..2] * d[..2]), b + (0.3 * b * d) + (0.25 * a.Sum())];
            },
            [Type(2), Type(3), Type(2, 2), Type(3)]).Graph;
        LinearSolver solver = LinearSolver.FixedPoint(Tolerance);
        return new LinearSolve(matrix, 2, solver, solver, "tangent", "adjoint");
    }

    // w = tanh(θ₁ w + θ₂)
    private static ImplicitSolve FixedPointOf()
    {
        Graph map = TracedFunction.Of(operands => [(operands[1].MatMul(operands[0]) + operands[2]).Tanh()], [Type(3), Type(3, 3), Type(3)]).Graph;
        LinearSolver solver = LinearSolver.FixedPoint(Tolerance);
        return new ImplicitSolve(map, 1, [0], FixedPoint.Iteration(Tolerance), solver, solver, "a problem");
    }

    // f = Σ cosh-like: ½‖w − θ₁‖² + Σ exp(θ₂ w)/4, strictly convex
    private static ImplicitSolve MinimumOf()
    {
        Graph objective = TracedFunction.Of(
            operands => [(0.5 * (operands[0] - operands[1]).Square().Sum()) + (0.25 * operands[2].MatMul(operands[0]).Exp().Sum())],
            [Type(3), Type(3), Type(3, 3)]).Graph;
        LinearSolver solver = LinearSolver.ConjugateGradient(Tolerance);
        return new ImplicitSolve(objective, 1, [0], Minimizer.NewtonCg(Tolerance), solver, solver, "a problem");
    }

    private static TensorType Type(params int[] sizes) => new(DType.Float64, new Shape(sizes));

    private static Tensor Sample(Shape shape, double size, int seed) => Tensor.From(OperandSample.Spread(shape.ElementCount, -size, size, seed), shape);
}
