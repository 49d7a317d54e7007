using Hyperdiff.Graphs;

namespace Hyperdiff;

/// <summary>Broyden's method on <c>A x = b</c>: a quasi-Newton method that learns the inverse of A from the steps it makes.
/// See <see cref="LinearSolver.Broyden"/>.</summary>
/// <param name="Memory">m, after how many updates it begins again; 1 is the fixed-point iteration.</param>
/// <param name="Tolerance">For ‖b − A x‖, relative to ‖b‖.</param>
/// <param name="MaxIterations">The most updates.</param>
internal sealed record BroydenLinearSolver(int Memory, Tolerance Tolerance, int MaxIterations) : LinearSolver
{
    private const double Unusable = 1e-8;

    /// <summary>m, after how many updates it begins again; 1 is the fixed-point iteration.</summary>
    public int Memory { get; init => field = Setting.Count(value, 1, nameof(Memory)); } = Setting.Count(Memory, 1, nameof(Memory));

    /// <summary>The most updates.</summary>
    public int MaxIterations { get; init => field = Setting.Count(value, 0, nameof(MaxIterations)); } = Setting.Count(MaxIterations, 0, nameof(MaxIterations));

    /// <inheritdoc/>
    public override string Name => $"Broyden's method over {Memory}";

    internal override SolverKind Kind => SolverKind.AcceleratedLinear;

    /// <inheritdoc/>
    protected internal override bool IsScaleFree => false;

    /// <inheritdoc/>
    protected internal override LinearSolution Solve(LinearSystem system)
    {
        LinearOperator matrix = system.Matrix;
        int leaves = matrix.InputTypes.Length;
        int memory = (int)Math.Clamp(2L * DenseMatrix.Size(matrix), 1, Memory);
        var run = new ResidualIteration(this, system, MaxIterations);
        if (!run.Continues)
        {
            return run.End();
        }

        AlternatingRun step = matrix.Repeat(StepGraph(matrix));
        var steps = new VectorRows(memory, system);
        Tensor[] r = run.Start;
        (double[] weights, double scale) = ([], 1);
        double[,] gram = new double[memory, memory];
        while (run.Continues)
        {
            Tensor[] next = step.Run(Name, [.. system.RightHandSide.Leaves, .. run.X, .. r, .. steps.Combine(weights), Tensor.Scalar(scale)]);
            (Tensor[] x, r, Tensor[] s) = (next[..leaves], next[leaves..(2 * leaves)], next[(2 * leaves)..^1]);
            steps.Add(s);
            int kept = steps.Count;
            double[] numbers = steps.Dots(next[^1], s, r);
            (double[] column, double[] along) = (numbers[..kept], numbers[kept..^1]);
            run.Next(x, numbers[^1]);
            for (int i = 0; i < kept; i++)
            {
                gram[i, kept - 1] = gram[kept - 1, i] = column[i];
            }

            (weights, scale) = Direction(gram, along);
            if (kept == memory || !(Math.Abs(1 / scale) > Unusable))
            {
                (weights, scale) = ([], 1);
                steps.Clear();
            }
        }

        return run.End();
    }

    /// <summary><c>G r = scale (r + Σ weights s)</c>: z ← r, then z ← z + s⁺ (sᵀz)/‖s‖² for every step but the last, whose s⁺ is what is looked for.</summary>
    /// <param name="gram">The inner products of the steps.</param>
    /// <param name="along">Those of the steps with r.</param>
    private static (double[] Weights, double Scale) Direction(double[,] gram, double[] along)
    {
        int kept = along.Length;
        var weights = new double[kept];
        double share = 0;
        for (int j = 0; j < kept; j++)
        {
            // sⱼᵀz, where z is r and the steps that were added so far
            double product = along[j];
            for (int i = 1; i <= j; i++)
            {
                product += weights[i] * gram[j, i];
            }

            share = product / gram[j, j];
            if (j + 1 < kept)
            {
                weights[j + 1] = share;
            }
        }

        return (weights, 1 / (1 - share));
    }

    /// <summary><c>(b, x, r, Σ weights s, scale, residuals) → (x + s, b − A (x + s), s, ‖r′‖)</c>.</summary>
    private static Graph StepGraph(LinearOperator matrix) => matrix.Step(
        typeof(BroydenLinearSolver),
        vector => [.. vector, .. vector, .. vector, .. vector, new TensorType(DType.Float64, Shape.Scalar)],
        (products, operands) =>
        {
            int leaves = matrix.InputTypes.Length;
            LeafVector s = operands[^1] * (new LeafVector(operands[(2 * leaves)..(3 * leaves)]) + operands[(3 * leaves)..^1]);
            LeafVector x = new LeafVector(operands[leaves..(2 * leaves)]) + s;
            LeafVector r = new LeafVector(operands[..leaves]) - products.Product(x);
            return [.. x.Leaves, .. r.Leaves, .. s.Leaves, r.OrdinaryNorm()];
        });
}
