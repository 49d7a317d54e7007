namespace CustomSolvers;

/// <summary>Broyden's method with the inverse Jacobian written out: taken at the start, and learned from then on.</summary>
/// <remarks>
/// <code>
/// w ← w + s,   s = −G c,   G ← G + (s − G y) sᵀG / (sᵀG y),   y = c⁺ − c
/// </code>
/// n products and n² numbers at the start, one evaluation of c per update. Source: Broyden (1965), "A class of methods for solving nonlinear simultaneous
/// equations", equation (4.12).
/// </remarks>
/// <param name="Tolerance">For the estimated error of w, relative to the norm of each leaf.</param>
/// <param name="MaxIterations">The most updates.</param>
public sealed record QuasiNewtonRoot(Tolerance Tolerance, int MaxIterations = 200) : RootSolver(Tolerance)
{
    /// <inheritdoc/>
    public override string Name => "quasi-Newton";

    /// <inheritdoc/>
    protected override InnerSolution Solve(ConditionOracle c)
    {
        ArgumentNullException.ThrowIfNull(c);
        LeafVector w = c.Start;
        Tensor residual = Flat(c.At(w)), inverse;
        try
        {
            inverse = Linalg.Inverse(c.Jacobian(w).ToMatrix());
        }
        catch (LinearAlgebraException singular)
        {
            return c.GiveUp(w, SolveStatus.Singular, singular.Message);
        }

        for (int i = 0; i < MaxIterations && c.Continues(w); i++)
        {
            Tensor step = -inverse.MatMul(residual);
            w += w.With(step.ToArray<double>());
            (Tensor before, residual) = (residual, Flat(c.At(w)));
            Tensor learned = inverse.MatMul(residual - before), row = step.MatMul(inverse);
            Tensor denominator = (step * learned).Sum();
            if (denominator.ToScalar() != 0)
            {
                inverse += (step - learned).Outer(row) / denominator;
            }
        }

        return c.Solution(w);
    }

    private static Tensor Flat(LeafVector vector) => Tensor.From(vector.ToArray());
}
