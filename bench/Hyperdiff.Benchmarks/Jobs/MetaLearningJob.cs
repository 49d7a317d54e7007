namespace Hyperdiff.Benchmarks.Jobs;

/// <summary>A network of two hidden layers from a number to a number.</summary>
[Tree]
public sealed partial record Net(Tensor W1, Tensor B1, Tensor W2, Tensor B2, Tensor W3, Tensor B3);

/// <summary>iMAML: first weights from which a few steps, held near them, fit a sinusoid from ten points.</summary>
public static partial class MetaLearning
{
    private static Tensor Error(Net w, Tensor x, Tensor y) =>
        (((x.MatMul(w.W1) + w.B1).Tanh().MatMul(w.W2) + w.B2).Tanh().MatMul(w.W3) + w.B3 - y).Square().Mean();

    [InnerObjective]
    public static Tensor Adapt(Net w, Net first, Tensor x, Tensor y, double penalty) => Error(w, x, y) + (0.5 * penalty
        * ((w.W1 - first.W1).Square().Sum() + (w.B1 - first.B1).Square().Sum() + (w.W2 - first.W2).Square().Sum()
            + (w.B2 - first.B2).Square().Sum() + (w.W3 - first.W3).Square().Sum() + (w.B3 - first.B3).Square().Sum()));

    [OuterObjective]
    public static Tensor Test(Net w, Net first, Tensor x, Tensor y) => Error(w, x, y);

    internal static double Run(JobInput given, JobClock clock)
    {
        (Tensor x, Tensor y, Tensor xq, Tensor yq) = (given.Tensor("x"), given.Tensor("y"), given.Tensor("xq"), given.Tensor("yq"));
        (int tasks, int steps) = (given.Count("tasks"), given.Count("steps"));
        var method = Hypergradient.Implicit(adjoint: LinearSolver.FixedPoint(tolerance: 0, maxIterations: given.Count("products")));
        var solver = FixedPoint.Iteration(tolerance: 0, maxIterations: given.Count("inner_steps"));
        var problemOf = (int task) => Bilevel.Problem(
            AdaptObjective(x[task], y[task], given["penalty"]).GradientDescentMap(given["rate"]).SolvedBy(solver), TestObjective(xq[task], yq[task]));
        OptimizerState<Net> first = Optimizer.Adam(given["outer_rate"]).Start(new Net(given.Tensor("w1"), given.Tensor("b1"), given.Tensor("w2"),
            given.Tensor("b2"), given.Tensor("w3"), given.Tensor("b3")));
        for (int step = 0; step < steps; step++)
        {
            var all = Enumerable.Range(step * tasks, tasks).Select(task => method.Compute(problemOf(task), first.Parameters, first.Parameters)).ToArray();
            first = first.Next(all.Select(g => g.Gradient).Aggregate((a, b) => a + b) * (1.0 / tasks));
            clock.Step(all.Average(g => g.Value));
        }

        return Enumerable.Range(steps * tasks, given.Count("held_out")).Average(task =>
        {
            var problem = problemOf(task);
            return problem.Outer.Evaluate(problem.Inner.Solve(first.Parameters, first.Parameters).State, first.Parameters).ToScalar();
        });
    }
}
