namespace CustomSolvers;

/// <summary>Successive over-relaxation: sweeps over the unknowns, each set to what solves its equation, and ω − 1 of the step beyond.</summary>
/// <remarks>Converges for symmetric positive definite A and 0 &lt; ω &lt; 2. n products to write A out, once; a sweep costs n² operations. Source: Young
/// (1954), "Iterative methods for solving partial difference equations of elliptic type".</remarks>
/// <param name="Omega">ω.</param>
/// <param name="Tolerance">For ‖b − A x‖, relative to ‖b‖.</param>
/// <param name="MaxIterations">The most sweeps.</param>
public sealed record SorSolver(double Omega, Tolerance Tolerance, int MaxIterations = 1000) : LinearSolver
{
    /// <inheritdoc/>
    public override string Name => $"SOR({Omega})";

    /// <inheritdoc/>
    public override MatrixClass Matrices => MatrixClass.PositiveDefinite;

    /// <inheritdoc/>
    protected override LinearSolution Solve(LinearSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        double[] a = system.Once(() => system.Matrix.ToMatrix().ToArray<double>());
        double[] b = system.RightHandSide.ToArray(), x = system.Start.ToArray();
        LeafVector iterate = system.Start;
        for (int sweep = 0; sweep < MaxIterations && system.Continues(iterate); sweep++)
        {
            for (int i = 0; i < x.Length; i++)
            {
                if (a[(i * x.Length) + i] == 0)
                {
                    return system.GiveUp(iterate, SolveStatus.Breakdown, $"entry {i} of the diagonal is zero");
                }

                double left = b[i];
                for (int j = 0; j < x.Length; j++)
                {
                    left -= a[(i * x.Length) + j] * x[j];
                }

                x[i] += Omega * left / a[(i * x.Length) + i];
            }

            iterate = iterate.With(x);
        }

        return system.Solution(iterate);
    }
}
