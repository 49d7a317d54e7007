using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Hyperdiff.Tests.Optimization;

/// <summary>Rules for some leaves, and clipped gradients: each leaf moves as by its own rule alone, on what clipping leaves of the gradient.</summary>
public sealed class GroupedAndClippedTests
{
    private static readonly (Tensor, Tensor) s_start = (Tensor.From([1.0, -2]), Tensor.From([0.5]));

    public static TheoryData<string> Rules { get; } = ["Sgd", "Momentum", "Adam", "AdamW", "RmsProp", "Adagrad", "Projected", "Decayed"];

    [Theory]
    [MemberData(nameof(Rules))]
    public void EachLeaf_MovesAsByItsOwnRuleAlone(string name)
    {
        (Optimizer own, Optimizer rest) = (RuleOf(name), Optimizer.Adam(0.05));
        OptimizerState<(Tensor, Tensor)> grouped = rest.Grouped(("Item2", own)).Start(s_start);
        (OptimizerState<Tensor> first, OptimizerState<Tensor> second) = (rest.Start(s_start.Item1), own.Start(s_start.Item2));
        for (int k = 0; k < 5; k++)
        {
            (Tensor, Tensor) gradient = (Tensor.From([0.3 - k, 2]), Tensor.From([k - 1.5]));
            grouped = grouped.Next(gradient);
            (first, second) = (first.Next(gradient.Item1), second.Next(gradient.Item2));
        }

        Assert.Equal(first.Parameters.ToArray<double>(), grouped.Parameters.Item1.ToArray<double>());
        Assert.Equal(second.Parameters.ToArray<double>(), grouped.Parameters.Item2.ToArray<double>());
    }

    [Property(Replay = "(1523,77)", MaxTest = 100)]
    public Property ClippingByNorm_ShortensAndKeepsTheDirection() => Prop.ForAll(
        ArbMap.Default.ArbFor<NormalFloat>().Array().Filter(values => values.Length > 1), Gen.Choose(-3, 3).ToArbitrary(), (values, exponent) =>
        {
            double most = Math.Pow(10, exponent);
            Tensor gradient = Tensor.From([.. values.Select(value => Math.CopySign(Math.Min(Math.Abs(value.Get), 1e100), value.Get))]);
            Tensor start = Tensor.ZerosLike(gradient);
            Tensor moved = -Optimizer.Sgd(1).ClippedByNorm(most).Start(start).Next(gradient).Parameters;
            double norm = new LeafVector([gradient]).Magnitude(), length = new LeafVector([moved]).Magnitude();

            // a rounding for each square that is added, and those of the root, the quotient and the product
            double slack = 1 + ((values.Length + 4) * (double.BitIncrement(1) - 1));
            bool unchanged = norm > most || moved.ToArray<double>().SequenceEqual(gradient.ToArray<double>());
            bool parallel = norm <= most || ((moved * norm) - (gradient * most)).Abs().Max().ToScalar() <= 1e-13 * norm * most;
            return (length <= most * slack && unchanged && parallel).Label($"‖g‖ {norm}, c {most}, length {length}");
        });

    [Fact]
    public void ClippingByNorm_MeansAllLeavesTogether_AndInAGroupThoseOfTheGroup()
    {
        (Tensor, Tensor) gradient = (Tensor.From([3.0, 0]), Tensor.From([4.0]));
        (Tensor, Tensor) zero = (Tensor.Zeros([2]), Tensor.Zeros([1]));
        (Tensor A, Tensor B) together = Optimizer.Sgd(1).ClippedByNorm(1).Start(zero).Next(gradient).Parameters;
        (Tensor A, Tensor B) apart = Optimizer.Sgd(1).Grouped(("Item2", Optimizer.Sgd(1).ClippedByNorm(1))).Start(zero).Next(gradient).Parameters;

        Assert.Equal([-0.6, 0], together.A.ToArray<double>(), (x, y) => Math.Abs(x - y) < 1e-15);
        Assert.Equal(-0.8, together.B.ToArray<double>()[0], 1e-15);
        Assert.Equal([-3.0, 0], apart.A.ToArray<double>());
        Assert.Equal(-1, apart.B.ToArray<double>()[0], 1e-15);
    }

    [Fact]
    public void ClippingByValue_CutsElements_AndLeavesWhatIsNotFinite()
    {
        Tensor gradient = Tensor.From([0.05, -7, double.PositiveInfinity, double.NaN]);
        double[] moved = (-Optimizer.Sgd(1).ClippedByValue(0.1).Start(Tensor.Zeros([4])).Next(gradient).Parameters).ToArray<double>();

        Assert.Equal([0.05, -0.1, double.PositiveInfinity, double.NaN], moved);
        Assert.All(Optimizer.Sgd(1).ClippedByNorm(0.1).Start(Tensor.Zeros([4])).Next(gradient).Parameters.ToArray<double>()[2..],
            x => Assert.False(double.IsFinite(x)));
    }

    [Fact]
    public void Steps_AreDifferentiated_ThroughClippingAndGroups()
    {
        Tensor Moved(Tensor gradient) => Optimizer.HeavyBall(0.1, 0.9).ClippedByNorm(1).Start((Tensor.Zeros([2]), Tensor.Zeros([2])))
            .Next((gradient, 2 * gradient)).Parameters.Item1;
        Tensor at = Tensor.From([3.0, -1]);
        double[,] jacobian = Rows(Diff.Jacobian(Moved, at));
        for (int j = 0; j < 2; j++)
        {
            const double Step = 1e-5;
            Tensor e = Tensor.From((double[])(j == 0 ? [Step, 0] : [0, Step]));
            double[] difference = ((Moved(at + e) - Moved(at - e)) / (2 * Step)).ToArray<double>();
            Assert.Equal(difference[0], jacobian[0, j], 1e-9);
            Assert.Equal(difference[1], jacobian[1, j], 1e-9);
        }
    }

    [Fact]
    public void GroupsThatFitNoLeaf_OrShareOne_AreRefused_ByName()
    {
        Optimizer rest = Optimizer.Sgd(1);
        Assert.Contains("no leaf is named 'Rate'; those that move are x.Item1, x.Item2",
            Assert.Throws<ArgumentException>(() => rest.Grouped(("Rate", rest)).Start(s_start)).Message, StringComparison.Ordinal);
        Assert.Contains("in the group 'Item1' and in 'Item1'",
            Assert.Throws<ArgumentException>(() => rest.Grouped(("Item1", rest), ("Item1", rest)).Start(s_start)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => rest.Grouped());
        Assert.Throws<ArgumentOutOfRangeException>(() => rest.ClippedByNorm(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => rest.ClippedByValue(double.NaN));
    }

    private static double[,] Rows(Tensor matrix)
    {
        var rows = new double[matrix.Shape[0], matrix.Shape[1]];
        Buffer.BlockCopy(matrix.ToArray<double>(), 0, rows, 0, rows.Length * sizeof(double));
        return rows;
    }

    private static Optimizer RuleOf(string name) => name switch
    {
        "Sgd" => Optimizer.Sgd(0.3),
        "Momentum" => Optimizer.Sgd(0.3, momentum: 0.9),
        "Adam" => Optimizer.Adam(0.3),
        "AdamW" => Optimizer.AdamW(0.3),
        "RmsProp" => Optimizer.RmsProp(0.3, momentum: 0.5),
        "Adagrad" => Optimizer.Adagrad(0.3),
        "Projected" => Optimizer.Sgd(0.3).Projected(x => x.Maximum(0)),
        "Decayed" => Optimizer.Sgd(0.3, weightDecay: 0.1),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "There is no such rule."),
    };
}
