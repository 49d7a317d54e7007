using Hyperdiff.Graphs;

namespace Hyperdiff;

/// <summary>The fixed-point iteration with Anderson acceleration: the next iterate is made of the last few, mixed so that their residuals cancel.
/// See <see cref="LinearSolver.Anderson"/>.</summary>
/// <param name="Window">m, how many iterates are mixed.</param>
/// <param name="Tolerance">For ‖b − A x‖, relative to ‖b‖.</param>
/// <param name="MaxIterations">The most updates.</param>
internal sealed record AndersonLinearSolver(int Window, Tolerance Tolerance, int MaxIterations) : LinearSolver
{
    /// <summary>m, how many iterates are mixed.</summary>
    public int Window { get; init => field = Setting.Count(value, 1, nameof(Window)); } = Setting.Count(Window, 1, nameof(Window));

    /// <summary>The most updates.</summary>
    public int MaxIterations { get; init => field = Setting.Count(value, 0, nameof(MaxIterations)); } = Setting.Count(MaxIterations, 0, nameof(MaxIterations));

    /// <inheritdoc/>
    public override string Name => $"Anderson acceleration over {Window}";

    internal override SolverKind Kind => SolverKind.AcceleratedLinear;

    /// <inheritdoc/>
    public override MatrixClass Matrices => MatrixClass.NearIdentity;

    /// <inheritdoc/>
    protected internal override LinearSolution Solve(LinearSystem system)
    {
        LinearOperator matrix = system.Matrix;
        int leaves = matrix.InputTypes.Length;
        int window = Math.Min(Window, DenseMatrix.Size(matrix) + 1);
        var run = new ResidualIteration(this, system, MaxIterations);
        if (!run.Continues)
        {
            return run.End();
        }

        AlternatingRun step = matrix.Repeat(StepGraph(matrix, window));
        Tensor first = StackedVectors.Row(0, window);
        StackedVectors iterates = StackedVectors.Zeros(window, matrix.InputTypes).Add(first, run.X);
        StackedVectors residuals = StackedVectors.Zeros(window, matrix.InputTypes).Add(first, run.Start);
        double[] mixture = [1, .. new double[window - 1]], gram = new double[window * window];
        gram[0] = LeafVector.Dot(run.Start, run.Start).ToScalar();
        while (run.Continues)
        {
            int place = (run.Updates + 1) % window;
            Tensor row = StackedVectors.Row(place, window);
            Tensor[] next = step.Run(Name, [.. system.RightHandSide.Leaves, .. iterates.Leaves, .. residuals.Leaves, Tensor.Wrap(mixture, [window]), row]);
            (iterates, residuals) = (next[..leaves], next[leaves..(2 * leaves)]);
            double[] numbers = Readings.Of(next.AsSpan(^2..));
            run.Next(next[(2 * leaves)..^2], numbers[^1]);
            for (int i = 0; i < window; i++)
            {
                gram[(place * window) + i] = gram[(i * window) + place] = numbers[i];
            }

            mixture = AndersonMixture.Weights(gram, Math.Min(run.Updates + 1, window));
        }

        return run.End();
    }

    /// <summary><c>(b, X, R, α, e, residuals) → (X′, R′, x, R′ r, ‖r‖)</c>.</summary>
    private static Graph StepGraph(LinearOperator matrix, int rows)
    {
        TensorType weights = new(DType.Float64, [rows]);
        return matrix.Step(
            (typeof(AndersonLinearSolver), rows),
            vector => [.. vector, .. StackedVectors.Types(rows, vector), .. StackedVectors.Types(rows, vector), weights, weights],
            (products, operands) =>
            {
                int leaves = matrix.InputTypes.Length;
                StackedVectors iterates = operands[leaves..(2 * leaves)];
                StackedVectors residuals = operands[(2 * leaves)..^2];
                LeafVector x = iterates.Combine(operands[^2], matrix.InputTypes) + residuals.Combine(operands[^2], matrix.InputTypes);
                LeafVector r = new LeafVector(operands[..leaves]) - products.Product(x);
                StackedVectors next = residuals.Replace(operands[^1], r);
                return [.. iterates.Replace(operands[^1], x).Leaves, .. next.Leaves, .. x.Leaves, next.Dot(r), r.OrdinaryNorm()];
            });
    }
}
