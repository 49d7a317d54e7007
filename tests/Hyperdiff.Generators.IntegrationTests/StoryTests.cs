namespace Hyperdiff.Generators.IntegrationTests;

/// <summary>The hyperparameters of an optimizer, under the name that the library uses for something else.</summary>
[Tree]
public sealed partial record Schedule(Tensor LogRate, Tensor Momentum);

/// <summary>An equilibrium model.</summary>
[Tree]
public sealed partial record Net(Tensor W, Tensor U, Tensor B, Tensor Out);

/// <summary>Its cell.</summary>
public static partial class Cell
{
    [FixedPointMap]
    static Tensor Step(Tensor z, Net net, Tensor x) => (z.MatMul(net.W) + x.MatMul(net.U) + net.B).Tanh();
}

/// <summary>What people write, as the design has it.</summary>
public sealed class StoryTests
{
    private static readonly Tensor s_x = Tensor.From(new double[,] { { 1, -2 }, { 0.5, 0.3 }, { -1, 0.7 } });
    private static readonly Tensor s_y = Tensor.From([1.0, 0.0, 1.0]);

    [Fact]
    public void LearnTheOptimizer()
    {
        (Tensor xTrain, Tensor yTrain, Tensor xVal, Tensor yVal) = (s_x, s_y, s_x + 0.25, s_y);
        var (w0, h0) = (new Weights(Tensor.From([0.2, -0.4]), Tensor.Scalar(0.1)), new Penalty(Tensor.From([-1.0, 0.5])));
        var schedule = new Schedule(Tensor.Scalar(-2), Tensor.Scalar(0.5));

        // the story
        var train = Logistic.TrainObjective(xTrain, yTrain).At(h0);
        var validate = Logistic.ValidateObjective(xVal, yVal).At(h0);
        var dynamics = Optimizer.HeavyBall(rate: (Schedule s) => s.LogRate.Exp(), momentum: s => s.Momentum).On(train);
        var g = Hypergradient.Reverse(steps: 1000, checkpointing: Checkpointing.Budget(64 << 20)).Compute(Bilevel.Problem(dynamics, validate), w0, schedule);
        Tensor dLoss0 = g.WithRespectToStart.W;

        g.EnsureConverged();
        Assert.IsType<Objective<Weights>>(train);
        Assert.IsType<IterativeHypergradient<Weights, Schedule>>(g);

        // after a thousand steps the start is forgotten, and the rate and momentum with it: to the rounding of a thousand steps
        Assert.Equal([0, 0], dLoss0.ToArray<double>().Select(slope => Math.Round(slope, 12)));
        Assert.Equal(0, g.Gradient.LogRate.ToScalar(), 1e-12);

        // of three steps, against central differences of the loop written by hand: error h² ≈ 1e-10, and rounding ε/h
        var few = Hypergradient.Reverse(steps: 3).Compute(Bilevel.Problem(dynamics, validate), w0, schedule);
        const double h = 1e-5, tolerance = 1e-8;
        Assert.Equal(Difference(d => Loss(w0, schedule with { LogRate = schedule.LogRate + d })), few.Gradient.LogRate.ToScalar(), tolerance);
        Assert.Equal(Difference(d => Loss(w0, schedule with { Momentum = schedule.Momentum + d })), few.Gradient.Momentum.ToScalar(), tolerance);
        Assert.Equal(Difference(d => Loss(w0 with { B = w0.B + d }, schedule)), few.WithRespectToStart.B.ToScalar(), tolerance);

        double Loss(Weights w, Schedule s)
        {
            Weights before = w;
            for (int step = 0; step < 3; step++)
            {
                (w, before) = (w - (s.LogRate.Exp() * train.Gradient(w)) + (s.Momentum * (w - before)), w);
            }

            return validate.Evaluate(w).ToScalar();
        }

        static double Difference(Func<double, double> loss) => (loss(h) - loss(-h)) / (2 * h);
    }

    [Fact]
    public void ASolveIsADifferentiableFunction()
    {
        // in the sizes of the story
        var key = RandomKey.FromSeed(3);
        Tensor Draw(int index, double scale, params int[] shape) => scale * key.Fold(index).Normal(new Shape(shape));
        var net = new Net(Draw(0, 0.03, 64, 64), Draw(1, 0.1, 8, 64), Draw(2, 0.1, 64), Draw(3, 0.1, 64, 10));
        var direction = new Net(Draw(4, 1, 64, 64), Draw(5, 1, 8, 64), Draw(6, 1, 64), Draw(7, 1, 64, 10));
        Tensor x = Draw(8, 1, 256, 8);
        Tensor y = Tensor.From([.. Enumerable.Range(0, 256).Select(i => i % 10)]);

        // the story
        Tensor Loss(Net net, Tensor x, Tensor y) =>
            Losses.CrossEntropy(FixedPoint.Of(Cell.StepMap(x), Tensor.Zeros([256, 64]), net, adjoint: LinearSolver.Gmres(restart: 20)).MatMul(net.Out), y);

        var (value, gradient, reports) = Diff.ValueAndGrad((Net n) => Loss(n, x, y), net);
        var hv = Diff.Hvp((Net n) => Loss(n, x, y), net, direction);

        // the curried form returns a function
        var again = Diff.ValueAndGrad((Net n) => Loss(n, x, y))(net);
        Assert.Equal(value.ToScalar(), again.Value.ToScalar());
        Assert.Equal(gradient.W.ToArray<double>(), again.Gradient.W.ToArray<double>());
        Assert.Equal(2, reports.Length);
        Assert.All(reports, report => Assert.Equal(SolveStatus.Converged, report.Status));

        // central differences along the direction, whose error is h² times third derivatives, and the tolerance of the solves over h
        const double h = 1e-4;
        Net ahead = net + (h * direction), behind = net - (h * direction);
        double slope = (Loss(ahead, x, y).ToScalar() - Loss(behind, x, y).ToScalar()) / (2 * h);
        Assert.Equal(slope, Dot(gradient, direction), 1e-4 * Math.Abs(slope));
        double curvature = (Dot(Diff.Grad((Net n) => Loss(n, x, y), ahead), direction) - Dot(Diff.Grad((Net n) => Loss(n, x, y), behind), direction)) / (2 * h);
        Assert.Equal(curvature, Dot(hv, direction), 1e-3 * Math.Abs(curvature));

        static double Dot(Net a, Net b) => ((a.W * b.W).Sum() + (a.U * b.U).Sum() + (a.B * b.B).Sum() + (a.Out * b.Out).Sum()).ToScalar();
    }
}
