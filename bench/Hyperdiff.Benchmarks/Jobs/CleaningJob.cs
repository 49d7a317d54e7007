using Hyperdiff.Data;

namespace Hyperdiff.Benchmarks.Jobs;

/// <summary>The weights of a linear classifier.</summary>
[Tree]
public sealed partial record Linear(Tensor W, Tensor B);

/// <summary>A logit per training sample: σ of it is how much the sample counts.</summary>
[Tree]
public sealed partial record Trust(Tensor Logits);

/// <summary>A weight per training sample, half of whose labels are wrong.</summary>
public static partial class Cleaning
{
    private static Tensor CrossEntropies(Linear w, Tensor x, Tensor y) => -(y * (x.MatMul(w.W) + w.B).LogSoftmax()).Sum(1);

    [InnerObjective]
    public static Tensor Train(Linear w, Trust h, Tensor x, Tensor y, double ridge) =>
        (h.Logits.Sigmoid() * CrossEntropies(w, x, y)).Mean() + (0.5 * ridge * (w.W.Square().Sum() + w.B.Square().Sum()));

    [OuterObjective]
    public static Tensor Validate(Linear w, Trust h, Tensor x, Tensor y) => CrossEntropies(w, x, y).Mean();

    internal static double Run(JobInput given, JobClock clock)
    {
        (Tensor x, Tensor y, Tensor xt) = (given.Tensor("x"), given.Tensor("y"), given.Tensor("xt"));
        var training = TrainObjective(x, y, given["ridge"]).GradientDescentMap(given["rate"])
            .SolvedBy(FixedPoint.Iteration(tolerance: 0, maxIterations: given.Count("inner_steps")));
        var problem = Bilevel.Problem(training, ValidateObjective(given.Tensor("xv"), given.Tensor("yv")));
        var method = Hypergradient.Implicit(adjoint: LinearSolver.FixedPoint(tolerance: 0, maxIterations: given.Count("products")));
        var w = new Linear(Tensor.Zeros([x.Shape[1], y.Shape[1]], x.DType), Tensor.Zeros([y.Shape[1]], x.DType));
        OptimizerState<Trust> h = Optimizer.Adam(given["outer_rate"]).Start(new Trust(Tensor.Zeros([x.Shape[0]], x.DType)));
        for (int step = 0; step < given.Count("steps"); step++)
        {
            var g = method.Compute(problem, w, h.Parameters);
            (w, h) = (g.State, h.Next(g.Gradient));
            clock.Step(g.Value);
        }

        return Metrics.Accuracy((xt.MatMul(w.W) + w.B).ArgMax(1), given.Tensor("labels"));
    }
}
