using System.Globalization;

namespace Gallery;

/// <summary>Three problems on top of each other: the weights of a classifier learn from few images and are drawn to a prior, the prior learns from other
/// images, and
/// how strongly weights and prior are drawn is tuned on a third part.</summary>
/// <remarks>In the terms of Betty (Choe et al. 2023, arXiv:2207.02849): three problems, two of them upper; the engine alternates, so many steps of the lower
/// per
/// step of the upper ones, and every path between them has its derivative.</remarks>
internal static class ThreeLevelsJob
{
    private const int Classes = 10;

    // a product with the Hessian of the prior's problem rests on solves in that of the weights, and is as accurate as these; on the way to a minimum that
    // Hessian need not be positive, so that conjugate gradients may break down
    private static readonly Response s_inner = Response.Implicit(LinearSolver.ConjugateGradient(1e-8));
    private static readonly Response s_outer = Response.Implicit(LinearSolver.Minres(1e-4));

    public static GalleryJob Job { get; } = new("three-levels", "penalties over a prior over the weights of a classifier, all stepped in turn", Run);

    private static Claim Run(Setting setting)
    {
        RandomKey[] keys = RandomKey.FromSeed(5).Split(2);
        DataSplit split = Setting.Digits().Split(keys[0], validation: 0.3, test: 0.4, stratified: true);
        (Tensor x1, Tensor y1) = (split.Train.X, split.Train.Y.OneHot(Classes));
        int half = split.Validation.Samples / 2;
        (Tensor x2, Tensor y2) = (split.Validation.X[..half], split.Validation.Y[..half].OneHot(Classes));
        (Tensor x3, Tensor y3) = (split.Validation.X[half..], split.Validation.Y[half..].OneHot(Classes));

        Shape shape = [x1.Shape[1], Classes];
        Level<Tensor> penalties = Level.Of("penalties", Tensor.From([0.0, 0.0])), prior = Level.Of("prior", Tensor.Zeros(shape));
        Level<Tensor> weights = Level.Of("weights", Tensor.Zeros(shape));

        static Tensor Loss(Tensor x, Tensor y, Tensor w) => -(y * x.MatMul(w).LogSoftmax()).Sum(1).Mean();
        MultiLevel problems = MultiLevel.Of(
            penalties.Minimizes((h, at) => Loss(x3, y3, at.Solution(weights)) + (0 * h.Sum())),
            prior.Minimizes((p, at) => Loss(x2, y2, at.Solution(weights)) + (at.Parameters(penalties)[1].Exp() * p.Square().Mean()), response: s_outer),
            weights.Minimizes((w, at) => Loss(x1, y1, w) + (at.Parameters(penalties)[0].Exp() * (w - at.Parameters(prior)).Square().Mean()),
                response: s_inner));

        // five steps of the weights, one of the prior, per step of the penalties
        OuterLoop<LevelPoint, Tensor> loop = OuterLoop
            .Over(problems, penalties, weights.StepsBy(Optimizer.Adam(0.05), steps: 5), prior.StepsBy(Optimizer.Adam(0.05)))
            .With(Optimizer.Adam(0.1)).Until(Stop.AfterSteps(setting.IsQuick ? 10 : 40));
        double? first = null;
        OuterStep<LevelPoint, Tensor>? last = null;
        foreach (OuterStep<LevelPoint, Tensor> step in setting.Watched(loop).From(problems.Start, Tensor.From([0.0, 0.0]), setting.Cancellation))
        {
            first ??= step.Value;
            last = step;
            if (step.Number % 5 == 0)
            {
                setting.Output.WriteLine(step);
            }
        }

        double accuracy = Metrics.Accuracy(split.Test.X.MatMul(last!.State.Of(weights)).ArgMax(1), split.Test.Y);
        return new Claim(string.Create(CultureInfo.InvariantCulture,
            $"loss on the third part {first:F3} -> {last.Value:F3}, and {accuracy:P1} of the test right; penalties {last.Hyper.Exp()[0].ToScalar():G2} and "
                + $"{last.Hyper.Exp()[1].ToScalar():G2}"), last.Value < 0.5 * first && accuracy > 0.8);
    }
}
