using System.Globalization;

namespace Gallery;

/// <summary>The weights of a linear classifier.</summary>
[Tree]
public sealed partial record Linear(Tensor W, Tensor B);

/// <summary>A logit per training sample: σ of it is how much the sample counts.</summary>
[Tree]
public sealed partial record Trust(Tensor Logits);

/// <summary>A linear classifier whose training samples count more or less.</summary>
public static partial class Softmax
{
    private const double Ridge = 0.005;

    /// <summary><c>(1/n) Σ σ(λᵢ) CEᵢ(w) + ½ρ‖w‖²</c>.</summary>
    [InnerObjective]
    public static Tensor Train(Linear w, Trust h, Tensor x, Tensor y) =>
        (h.Logits.Sigmoid() * CrossEntropies(w, x, y)).Mean() + (0.5 * Ridge * (w.W.Square().Sum() + w.B.Square().Sum()));

    /// <summary>The mean cross-entropy on clean samples.</summary>
    [OuterObjective]
    public static Tensor Validate(Linear w, Trust h, Tensor x, Tensor y) => CrossEntropies(w, x, y).Mean();

    /// <summary>The logits, <c>[n, classes]</c>.</summary>
    public static Tensor Logits(Linear w, Tensor x) => x.MatMul(w.W) + w.B;

    private static Tensor CrossEntropies(Linear w, Tensor x, Tensor y) => -(y * Logits(w, x).LogSoftmax()).Sum(1);
}

/// <summary>Half of the labels are wrong; a weight per sample, tuned on clean samples, finds which.</summary>
internal static class CleaningJob
{
    private const int Classes = 10;

    // of the weights and the adjoint: far below what a step changes
    private const double Tolerance = 1e-3;

    public static GalleryJob Job { get; } = new("cleaning", "finds wrong labels among 20,000 images of clothing, by a weight per image", Run);

    private static Claim Run(Setting setting)
    {
        string? absence = FashionMnist.Absence();
        if (absence is not null)
        {
            setting.Output.WriteLine($"{absence}. Digits take their place.");
        }

        RandomKey[] keys = RandomKey.FromSeed(0).Split(2);
        bool small = setting.IsQuick || absence is not null;
        (Dataset all, Dataset test) = small ? Halves(Setting.Digits(), keys[1]) : FashionMnist.Load();
        var parts = Splits.ByCounts(all.Samples, keys[0], small ? (int[])[500, 200] : [20_000, 5_000]);
        (Dataset train, Dataset clean) = (all.Take(parts[0].AsSpan()), all.Take(parts[1].AsSpan()));
        (Tensor wrong, Tensor isRight) = Corrupted(train.Y, keys[1]);

        Linear start = new(Tensor.Zeros([train.X.Shape[1], Classes], train.X.DType), Tensor.Zeros([Classes], train.X.DType));
        Trust equal = new(Tensor.Zeros([train.Samples], train.X.DType));
        Minimization<Linear, Trust> training = Softmax.TrainObjective(train.X, wrong.OneHot(Classes, train.X.DType)).MinimizedBy(Minimizer.NewtonCg(Tolerance));
        var problem = Bilevel.Problem(training, Softmax.ValidateObjective(clean.X, clean.Y.OneHot(Classes, train.X.DType)));
        OuterLoop<Linear, Trust> loop = OuterLoop.Over(problem, Hypergradient.Implicit(adjoint: LinearSolver.ConjugateGradient(Tolerance)))
            .With(Optimizer.Adam(0.5)).Until(Stop.AfterSteps(small ? 12 : 20));

        Linear? before = null;
        OuterStep<Linear, Trust>? last = null;
        foreach (OuterStep<Linear, Trust> step in setting.Watched(loop).From(start, equal, setting.Cancellation))
        {
            setting.Output.WriteLine(step);
            before ??= step.State;
            last = step;
        }

        double Accuracy(Linear w) => Metrics.Accuracy(Softmax.Logits(w, test.X).ArgMax(1), test.Y);
        double auc = Metrics.Auc(last!.Hyper.Logits, isRight), first = Accuracy(before!), final = Accuracy(last.State);
        return new Claim(string.Create(CultureInfo.InvariantCulture,
            $"trust tells right labels from wrong ones with an area of {auc:F3} under the curve; test accuracy {first:P1} -> {final:P1}"), auc > 0.8
                && final > first);
    }

    /// <summary>Two random halves.</summary>
    public static (Dataset, Dataset) Halves(Dataset data, RandomKey key)
    {
        var halves = Splits.ByShares(data.Samples, key, 0.5, 0.5);
        return (data.Take(halves[0].AsSpan()), data.Take(halves[1].AsSpan()));
    }

    /// <summary>Half of the labels become one of the nine others.</summary>
    public static (Tensor Labels, Tensor IsRight) Corrupted(Tensor labels, RandomKey key)
    {
        RandomKey[] keys = key.Split(2);
        Tensor isRight = keys[0].Uniform(labels.Shape) < 0.5, shifted = labels + keys[1].Integers(labels.Shape, 1, Classes);
        return (Tensor.Where(isRight, labels, Tensor.Where(shifted < Classes, shifted, shifted - Classes)), isRight);
    }
}
