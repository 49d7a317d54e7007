using System.Globalization;

namespace Gallery;

/// <summary>The weights of a network with one hidden layer.</summary>
[Tree]
public sealed partial record Hidden(Tensor W1, Tensor B1, Tensor W2, Tensor B2);

/// <summary>A network whose training samples count more or less.</summary>
public static partial class NetworkCleaning
{
    private const double Ridge = 1e-3;

    /// <summary><c>(1/n) Σ σ(λᵢ) CEᵢ(w) + ½ρ‖w‖²</c>.</summary>
    [InnerObjective]
    public static Tensor Train(Hidden w, Trust h, Tensor x, Tensor y) =>
        (h.Logits.Sigmoid() * CrossEntropies(w, x, y)).Mean() + (0.5 * Ridge * (w.W1.Square().Sum() + w.W2.Square().Sum()));

    /// <summary>The mean cross-entropy on clean samples.</summary>
    [OuterObjective]
    public static Tensor Validate(Hidden w, Trust h, Tensor x, Tensor y) => CrossEntropies(w, x, y).Mean();

    /// <summary>The logits, <c>[n, classes]</c>.</summary>
    public static Tensor Logits(Hidden w, Tensor x) => (x.MatMul(w.W1) + w.B1).Tanh().MatMul(w.W2) + w.B2;

    private static Tensor CrossEntropies(Hidden w, Tensor x, Tensor y) => -(y * Logits(w, x).LogSoftmax()).Sum(1);
}

/// <summary>The cleaning job for a network: its training has no minimum to wait for, so weights and trust are stepped in turn.</summary>
internal static class CleaningNetworkJob
{
    private const int Classes = 10;
    private const int StepsPerTurn = 5;

    public static GalleryJob Job { get; } = new("cleaning-network",
        "finds wrong labels among 5,000 images of clothing for a network, whose weights are stepped in turn with the trust in each image", Run);

    private static Claim Run(Setting setting)
    {
        RandomKey[] keys = RandomKey.FromSeed(0).Split(4);
        bool small = setting.IsQuick || FashionMnist.Absence() is not null;
        (Dataset all, Dataset test) = small ? CleaningJob.Halves(Setting.Digits(), keys[1]) : FashionMnist.Load();
        var parts = Splits.ByCounts(all.Samples, keys[0], small ? (int[])[400, 200] : [5000, 5000]);
        (Dataset train, Dataset clean) = (all.Take(parts[0].AsSpan()), all.Take(parts[1].AsSpan()));
        (Tensor wrong, Tensor isRight) = CleaningJob.Corrupted(train.Y, keys[1]);

        DType type = train.X.DType;
        (int pixels, int hidden, int turns) = (train.X.Shape[1], small ? 16 : 64, small ? 40 : 150);
        Hidden start = new(keys[2].Normal([pixels, hidden], type) / Math.Sqrt(pixels), Tensor.Zeros([hidden], type),
            keys[3].Normal([hidden, Classes], type) / Math.Sqrt(hidden), Tensor.Zeros([Classes], type));
        Trust equal = new(Tensor.Zeros([train.Samples], type));
        Objective<Hidden, Trust> objective = NetworkCleaning.TrainObjective(train.X, wrong.OneHot(Classes, type));
        Optimizer descent = Optimizer.HeavyBall(rate: small ? 0.5 : 0.1, momentum: 0.9);
        var problem = Bilevel.Problem(objective.Unroll(descent), NetworkCleaning.ValidateObjective(clean.X, clean.Y.OneHot(Classes, type)));

        // five steps of the weights, back through all five, one step of the trust; the momentum of both goes on
        OuterLoop<Hidden, Trust> loop = OuterLoop.Over(problem, Hypergradient.Reverse(StepsPerTurn)).With(Optimizer.Adam(0.2)).Until(Stop.AfterSteps(turns));
        OuterStep<Hidden, Trust>? last = null;
        foreach (OuterStep<Hidden, Trust> step in setting.Watched(loop).From(start, equal, setting.Cancellation))
        {
            last = step;
            if (step.Number % 10 == 0)
            {
                setting.Output.WriteLine(step);
            }
        }

        // as many steps of the weights with the same trust in all, for comparison
        OptimizerState<Hidden> trusting = objective.Unroll(descent).Start(start, equal);
        for (int step = 0; step < turns * StepsPerTurn; step++)
        {
            setting.Cancellation.ThrowIfCancellationRequested();
            trusting = objective.Unroll(descent).Next(trusting, equal);
        }

        double Accuracy(Hidden w) => Metrics.Accuracy(NetworkCleaning.Logits(w, test.X).ArgMax(1), test.Y);
        double auc = Metrics.Auc(last!.Hyper.Logits, isRight), f1 = Metrics.F1(last.Hyper.Logits > 0, isRight);
        (double before, double after) = (Accuracy(trusting.Parameters), Accuracy(last.State));
        return new Claim(string.Create(CultureInfo.InvariantCulture,
            $"right labels are told from wrong ones with an area of {auc:F3} and F1 {f1:F3}; test accuracy {before:P1} without -> {after:P1} with"),
            auc > 0.8 && after > before);
    }
}
