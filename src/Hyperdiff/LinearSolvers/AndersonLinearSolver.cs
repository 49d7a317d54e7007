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

        AlternatingRun step = matrix.Repeat(StepGraph(matrix));
        (VectorRows images, VectorRows residuals) = (new(window, system), new(window, system));
        images.Add((new LeafVector(run.X) + run.Start).Leaves);
        residuals.Add(run.Start);
        double[] mixture = [1, .. new double[window - 1]], gram = new double[window * window];
        gram[0] = LeafVector.Dot(run.Start, run.Start).ToScalar();
        while (run.Continues)
        {
            int place = (run.Updates + 1) % window;
            Tensor[] x = images.Combine(mixture), next = step.Run(Name, [.. system.RightHandSide.Leaves, .. x]);
            images.Write(place, next[leaves..^1]);
            residuals.Write(place, next[..leaves]);
            double[] numbers = residuals.Dots(next[^1], next[..leaves]);
            run.Next(x, numbers[^1]);
            for (int i = 0; i < residuals.Count; i++)
            {
                gram[(place * window) + i] = gram[(i * window) + place] = numbers[i];
            }

            mixture = AndersonMixture.Weights(gram, Math.Min(run.Updates + 1, window));
        }

        return run.End();
    }

    /// <summary><c>(b, x, residuals) → (r, x + r, ‖r‖)</c>.</summary>
    private static Graph StepGraph(LinearOperator matrix) => matrix.Step(
        typeof(AndersonLinearSolver),
        vector => [.. vector, .. vector],
        (products, operands) =>
        {
            int leaves = matrix.InputTypes.Length;
            LeafVector x = operands[leaves..];
            LeafVector r = new LeafVector(operands[..leaves]) - products.Product(x);
            return [.. r.Leaves, .. (x + r).Leaves, r.OrdinaryNorm()];
        });
}
