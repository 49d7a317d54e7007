using Hyperdiff.Fixtures.Problems;

namespace Hyperdiff.Tests.AcrossRanks;

/// <summary>The code that <c>docs/distributed.md</c> shows, and what it says of costs.</summary>
public sealed class DistributedPageTests : IDisposable
{
    private static readonly Tree<(Tensor X, Tensor Y)> s_tree = Tree.Named(Tree.Tuple(Tree.Tensor, Tree.Tensor), "x", "y");

    private static readonly ObjectiveForm<Tensor, Tensor, (Tensor X, Tensor Y)> s_train = Objective.OfData(
        ((Tensor X, Tensor Y) data, Tensor w, Tensor h) => (data.X.MatMul(w) - data.Y).Square().Mean() + (h.Exp() * w.Square()).Sum(), "Train", s_tree,
        Tree.Tensor, Tree.Tensor, batch: ["x", "y"]);

    private static readonly ObjectiveForm<Tensor, Tensor, (Tensor X, Tensor Y)> s_validate = Objective.OfData(
        ((Tensor X, Tensor Y) data, Tensor w, Tensor _) => (data.X.MatMul(w) - data.Y).Square().Mean(), "Validate", s_tree, Tree.Tensor, Tree.Tensor,
        batch: ["x", "y"]);

    private readonly string _folder = Directory.CreateTempSubdirectory("hyperdiff-page-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void ThePagesProgram_Runs()
    {
        string path = Path.Combine(_folder, "job.npz");
        (Tensor x, Tensor y, Tensor heldX, Tensor heldY) = (LoopJobs.X, LoopJobs.Y, LoopJobs.ValidationX, LoopJobs.ValidationY);
        (Tensor w0, Tensor h0) = (LoopJobs.Start, LoopJobs.Penalties);

        double[] ends = Ranks.InProcess(4, ranks =>
        {
            Objective<Tensor, Tensor> train = s_train.Bind((ranks.Shard(x), ranks.Shard(y))).Across(ranks);
            Objective<Tensor, Tensor> validate = s_validate.Bind((ranks.Shard(heldX), ranks.Shard(heldY))).Across(ranks);
            OuterStep<Tensor, Tensor>? last = OuterLoop
                .Over(Bilevel.Problem(train.MinimizedBy(Minimizer.NewtonCg()), validate), Hypergradient.Implicit())
                .With(Optimizer.Adam(0.1)).Until(Stop.AfterSteps(20)).SavedTo(path).Resume(w0, h0).ToEnd();
            return last!.Value;
        });

        OuterLoop<Tensor, Tensor> alone = OuterLoop.Over(LoopJobs.Ridge, Hypergradient.Implicit()).With(Optimizer.Adam(0.1)).Until(Stop.AfterSteps(20));
        Assert.All(ends, end => Assert.Equal(alone.From(w0, h0).ToEnd()!.Value, end, 1e-8));
        Assert.Equal(20, alone.Load(path, w0, h0).Steps);
    }

    [Theory]
    [InlineData(2, 10)]
    [InlineData(4, 52)]
    [InlineData(4, 2048)]
    [InlineData(2, 10_000)]
    [InlineData(3, 10_000)]
    public void BytesAndExchanges_AreThoseOfTheFormula(int count, int numbers)
    {
        (RankTraffic Sum, RankTraffic Gradient)[] traffic = Ranks.InProcess(count, ranks =>
        {
            RankTraffic before = ranks.Traffic;
            ranks.Sum(new double[numbers]);
            RankTraffic sum = ranks.Traffic.Since(before);
            Objective<Tensor, Tensor> sumOfSquares = Objective.OfData((Tensor x, Tensor w, Tensor h) => (x * (w * h).Sum()).Mean(), "Product", Tree.Tensor,
                Tree.Tensor, Tree.Tensor, batch: ["data"]).Bind(ranks.Own(Tensor.Ones([2]))).Across(ranks);
            (Tensor w, Tensor h) = (Tensor.Ones([numbers]), Tensor.Ones([numbers]));
            before = ranks.Traffic;
            sumOfSquares.Gradient(w, h);
            return (sum, ranks.Traffic.Since(before));
        });
        (long bytes, int exchanges) = Cost(count, numbers);
        foreach ((RankTraffic sum, RankTraffic gradient) in traffic)
        {
            Assert.Equal((1, exchanges, bytes), (sum.Collectives, sum.Exchanges, sum.Bytes));

            // one sum of as many numbers as w has, and one number for the value where that is computed along
            Assert.InRange(gradient.Collectives, 1, 2);
            Assert.InRange(gradient.Bytes, bytes, bytes + Cost(count, 1).Bytes);
        }
    }

    // the formulas of the page
    private static (long Bytes, int Exchanges) Cost(long count, long numbers)
    {
        long openings = (count - 1) * 512, size = sizeof(double);
        if (numbers <= 52)
        {
            return (openings, 1);
        }

        if (numbers * size * count <= 65_536)
        {
            return (openings + ((count - 1) * numbers * size), 2);
        }

        // what does not divide is in the opening
        return (openings + (2 * (numbers / count * count) * size * (count - 1) / count), 3);
    }
}
