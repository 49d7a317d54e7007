using Hyperdiff.Data;

namespace Hyperdiff.Benchmarks.Jobs;

/// <summary>The weights of an equilibrium network.</summary>
[Tree]
public sealed partial record Recurrence(Tensor V, Tensor U, Tensor B, Tensor Out);

/// <summary>An equilibrium network whose map contracts by construction.</summary>
public static partial class EquilibriumNetwork
{
    [FixedPointMap]
    public static Tensor Step(Tensor z, Recurrence net, Tensor x) =>
        (z.MatMul(0.9 * net.V / (1 + net.V.Square().Sum()).Sqrt()) + x.MatMul(net.U) + net.B).Tanh();

    [OuterObjective]
    public static Tensor Loss(Tensor z, Recurrence net, Tensor y) => -(y * z.MatMul(net.Out).LogSoftmax()).Sum(1).Mean();

    internal static double Run(JobInput given, JobClock clock)
    {
        (Tensor x, Tensor y, Tensor xt, Tensor batches) = (given.Tensor("x"), given.Tensor("y"), given.Tensor("xt"), given.Tensor("batches"));
        var method = Hypergradient.Implicit(adjoint: LinearSolver.FixedPoint(tolerance: 0, maxIterations: given.Count("products")));
        var solver = FixedPoint.Iteration(tolerance: 0, maxIterations: given.Count("inner_steps"));
        var start = new Recurrence(given.Tensor("v"), given.Tensor("u"), given.Tensor("b"), given.Tensor("out"));
        OptimizerState<Recurrence> net = Optimizer.Adam(given["outer_rate"]).Start(start);
        for (int step = 0; step < given.Count("steps"); step++)
        {
            Tensor chosen = batches[step];
            var problem = Bilevel.Problem(StepMap(x.Take(chosen)).SolvedBy(solver), LossObjective(y.Take(chosen)));
            var g = method.Compute(problem, Tensor.Zeros([chosen.Shape[0], start.V.Shape[0]], x.DType), net.Parameters);
            net = net.Next(g.Gradient);
            clock.Step(g.Value);
        }

        Tensor z = StepMap(xt).SolvedBy(solver).Solve(Tensor.Zeros([xt.Shape[0], start.V.Shape[0]], x.DType), net.Parameters).State;
        return Metrics.Accuracy(z.MatMul(net.Parameters.Out).ArgMax(1), given.Tensor("labels"));
    }
}
