namespace Hyperdiff.Golden;

/// <summary>Problem i: the indirect parts that a few terms of a series, a few conjugate gradients or one difference give on another file's problem, at its
/// w_T.</summary>
public static class GoldenIndirect
{
    private const double Exactly = 1e-12;
    private const double ManyTerms = 1e-11;
    private const int Many = 100;

    /// <summary>All comparisons of a file.</summary>
    public static IEnumerable<GoldenCase> Of(GoldenFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        GoldenFile of = file.Base();
        GoldenProblem described = GoldenProblem.Of(of)!;
        MinimizationProblem<Tensor[], Tensor[]> problem = described.Minimization();
        (Tensor[] at, Tensor[] hyper) = (of.List("w_T"), of.List("hparams"));
        GoldenMethod[] methods = [.. file.Methods];
        Tensor[] limit = file.List("betty_darts_limit_eps_to_0");
        yield return Case("darts", "exact product", limit, Darts(MixedProduct.Exact).Indirect, Exactly);

        // an extrapolated difference says itself what it is off by
        DartsHypergradient<Tensor[], Tensor[]> adaptive = Darts(MixedProduct.Adaptive());
        yield return Case("darts", "extrapolated", limit, adaptive.Indirect, adaptive.Product.Error / adaptive.Product.Norm);
        foreach (GoldenMethod method in methods)
        {
            yield return Compare(method);
        }

        DartsHypergradient<Tensor[], Tensor[]> Darts(MixedProduct product) =>
            Hypergradient.Darts(0, StepDerivative.Scaled(1), EvaluationPoint.End, product).Compute(problem, at, hyper);

        GoldenCase Compare(GoldenMethod method)
        {
            if (method.Refusal is { } refusal)
            {
                return Skip(method, refusal);
            }

            switch (method.Name)
            {
                case "betty_darts":
                    double radius = method.Number("darts_alpha");
                    return Case(method.Name, method.Parameters, method.Indirect, Darts(MixedProduct.CentralDifference(radius)).Indirect,
                        GoldenOneStep.Tolerance(radius));
                case "betty_neumann":
                    // K counts products: K + 1 terms
                    int products = method.Integer("neumann_iterations");
                    Tensor[] series = Hypergradient.Phantom(products + 1, method.Number("neumann_alpha")).Compute(problem, at, hyper).Indirect;
                    return Case(method.Name, method.Parameters, method.Indirect, series, products >= Many ? ManyTerms : Exactly);
                case "betty_cg":
                    // the scale of the system leaves the iterates of conjugate gradients as they are; the peer scales the step but not the residual, which is
                    // the same thing for one update or no scale
                    int updates = method.Integer("cg_iterations");
                    GoldenMethod? right = updates == 1 || method.Number("cg_alpha") == 1
                        ? method
                        : methods.FirstOrDefault(other => other.Name == method.Name && other.Integer("cg_iterations") == updates
                            && other.Number("cg_alpha") == 1);
                    if (right is null)
                    {
                        return Skip(method, "the peer scales the step but not the residual, and there is no entry without a scale");
                    }

                    Tensor[] solved = Conjugate(updates, problem);
                    double tolerance = GoldenComparison.ChaosTolerance(Exactly, updates, seed => GoldenComparison.RelativeError(
                        solved, Conjugate(updates, described.Minimization(
                            GoldenComparison.Perturbation(Diff.Grad(w => described.Outer(w, hyper), at, Tree.Array(Tree.Tensor)), seed)))));
                    return tolerance > GoldenComparison.Unreproducible
                        ? Skip(method, GoldenComparison.Chaotic(tolerance))
                        : Case(method.Name, right == method ? method.Parameters : $"{method.Parameters} (against cg_alpha=1)", right.Indirect,
                            solved, tolerance);
                default:
                    throw new InvalidDataException($"{file.Name}: no method {method.Name} is known");
            }
        }

        Tensor[] Conjugate(int updates, MinimizationProblem<Tensor[], Tensor[]> over) =>
            Hypergradient.Implicit(adjoint: LinearSolver.ConjugateGradient(0, maxIterations: updates)).Compute(over, at, hyper).Indirect;

        GoldenCase Case(string name, string parameters, Tensor[] expected, Tensor[] actual, double tolerance) =>
            new(file.Name, name, parameters, GoldenComparison.RelativeError(expected, actual), tolerance, null);

        GoldenCase Skip(GoldenMethod method, string reason) => new(file.Name, method.Name, method.Parameters, double.NaN, double.NaN, reason);
    }
}
