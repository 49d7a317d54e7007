namespace Hyperdiff.Benchmarks.Scaling;

/// <summary>A ridge regression with a penalty for each feature, whose samples are shared out among ranks.</summary>
/// <param name="Samples">How many, of all ranks or of each.</param>
/// <param name="Features">The size of w and λ.</param>
/// <param name="Rounds">How often a call is timed.</param>
internal sealed record RankJob(int Samples, int Features, int Rounds)
{
    private static readonly Tree<(Tensor X, Tensor Y)> s_data = Tree.Named(Tree.Tuple(Tree.Tensor, Tree.Tensor), "x", "y");

    private static readonly ObjectiveForm<Tensor, Tensor, (Tensor X, Tensor Y)> s_train = Objective.OfData(
        ((Tensor X, Tensor Y) data, Tensor w, Tensor h) => (data.X.MatMul(w) - data.Y).Square().Mean() + (h.Exp() * w * w).Sum(), "Train", s_data, Tree.Tensor,
        Tree.Tensor, batch: ["x", "y"]);

    private static readonly ObjectiveForm<Tensor, Tensor, (Tensor X, Tensor Y)> s_validate = Objective.OfData(
        ((Tensor X, Tensor Y) data, Tensor w, Tensor _) => (data.X.MatMul(w) - data.Y).Square().Mean(), "Validate", s_data, Tree.Tensor, Tree.Tensor,
        batch: ["x", "y"]);

    /// <summary>A whole hypergradient: the inner solve from zero, and the adjoint.</summary>
    /// <param name="ranks">The ranks.</param>
    /// <param name="samples">The samples of this one.</param>
    public Action Call(Ranks ranks, int samples)
    {
        RandomKey key = RandomKey.FromSeed(1).Fold(ranks.Rank);
        Objective<Tensor, Tensor> train = s_train.Bind(Draw(key.Fold(0), samples)).Across(ranks);
        Objective<Tensor, Tensor> validate = s_validate.Bind(Draw(key.Fold(1), Math.Max(samples / 4, 1))).Across(ranks);
        MinimizationProblem<Tensor, Tensor> problem = Bilevel.Problem(train.MinimizedBy(Minimizer.NewtonCg(1e-8)), validate);
        (Tensor start, Tensor hyper) = (Tensor.Zeros([Features]), Tensor.Full([Features], -2.0));
        HypergradientMethod method = Hypergradient.Implicit(LinearSolver.ConjugateGradient(1e-8));
        return () => _ = method.Compute(problem, start, hyper).EnsureConverged();
    }

    private (Tensor X, Tensor Y) Draw(RandomKey key, int samples)
    {
        Tensor x = key.Fold(0).Normal([samples, Features]);
        return (x, x.MatMul(RandomKey.FromSeed(2).Normal([Features])) + key.Fold(1).Normal([samples]));
    }
}
