using System.Globalization;

namespace Gallery;

/// <summary>How a training run steps.</summary>
/// <param name="LogRate">The logarithm of the learning rate.</param>
/// <param name="Momentum">The momentum is σ of this.</param>
[Tree]
public sealed partial record Rates(Tensor LogRate, Tensor Momentum);

/// <summary>A linear classifier, trained as it comes.</summary>
public static partial class Digit
{
    [InnerObjective]
    public static Tensor Train(Linear w, Rates h, Tensor x, Tensor y) => -(y * Softmax.Logits(w, x).LogSoftmax()).Sum(1).Mean();
}

/// <summary>Tunes learning rate and momentum through every step of the training run that they steer.</summary>
internal static class ScheduleJob
{
    private const int Classes = 10;

    public static GalleryJob Job { get; } = new("schedule", "tunes learning rate and momentum through the 1,000 steps of training that they steer", Run);

    private static Claim Run(Setting setting)
    {
        int steps = setting.IsQuick ? 100 : 1000;
        DataSplit split = Setting.Digits().Split(RandomKey.FromSeed(2), validation: 0.25, test: 0.5, stratified: true);
        Objective<Linear, Rates> train = Digit.TrainObjective(split.Train.X, split.Train.Y.OneHot(Classes));
        Objective<Linear, Rates> validate = Digit.TrainObjective(split.Validation.X, split.Validation.Y.OneHot(Classes));

        // w₁₀₀₀ is a function of the rates, and reverse mode goes back through all of it, with every so many iterates kept
        var problem = Bilevel.Problem(train.Unroll(h => Optimizer.HeavyBall(h.LogRate.Exp(), h.Momentum.Sigmoid())), validate);
        IterativeMethod method = Hypergradient.Reverse(steps, checkpointing: Checkpointing.Budget(64 << 20));
        OuterLoop<Linear, Rates> loop = OuterLoop.Over(problem,
            method).With(Optimizer.Adam(0.3)).ColdStarts().Until(Stop.AfterSteps(setting.IsQuick ? 10 : 15));
        Linear start = new(Tensor.Zeros([split.Train.X.Shape[1], Classes]), Tensor.Zeros([Classes]));
        Rates first = new(Tensor.Scalar(Math.Log(0.01)), Tensor.Scalar(0));

        double? before = null;
        BestStep<Linear, Rates>? best = null;
        foreach (OuterStep<Linear, Rates> step in setting.Watched(loop).From(start, first, setting.Cancellation))
        {
            before ??= step.Value;
            best = step.Best;
            setting.Output.WriteLine(step);
        }

        (double rate, double momentum) = (best!.Hyper.LogRate.Exp().ToScalar(), best.Hyper.Momentum.Sigmoid().ToScalar());
        return new Claim(string.Create(CultureInfo.InvariantCulture,
            $"validation loss after {steps} steps {before:F4} -> {best.Value:F4}, by the rate 0.01 -> {rate:F3} and the momentum 0.5 -> {momentum:F2}"),
            best.Value < 0.7 * before);
    }
}
