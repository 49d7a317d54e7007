namespace Hyperdiff.Tests.AcrossRanks;

public sealed class EvidenceTests
{
    private static readonly ObjectiveForm<Tensor, Tensor, Tensor> s_form = Objective.OfData(
        (Tensor x, Tensor w, Tensor h) => (x.MatMul(w) - 1).Square().Mean() + (h * w * w).Sum(), "Fit", Tree.Tensor, Tree.Tensor, Tree.Tensor, batch: ["data"]);

    /// <summary>How many samples a rank has is not to be seen in what it says of all of them.</summary>
    [Fact]
    public void EstimatesOfErrors_AndExplanations_AreTheSameOnAllRanks()
    {
        Tensor x = RandomKey.FromSeed(1).Normal([7, 3]), w = Tensor.Zeros([3]), h = Tensor.Ones([3]);
        string[] said = Ranks.InProcess(3, ranks =>
        {
            Objective<Tensor, Tensor> across = s_form.Bind(ranks.Shard(x)).Across(ranks);
            MinimizationProblem<Tensor, Tensor> problem = Bilevel.Problem(across.MinimizedBy(Minimizer.NewtonCg(1e-6)), across);
            ImplicitHypergradient<Tensor, Tensor> found = Hypergradient.Implicit(LinearSolver.ConjugateGradient(1e-6)).Compute(problem, w, h);
            return $"{found.EstimateError()} {found}";
        });

        Assert.All(said, words => Assert.Equal(said[0], words));
    }
}
