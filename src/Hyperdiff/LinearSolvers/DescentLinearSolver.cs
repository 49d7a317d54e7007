using Hyperdiff.Graphs;

namespace Hyperdiff;

/// <summary>Descent along the residual with momentum: <c>m ← μ m + (b − A x), x ← x + η m</c>. See <see cref="LinearSolver.Descent"/>.</summary>
/// <param name="Rate">η, in the inverse unit of A.</param>
/// <param name="Momentum">μ, at least 0 and below 1.</param>
/// <param name="Tolerance">For ‖b − A x‖, relative to ‖b‖.</param>
/// <param name="MaxIterations">The most updates.</param>
internal sealed record DescentLinearSolver(double Rate, double Momentum, Tolerance Tolerance, int MaxIterations) : LinearSolver
{
    /// <summary>η.</summary>
    public double Rate { get; init => field = Setting.Positive(value, nameof(Rate)); } = Setting.Positive(Rate, nameof(Rate));

    /// <summary>μ, at least 0 and below 1.</summary>
    public double Momentum { get; init => field = Setting.BelowOne(value, nameof(Momentum)); } = Setting.BelowOne(Momentum, nameof(Momentum));

    /// <summary>The most updates.</summary>
    public int MaxIterations { get; init => field = Setting.Count(value, 0, nameof(MaxIterations)); } = Setting.Count(MaxIterations, 0, nameof(MaxIterations));

    /// <inheritdoc/>
    public override string Name => Momentum == 0 ? "descent" : "descent with momentum";

    internal override SolverKind Kind => SolverKind.LinearDescent;

    /// <inheritdoc/>
    public override MatrixClass Matrices => MatrixClass.NearIdentity;

    /// <inheritdoc/>
    protected internal override bool IsScaleFree => true;

    internal override bool ForgetsUnits => false;

    /// <inheritdoc/>
    protected internal override LinearSolution Solve(LinearSystem system)
    {
        LinearOperator matrix = system.Matrix;
        int leaves = matrix.InputTypes.Length;
        double own = Math.ScaleB(Rate, -system.Level);
        var run = new ResidualIteration(this, system, MaxIterations);
        Tensor[] r = run.Start, m = LeafVector.Zeros(matrix.InputTypes);
        run.Growth = Momentum == 0 ? () => GrowthEvidence.Of(matrix, own, r) : null;
        AlternatingRun step = matrix.Repeat(StepGraph(matrix));
        (Tensor rate, Tensor momentum) = (Tensor.Scalar(own), Tensor.Scalar(Momentum));
        while (run.Continues)
        {
            Tensor[] next = step.Run(Name, [.. system.RightHandSide.Leaves, .. run.X, .. r, .. m, rate, momentum]);
            (r, m) = (next[leaves..(2 * leaves)], next[(2 * leaves)..^1]);
            run.Next(next[..leaves], next[^1].ToScalar());
        }

        return run.End();
    }

    /// <summary><c>(b, x, r, m, η, μ, residuals) → (x′, r′, m′, ‖r′‖)</c>.</summary>
    private static Graph StepGraph(LinearOperator matrix) => matrix.Step(
        typeof(DescentLinearSolver),
        vector => [.. vector, .. vector, .. vector, .. vector, .. Enumerable.Repeat(new TensorType(DType.Float64, Shape.Scalar), 2)],
        (products, operands) =>
        {
            int leaves = matrix.InputTypes.Length;
            LeafVector m = (operands[^1] * new LeafVector(operands[(3 * leaves)..^2])) + operands[(2 * leaves)..(3 * leaves)];
            LeafVector x = new LeafVector(operands[leaves..(2 * leaves)]) + (operands[^2] * m);
            LeafVector r = new LeafVector(operands[..leaves]) - products.Product(x);
            return [.. x.Leaves, .. r.Leaves, .. m.Leaves, r.OrdinaryNorm()];
        });
}
