using System.Globalization;

namespace Gallery;

/// <summary>A network of one hidden layer from how rare a class is to how much its samples count.</summary>
[Tree]
public sealed partial record Weighting(Tensor In, Tensor Offset, Tensor Out, Tensor Last);

/// <summary>A linear classifier whose classes count more or less.</summary>
public static partial class LongTail
{
    private const double Ridge = 1e-3;

    /// <summary><c>(1/n) Σ v(rarity of yᵢ) CEᵢ(w) + ½ρ‖w‖²</c>, v the network.</summary>
    [InnerObjective]
    public static Tensor Train(Linear w, Weighting h, Tensor x, Tensor y, Tensor rarity) =>
        (y.MatMul(Weights(h, rarity)) * CrossEntropies(w, x, y)).Mean() + (0.5 * Ridge * (w.W.Square().Sum() + w.B.Square().Sum()));

    /// <summary>The mean cross-entropy on samples of which every class has as many.</summary>
    [OuterObjective]
    public static Tensor Validate(Linear w, Weighting h, Tensor x, Tensor y) => CrossEntropies(w, x, y).Mean();

    /// <summary>The weight of every class, <c>[classes]</c>; 1 of all to begin with.</summary>
    /// <param name="h">The network.</param>
    /// <param name="rarity">The logarithm of how many times more samples the largest class has, <c>[classes]</c>.</param>
    public static Tensor Weights(Weighting h, Tensor rarity) =>
        ((rarity.Unsqueeze(1) * h.In) + h.Offset).Tanh().MatMul(h.Out).Exp() * h.Last.Exp();

    private static Tensor CrossEntropies(Linear w, Tensor x, Tensor y) => -(y * Softmax.Logits(w, x).LogSoftmax()).Sum(1);
}

/// <summary>The largest class has a hundred or more times the samples of the smallest; a network learns from a few balanced samples how to
/// make up for it.</summary>
internal static class LongTailJob
{
    private const int Classes = 10;
    private const int Hidden = 8;
    private const double Tolerance = 1e-3;

    public static GalleryJob Job { get; } = new("long-tail",
        "learns by a network how much samples of rare classes are to count, where the largest has 100, or 200, times as many", Run);

    private static Claim Run(Setting setting)
    {
        Claim[] claims = [.. (setting.IsQuick ? (double[])[100] : [100, 200]).Select(factor => Run(setting, factor))];
        return new Claim(string.Join("; ", claims.Select(claim => claim.Text)), Array.TrueForAll(claims, claim => claim.Holds));
    }

    private static Claim Run(Setting setting, double factor)
    {
        RandomKey[] keys = RandomKey.FromSeed(3).Split(3);
        bool small = setting.IsQuick || FashionMnist.Absence() is not null;
        Dataset all, test;
        if (small)
        {
            DataSplit split = Setting.Digits().Split(keys[2], validation: 0.2, test: 0.2, stratified: true);
            (all, test) = (split.Train, split.Test);
        }
        else
        {
            (all, test) = FashionMnist.Load();
        }

        (int largest, int balanced) = small ? (90, 10) : (5000, 30);
        int[] sizes = [.. Enumerable.Range(0, Classes).Select(k => Math.Max(1, (int)(largest * Math.Pow(factor, -k / (Classes - 1.0)))))];
        (Dataset few, Dataset train) = Chosen(all, keys[0], balanced, sizes);
        DType type = train.X.DType;
        Tensor rarity = Tensor.From<double>([.. sizes.Select(size => Math.Log((double)largest / size))]).To(type);

        Linear start = new(Tensor.Zeros([train.X.Shape[1], Classes], type), Tensor.Zeros([Classes], type));
        Weighting equal = new(keys[1].Normal([Hidden], type), Tensor.Zeros([Hidden], type), Tensor.Zeros([Hidden], type), Tensor.Scalar(0).To(type));
        var training = LongTail.TrainObjective(train.X, train.Y.OneHot(Classes, type), rarity).MinimizedBy(Minimizer.NewtonCg(Tolerance));
        var problem = Bilevel.Problem(training, LongTail.ValidateObjective(few.X, few.Y.OneHot(Classes, type)));
        OuterLoop<Linear, Weighting> loop = OuterLoop.Over(problem, Hypergradient.Implicit(adjoint: LinearSolver.ConjugateGradient(Tolerance)))
            .With(Optimizer.Adam(0.1)).Until(Stop.AfterSteps(small ? 10 : 15));

        Linear? before = null;
        OuterStep<Linear, Weighting>? last = null;
        foreach (OuterStep<Linear, Weighting> step in setting.Watched(loop).From(start, equal, setting.Cancellation))
        {
            setting.Output.WriteLine(step);
            before ??= step.State;
            last = step;
        }

        double Balanced(Linear w) => Metrics.MacroRecall(Softmax.Logits(w, test.X).ArgMax(1), test.Y);
        double first = Balanced(before!), final = Balanced(last!.State);
        double[] weights = LongTail.Weights(last.Hyper, rarity).To(DType.Float64).ToArray<double>();
        return new Claim(string.Create(CultureInfo.InvariantCulture,
            $"factor {factor:F0}: balanced test accuracy {first:P1} -> {final:P1}; "
                + $"a sample of the rarest class counts {weights[^1] / weights[0]:F0} times one of the largest"),
            final > first && weights[^1] > weights[0]);
    }

    // as many of every class, and of what is left so many of each
    private static (Dataset Few, Dataset Train) Chosen(Dataset data, RandomKey key, int balanced, int[] sizes)
    {
        int[] labels = data.Y.ToArray<int>(), order = key.Permutation(data.Samples).ToArray<int>();
        int[][] members = [.. Enumerable.Range(0, Classes).Select(k => order.Where(i => labels[i] == k).ToArray())];
        return (data.Take([.. members.SelectMany(of => of.Take(balanced))]), data.Take([.. members.SelectMany((of, k) => of.Skip(balanced).Take(sizes[k]))]));
    }
}
