namespace Gallery;

/// <summary>The weights of the mixture: a stem, a convolution per edge of the cell, and a read-out.</summary>
[Tree]
public sealed partial record CellWeights(Tensor Stem, Tensor First, Tensor Second, Tensor Skip, Tensor Out, Tensor Offset);

/// <summary>How much of every operation is on every edge: softmax of <c>[edges, operations]</c>.</summary>
[Tree]
public sealed partial record Architecture(Tensor Alphas);

/// <summary>A cell of two nodes over a stem, whose three edges mix four operations: nothing, the identity, a mean of 3 × 3, a convolution of 3 × 3.</summary>
public static partial class Cell
{
    private static readonly Convolution s_same = new() { Padding = Padding.Same };

    [InnerObjective]
    public static Tensor Train(CellWeights w, Architecture h, [Batch] Tensor x, [Batch] Tensor y) =>
        -(y * Logits(w, h.Alphas.Softmax(-1), x).LogSoftmax()).Sum(1).Mean();

    /// <summary>The logits, by shares of operations <c>[edges, operations]</c>.</summary>
    public static Tensor Logits(CellWeights w, Tensor shares, Tensor x)
    {
        Tensor stem = x.Conv2d(w.Stem, s_same).Relu();
        Tensor first = Edge(shares[0], stem, w.First);
        Tensor second = Edge(shares[1], first, w.Second) + Edge(shares[2], stem, w.Skip);
        return second.AvgPool2d(4).Reshape([x.Shape[0], -1]).MatMul(w.Out) + w.Offset;
    }

    private static Tensor Edge(Tensor shares, Tensor z, Tensor weight) =>
        (shares[1] * z) + (shares[2] * z.AvgPool2d([3, 3], [1, 1], Padding.Of([1, 1]))) + (shares[3] * z.Conv2d(weight, s_same).Relu());
}

/// <summary>Searches the operations of a cell on images of digits, as Archai's bilevel optimizer does: one step of the weights by momentum and decay, in chunks
/// of a batch, per step of the architecture, whose gradient looks one step ahead.</summary>
internal static class DartsJob
{
    private const int Channels = 8;
    private const int Classes = 10;
    private const int Trainings = 5;

    private static readonly string[] s_operations = ["nothing", "identity", "mean", "convolution"];

    public static GalleryJob Job { get; } = new("darts", "searches the operations of a convolutional cell on images of digits (DARTS, second order)", Run);

    private static Claim Run(Setting setting)
    {
        RandomKey[] keys = RandomKey.FromSeed(13).Split(4);
        DataSplit split = Setting.Digits().Split(keys[0], validation: 0.4, test: 0.2, stratified: true);
        static Tensor Images(Dataset data) => data.X.Reshape([data.Samples, 1, 8, 8]).To(DType.Float32);
        static Tensor Labels(Dataset data) => data.Y.OneHot(Classes, DType.Float32);
        (int batch, int steps) = (setting.IsQuick ? 16 : 64, setting.IsQuick ? 60 : 400);

        // in the words of Archai: the optimizer of the weights with momentum and weight decay, a batch in chunks that memory holds, the finite difference
        Optimizer descent = Optimizer.Sgd(0.1, momentum: 0.9, weightDecay: 3e-4);
        DartsMethod method = Hypergradient.Darts(1, StepDerivative.Differentiated, EvaluationPoint.BeforeLastStep, MixedProduct.CentralDifference(0.01));
        (Tensor x, Tensor y, Tensor xv, Tensor yv) = (Images(split.Train), Labels(split.Train), Images(split.Validation), Labels(split.Validation));
        UnrolledProblem<CellWeights, Architecture> Of(RandomKey key)
        {
            RandomKey[] drawn = key.Split(2);
            (Tensor rows, Tensor others) = (drawn[0].Permutation(x.Shape[0])[..batch], drawn[1].Permutation(xv.Shape[0])[..batch]);
            return Bilevel.Problem(Cell.TrainObjective(x.Take(rows), y.Take(rows)).InChunks(batch / 2).Unroll(descent),
                Cell.TrainObjective(xv.Take(others), yv.Take(others)).InChunks(batch / 2));
        }

        OuterLoop<CellWeights, Architecture> loop = OuterLoop.Over(Of, method).Keyed(keys[1]).With(Optimizer.Adam(0.02, 0.5, 0.999, weightDecay: 1e-3))
            .Until(Stop.AfterSteps(steps));
        (double? before, OuterStep<CellWeights, Architecture>? last) = (null, null);
        Architecture equal = new(Tensor.Zeros([3, s_operations.Length], DType.Float32));
        foreach (OuterStep<CellWeights, Architecture> step in setting.Watched(loop).From(First(keys[2]), equal, setting.Cancellation))
        {
            before ??= step.Value;
            last = step;
            if (step.Number % 20 == 0)
            {
                setting.Output.WriteLine(step);
            }
        }

        // the strongest operation of every edge, not nothing, as DARTS has it; and the weakest, for comparison; each trained anew
        Tensor alphas = last!.Next.Hyper.Alphas[.., 1..], found = alphas.ArgMax(1), worst = alphas.ArgMin(1);
        static string Names(Tensor chosen) => string.Join(", ", chosen.ToArray<int>().Select(i => s_operations[i + 1]));
        if (setting.IsQuick)
        {
            return new Claim(FormattableString.Invariant($"{Names(found)}: validation loss {before:F2} -> {last.Value:F2}"), last.Value < 0.9 * before);
        }

        // from several first weights, since one run of 400 steps is a draw
        double Trained(Tensor chosen)
        {
            Tensor shares = (chosen + 1).OneHot(s_operations.Length, DType.Float32);
            Architecture sharp = new(shares * 1000);
            Dynamics<CellWeights, Architecture> training = Cell.TrainObjective(x, y).Unroll(descent);
            return keys[3].Split(Trainings).Average(key =>
            {
                OptimizerState<CellWeights> w = training.Start(First(key), sharp);
                for (int step = 0; step < 400; step++)
                {
                    setting.Cancellation.ThrowIfCancellationRequested();
                    w = training.Next(w, sharp);
                }

                return Metrics.Accuracy(Cell.Logits(w.Parameters, shares, Images(split.Test)).ArgMax(1), split.Test.Y);
            });
        }

        (double right, double wrong) = (Trained(found), Trained(worst));
        string trained = FormattableString.Invariant($"trained anew from {Trainings} first weights, {right:P1} of the test right in the mean");
        return new Claim(FormattableString.Invariant($"{Names(found)}: {trained}, {wrong:P1} with what it likes least, {Names(worst)}"), right > wrong);
    }

    private static CellWeights First(RandomKey key)
    {
        RandomKey[] keys = key.Split(5);
        Tensor Normal(int i, Shape shape, int inputs) => keys[i].Normal(shape, DType.Float32) * Math.Sqrt(2.0 / inputs);
        Shape within = [Channels, Channels, 3, 3];
        return new CellWeights(Normal(0, [Channels, 1, 3, 3], 9), Normal(1, within, 9 * Channels), Normal(2, within, 9 * Channels),
            Normal(3, within, 9 * Channels), Normal(4, [4 * Channels, Classes], 4 * Channels), Tensor.Zeros([Classes], DType.Float32));
    }
}
