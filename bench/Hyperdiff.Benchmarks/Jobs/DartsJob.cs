using Hyperdiff.Data;

namespace Hyperdiff.Benchmarks.Jobs;

/// <summary>A stem, the convolutions of two edges, and a read-out.</summary>
[Tree]
public sealed partial record SearchedWeights(Tensor Stem, Tensor First, Tensor Second, Tensor Out, Tensor Offset);

/// <summary>Two edges in a row, each a mixture of nothing, the identity, a mean and a convolution of 3 × 3, searched by DARTS in second order.</summary>
public static partial class DartsSearch
{
    private static readonly Convolution s_same = new() { Padding = Padding.Same };

    [InnerObjective]
    public static Tensor Train(SearchedWeights w, Tensor alphas, Tensor x, Tensor y) => -(y * Logits(w, alphas.Softmax(-1), x).LogSoftmax()).Sum(1).Mean();

    internal static double Run(JobInput given, JobClock clock)
    {
        (Tensor x, Tensor y, Tensor xv, Tensor yv) = (given.Tensor("x"), given.Tensor("y"), given.Tensor("xv"), given.Tensor("yv"));
        (Tensor batches, Tensor others) = (given.Tensor("batches"), given.Tensor("others"));
        Optimizer descent = Optimizer.Sgd(given["rate"]);
        DartsMethod method = Hypergradient.Darts(1, StepDerivative.Differentiated, EvaluationPoint.BeforeLastStep, MixedProduct.CentralDifference(0.01));
        var w = new SearchedWeights(given.Tensor("stem"), given.Tensor("first"), given.Tensor("second"), given.Tensor("out"), given.Tensor("offset"));
        OptimizerState<Tensor> h = Optimizer.Adam(given["outer_rate"]).Start(given.Tensor("alphas"));
        for (int step = 0; step < given.Count("steps"); step++)
        {
            (Tensor rows, Tensor held) = (batches[step], others[step]);
            var training = TrainObjective(x.Take(rows), y.Take(rows)).Unroll(descent);
            var g = method.Compute(Bilevel.Problem(training, TrainObjective(xv.Take(held), yv.Take(held))), w, h.Parameters);
            (w, h) = (g.State, h.Next(g.Gradient));
            clock.Step(g.Value);
        }

        return Metrics.Accuracy(Logits(w, h.Parameters.Softmax(-1), given.Tensor("xt")).ArgMax(1), given.Tensor("labels"));
    }

    private static Tensor Logits(SearchedWeights w, Tensor shares, Tensor x)
    {
        Tensor z = x.Conv2d(w.Stem, s_same).Relu();
        z = Edge(shares[1], Edge(shares[0], z, w.First), w.Second);
        return z.AvgPool2d(4).Reshape([x.Shape[0], -1]).MatMul(w.Out) + w.Offset;
    }

    private static Tensor Edge(Tensor shares, Tensor z, Tensor weight) =>
        (shares[1] * z) + (shares[2] * z.AvgPool2d([3, 3], [1, 1], Padding.Of([1, 1]))) + (shares[3] * z.Conv2d(weight, s_same).Relu());
}
