using Hyperdiff.Data;

namespace Hyperdiff.Benchmarks.Jobs;

/// <summary>The logarithm of the learning rate, and what the momentum is σ of.</summary>
[Tree]
public sealed partial record Rates(Tensor LogRate, Tensor Momentum);

/// <summary>Learning rate and momentum, through all steps of training.</summary>
public static partial class LearningRate
{
    [InnerObjective]
    public static Tensor Train(Linear w, Rates h, Tensor x, Tensor y) => -(y * (x.MatMul(w.W) + w.B).LogSoftmax()).Sum(1).Mean();

    internal static double Run(JobInput given, JobClock clock)
    {
        (Tensor x, Tensor y, Tensor xt) = (given.Tensor("x"), given.Tensor("y"), given.Tensor("xt"));
        var training = TrainObjective(x, y).Unroll(h => Optimizer.HeavyBall(h.LogRate.Exp(), h.Momentum.Sigmoid()));
        var problem = Bilevel.Problem(training, TrainObjective(given.Tensor("xv"), given.Tensor("yv")));
        var method = Hypergradient.Reverse(given.Count("inner_steps"));
        var start = new Linear(Tensor.Zeros([x.Shape[1], y.Shape[1]], x.DType), Tensor.Zeros([y.Shape[1]], x.DType));
        OptimizerState<Rates> h = Optimizer.Adam(given["outer_rate"]).Start(
            new Rates(Tensor.Scalar(given["log_rate"], x.DType), Tensor.Scalar(given["momentum"], x.DType)));
        Linear w = start;
        for (int step = 0; step < given.Count("steps"); step++)
        {
            var g = method.Compute(problem, start, h.Parameters);
            (w, h) = (g.State, h.Next(g.Gradient));
            clock.Step(g.Value);
        }

        return Metrics.Accuracy((xt.MatMul(w.W) + w.B).ArgMax(1), given.Tensor("labels"));
    }
}
