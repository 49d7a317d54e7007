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

    /// <summary>The mean cross-entropy of the classes at the equilibrium, and a penalty on how strongly it moves: <c>γ ‖Jᵀε‖²/(n·units)</c>, whose mean
    /// over normal ε is γ times the mean square of J's singular values.</summary>
    /// <remarks>Source: Bai, Koltun and Kolter (2021), "Stabilizing equilibrium models by Jacobian regularization", arXiv:2106.14342, equation (7).</remarks>
    [OuterObjective]
    public static Tensor Loss(Tensor z, EquilibriumNet net, Tensor x, Tensor y, Tensor noise, double penalty) =>
        -(y * z.MatMul(net.Out).LogSoftmax()).Sum(1).Mean() + (penalty * MeanSquare(z, net, x, noise));

    /// <summary><c>‖Jᵀε‖²/(n·units)</c>.</summary>
    public static Tensor MeanSquare(Tensor z, EquilibriumNet net, Tensor x, Tensor noise) =>
        Diff.Vjp(at => Step(at, net, x), z, noise).Cotangent.Square().Mean();
}

/// <summary>Trains equilibrium networks on images of digits and of clothing, in minibatches, by implicit gradients.</summary>
internal static class EquilibriumJob
{
    private const int Classes = 10;
    private const int Batch = 100;

    public static GalleryJob Job { get; } = new("equilibrium",
        "trains equilibrium networks that contract by construction, with a penalty on the Jacobian, on images of digits and of clothing", Run);

    private static Claim Run(Setting setting)
    {
        DataSplit digits = Setting.Digits().Split(RandomKey.FromSeed(1).Split(5)[0], validation: 0.2, test: 0.2, stratified: true);
        int steps = setting.IsQuick ? 60 : 400;
        var free = Trained(setting, digits.Train, digits.Test, (32, steps, 0));
        var held = Trained(setting, digits.Train, digits.Test, (32, steps, setting.IsQuick ? 30 : 10));
        string text = $"digits: {free}; with the penalty {held}";
        bool holds = Math.Min(free.Accuracy, held.Accuracy) > (setting.IsQuick ? 0.7 : 0.95)
            && held.MeanSquare < (setting.IsQuick ? 0.8 : 0.5) * free.MeanSquare;
        if (setting.IsQuick || FashionMnist.Absence() is not null)
        {
            return new Claim(setting.IsQuick ? text : $"{text}; clothing: skipped, {FashionMnist.Absence()}", holds);
        }

        (Dataset train, Dataset test) = FashionMnist.Load(dtype: DType.Float64);
        var clothing = Trained(setting, train, test, (64, 2000, 1));
        return new Claim($"{text}; clothing, with the penalty: {clothing}", holds && clothing.Accuracy > 0.85);
    }

    private static Outcome Trained(Setting setting, Dataset train, Dataset test, (int Units, int Steps, double Penalty) by)
    {
        RandomKey[] keys = RandomKey.FromSeed(1).Split(5);
        (int pixels, int units) = (train.X.Shape[1], by.Units);
        EquilibriumNet start = new(0.3 * keys[1].Normal([units, units]), keys[2].Normal([pixels, units]) / Math.Sqrt(pixels), Tensor.Zeros([units]),
            keys[3].Normal([units, Classes]) / Math.Sqrt(units));
        FixedPointSolver solver = FixedPoint.Anderson(tolerance: 1e-8);

        FixedPointProblem<Tensor, EquilibriumNet> On(RandomKey key)
        {
            RandomKey[] drawn = key.Split(2);
            Dataset batch = train.Minibatch(drawn[0], Batch);
            return Bilevel.Problem(Equilibrium.StepMap(batch.X).SolvedBy(solver),
                Equilibrium.LossObjective(batch.X, batch.Y.OneHot(Classes), drawn[1].Normal([Batch, units]), by.Penalty));
        }

        OuterLoop<Tensor, EquilibriumNet> loop = OuterLoop.Over(On, Hypergradient.Implicit(adjoint: LinearSolver.Gmres(tolerance: 1e-8)))
            .Keyed(keys[4]).With(Optimizer.Adam(Schedule.Cosine(0.01, by.Steps))).Until(Stop.AfterSteps(by.Steps));
        EquilibriumNet net = start;
        foreach (OuterStep<Tensor, EquilibriumNet> step in setting.Watched(loop).From(Tensor.Zeros([Batch, units]), start, setting.Cancellation))
        {
            net = step.Next.Hyper;
            if (step.Number % 100 == 0)
            {
                setting.Output.WriteLine(step);
            }
        }

        Solution<Tensor> z = Equilibrium.StepMap(test.X).SolvedBy(solver).Solve(Tensor.Zeros([test.Samples, units]), net);
        Tensor square = Equilibrium.MeanSquare(z.EnsureConverged(), net, test.X, keys[4].Normal([test.Samples, units]));
        return new Outcome(Metrics.Accuracy(z.State.MatMul(net.Out).ArgMax(1), test.Y), z.Report.Iterations, square.ToScalar());
    }

    // on the test images: how many are right, and what their equilibria are like
    private sealed record Outcome(double Accuracy, double Iterations, double MeanSquare)
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture,
            $"{Accuracy:P1} of the test right, {Iterations:F0} iterations, mean square of J {MeanSquare:G2}");
    }
}
