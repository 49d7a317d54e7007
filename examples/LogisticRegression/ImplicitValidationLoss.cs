namespace LogisticRegression;

/// <summary>The loss at the minimum of the training objective, and its derivative by the implicit function theorem: one linear system per
/// hypergradient.</summary>
internal sealed class ImplicitValidationLoss(Split split) : ValidationLoss(split)
{
    // differences divide what is left of the inner residual by their step, so they need a smaller one than the hypergradient does
    private const double ResolvingTolerance = 1e-13;

    private static readonly ImplicitMethod s_method = Hypergradient.Implicit(adjoint: LinearSolver.ConjugateGradient(Tolerance));

    public override Func<Settings, double> Resolving(Weights start, Settings at)
    {
        (Weights minimum, _) = Train(start, at);
        Minimization<Weights, Settings> training = Training.Objective.MinimizedBy(Minimizer.NewtonCg(ResolvingTolerance));
        return h => Outer.Evaluate(training.Solve(minimum, h).EnsureConverged(), h).ToScalar();
    }

    /// <summary>Both solves go on from where the last ones ended: the weights w, and the adjoint v.</summary>
    protected override HypergradientResult<Weights, Settings> Compute(Weights start, Settings h, HypergradientResult<Weights, Settings>? previous) =>
        s_method.Compute(Bilevel.Problem(Training, Outer), start, h, new() { WarmStart = previous?.WarmStart });
}
