using System.Globalization;

namespace Gallery;

/// <summary>An equilibrium network: what it computes from an image is a fixed point.</summary>
/// <param name="V">What the recurrent weights are made of, <c>[units, units]</c>.</param>
/// <param name="U">From the image, <c>[pixels, units]</c>.</param>
/// <param name="B">Offsets, <c>[units]</c>.</param>
/// <param name="Out">To the classes, <c>[units, classes]</c>.</param>
[Tree]
public sealed partial record EquilibriumNet(Tensor V, Tensor U, Tensor B, Tensor Out);

/// <summary><c>z = tanh(z W + x U + b)</c> with <c>W = κ V / √(1 + ‖V‖²)</c>.</summary>
/// <remarks>The spectral norm of W is at most its Frobenius norm, which is below κ whatever V, and tanh has slopes up to 1: the map contracts by κ by
/// construction, for
/// every image and at every step of training.</remarks>
public static partial class Equilibrium
{
    /// <summary>κ.</summary>
    public const double Contraction = 0.9;

    [FixedPointMap]
    public static Tensor Step(Tensor z, EquilibriumNet net, Tensor x) =>
        (z.MatMul(Contraction * net.V / (1 + net.V.Square().Sum()).Sqrt()) + x.MatMul(net.U) + net.B).Tanh();

    /// <summary>The mean cross-entropy of the classes at the equilibrium.</summary>
    [OuterObjective]
    public static Tensor Loss(Tensor z, EquilibriumNet net, Tensor x, Tensor y) => -(y * z.MatMul(net.Out).LogSoftmax()).Sum(1).Mean();
}

/// <summary>Trains an equilibrium network on images of digits, in minibatches, by implicit gradients.</summary>
internal static class EquilibriumJob
{
    private const int Units = 32;
    private const int Classes = 10;
    private const int Batch = 100;

    public static GalleryJob Job { get; } = new("equilibrium", "trains an equilibrium network that contracts by construction, on images of digits", Run);

    private static Claim Run(Setting setting)
    {
        RandomKey[] keys = RandomKey.FromSeed(1).Split(5);
        DataSplit split = Setting.Digits().Split(keys[0], validation: 0.2, test: 0.2, stratified: true);
        int pixels = split.Train.X.Shape[1];
        EquilibriumNet start = new(0.3 * keys[1].Normal([Units, Units]), keys[2].Normal([pixels, Units]) / Math.Sqrt(pixels), Tensor.Zeros([Units]),
            keys[3].Normal([Units, Classes]) / Math.Sqrt(Units));

        FixedPointProblem<Tensor, EquilibriumNet> On(Dataset data) => Bilevel.Problem(
            Equilibrium.StepMap(data.X).SolvedBy(FixedPoint.Anderson(tolerance: 1e-8)), Equilibrium.LossObjective(data.X, data.Y.OneHot(Classes)));
        OuterLoop<Tensor, EquilibriumNet> loop = OuterLoop
            .Over((RandomKey key) => On(split.Train.Minibatch(key, Batch)), Hypergradient.Implicit(adjoint: LinearSolver.Gmres(tolerance: 1e-8)))
            .Keyed(keys[4]).With(Optimizer.Adam(0.01)).Until(Stop.AfterSteps(setting.IsQuick ? 60 : 400));
        OuterStep<Tensor, EquilibriumNet>? last = null;
        foreach (OuterStep<Tensor, EquilibriumNet> step in loop.From(Tensor.Zeros([Batch, Units]), start, setting.Cancellation))
        {
            last = step;
            if (step.Number % 20 == 0)
            {
                setting.Output.WriteLine(step);
            }
        }

        EquilibriumNet net = last!.Next.Hyper;
        double slowest = last.Record.Reports.Max(report => report.Iterations);
        Solution<Tensor> z = Equilibrium.StepMap(split.Test.X).SolvedBy(FixedPoint.Anderson(tolerance: 1e-8)).Solve(Tensor.Zeros([split.Test.Samples,
            Units]), net);
        double accuracy = Metrics.Accuracy(z.EnsureConverged().MatMul(net.Out).ArgMax(1), split.Test.Y);
        return new Claim(string.Create(CultureInfo.InvariantCulture,
            $"{accuracy:P1} of the test images are classified right, and every solve converged, the last in {slowest:F0} iterations at the most"),
            accuracy > (setting.IsQuick ? 0.8 : 0.95));
    }
}
