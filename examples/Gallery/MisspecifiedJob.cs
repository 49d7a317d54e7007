namespace Gallery;

/// <summary>Least squares without a penalty on features that are not independent: the minimum is not unique, and what a hypergradient rests on does not
/// exist.</summary>
internal static class MisspecifiedJob
{
    private const int Samples = 20;

    public static GalleryJob Job { get; } = new("misspecified", "an inner problem without a unique minimum, where everything says so", Run);

    private static Claim Run(Setting setting)
    {
        RandomKey[] keys = RandomKey.FromSeed(4).Split(3);
        Tensor two = keys[0].Normal([Samples, 2]), y = keys[1].Normal([Samples]), noise = keys[2].Normal([Samples, 3]);

        // the third feature is the sum of the others, in training; not where the result is judged
        Tensor x = Tensor.Concat(1, two, two.Sum(1, keepAxis: true));
        Objective<Tensor, Tensor> train = Objective.From((Tensor w, Tensor h) => (x.MatMul(w) - (h * y)).Square().Mean(), "Train");
        Objective<Tensor, Tensor> judge = Objective.From((Tensor w, Tensor h) => (noise.MatMul(w) - y).Square().Mean(), "Judge");
        (Tensor start, Tensor scale) = (Tensor.Zeros([3]), Tensor.Scalar(1));

        var problem = Bilevel.Problem(train.MinimizedBy(Minimizer.NewtonCg()), judge);
        var g = Hypergradient.Implicit(adjoint: LinearSolver.DenseLu()).Compute(problem, start, scale);
        setting.Output.WriteLine(g);
        Explanation explanation = problem.Explain(g.State, scale);
        setting.Output.WriteLine(explanation);
        setting.Report?.Attach("The hypergradient", $"{g}");
        setting.Report?.Attach("Explain", $"{explanation}");
        bool throws = false;
        try
        {
            g.EnsureConverged();
        }
        catch (SolveException exception)
        {
            throws = true;
            setting.Output.WriteLine(exception.Message);
        }

        return new Claim($"the adjoint solve ends as {g.AdjointReport.Status}, EnsureConverged throws, and Explain calls the system singular",
            throws && !g.AdjointReport.Converged && explanation.IsSingular is true);
    }
}
