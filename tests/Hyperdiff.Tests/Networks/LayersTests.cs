using Net = Hyperdiff.Layers;

namespace Hyperdiff.Tests.Networks;

/// <summary>Layers against plain loops over double numbers, and their gradients against differences.</summary>
public sealed class LayersTests
{
    // sums of fewer than 64 products of numbers of size 4
    private const double Tolerance = 256 * 2.22e-16;

    private static readonly RandomKey[] s_keys = RandomKey.FromSeed(99).Split(12);

    [Fact]
    public void Linear_AgreesWithLoops_ForEveryRankOfTheBatch()
    {
        (Tensor x, Tensor w, Tensor b) = (Draw(0, [2, 3, 4]), Draw(1, [5, 4]), Draw(2, [5]));
        Tensor y = Net.Linear(x, w, b);

        Assert.Equal(new Shape(2, 3, 5), y.Shape);
        AssertElements(y, i => Dot(4, k => x[i[0], i[1], k], k => w[i[2], k]) + b[i[2]].ToScalar());
        AssertClose(y[1, 2], Net.Linear(x[1, 2], w, b));
        AssertClose(y - b, Net.Linear(x, w));
        Assert.Equal(new Shape(0, 5), Net.Linear(Tensor.Zeros([0, 4]), w, b).Shape);
        Assert.Equal(new Shape(3, 5), Net.Linear(Tensor.Zeros([3, 0]), Tensor.Zeros([5, 0])).Shape);
    }

    [Fact]
    public void Embedding_IsRowsOfTheTable()
    {
        Tensor table = Draw(0, [4, 2]);
        var indices = Tensor.From([3, 0, 3], [3, 1]);

        Assert.Equal(new Shape(3, 1, 2), Net.Embedding(indices, table).Shape);
        AssertClose(Tensor.Concat(0, table[3], table[0], table[3]), Net.Embedding(indices, table).Flatten());
        Assert.Equal([1, 1, 0, 0, 0, 0, 2, 2], Diff.Grad(t => Net.Embedding(indices, t).Sum(), table).ToArray<double>());
    }

    [Fact]
    public void LayerNorm_AgreesWithLoops()
    {
        (Tensor x, Tensor w, Tensor b) = (Draw(0, [2, 3, 4]), Draw(1, [3, 4]), Draw(2, [3, 4]));
        Tensor y = Net.LayerNorm(x, w, b, 0.1);
        AssertElements(y, i =>
        {
            double[] features = x[i[0]].ToArray<double>();
            double mean = features.Average();
            double variance = features.Average(f => (f - mean) * (f - mean));
            return ((Number(x, i) - mean) / Math.Sqrt(variance + 0.1) * w[i[1], i[2]].ToScalar()) + b[i[1], i[2]].ToScalar();
        });
    }

    [Fact]
    public void LayerNorm_OfEqualFeatures_IsTheBias_WithAFiniteGradient()
    {
        Tensor x = Tensor.Full([2, 3], 7);
        Tensor gradient = Diff.Grad(a => (Net.LayerNorm(a, Tensor.Ones([3]), Tensor.Zeros([3])) * Draw(0, [2, 3])).Sum(), x);

        Assert.All(Net.LayerNorm(x, Tensor.Ones([3]), Tensor.Zeros([3])).ToArray<double>(), y => Assert.Equal(0, y));
        Assert.All(gradient.ToArray<double>(), g => Assert.True(double.IsFinite(g)));
    }

    [Fact]
    public void RmsNorm_AgreesWithLoops()
    {
        (Tensor x, Tensor w) = (Draw(0, [3, 4]), Draw(1, [4]));
        AssertElements(Net.RmsNorm(x, w, 0.1), i => Number(x, i) / Math.Sqrt(x[i[0]].ToArray<double>().Average(f => f * f) + 0.1) * w[i[1]].ToScalar());
    }

    [Fact]
    public void BatchNorm_AgreesWithLoops_AndReturnsTheStatistics()
    {
        (Tensor x, Tensor w, Tensor b) = (Draw(0, [5, 2, 3]), Draw(1, [2]), Draw(2, [2]));
        (Tensor Mean, Tensor Variance) running = (Draw(3, [2]), Draw(4, [2]).Square());
        double[][] channels = [.. Enumerable.Range(0, 2).Select(c => x[.., c].ToArray<double>())];
        double[] mean = [.. channels.Select(channel => channel.Average())];
        double[] squares = [.. channels.Select((channel, c) => channel.Sum(f => (f - mean[c]) * (f - mean[c])))];

        (Tensor y, (Tensor Mean, Tensor Variance) next) = Net.BatchNormTraining(x, w, b, running, 0.3, 0.1);

        AssertElements(y, i => ((Number(x, i) - mean[i[1]]) / Math.Sqrt((squares[i[1]] / 15) + 0.1) * w[i[1]].ToScalar()) + b[i[1]].ToScalar());
        AssertElements(next.Mean, i => (0.7 * Number(running.Mean, i)) + (0.3 * mean[i[0]]));
        AssertElements(next.Variance, i => (0.7 * Number(running.Variance, i)) + (0.3 * squares[i[0]] / 14));
        AssertElements(
            Net.BatchNorm(x, w, b, running, 0.1),
            i => ((Number(x, i) - running.Mean[i[1]].ToScalar()) / Math.Sqrt(running.Variance[i[1]].ToScalar() + 0.1) * w[i[1]].ToScalar())
                + b[i[1]].ToScalar());
    }

    [Fact]
    public void Dropout_KeepsTheExpectation_AndItsGradientIsTheMask()
    {
        const int Count = 100_000;
        Tensor x = Tensor.Ones([Count]);
        Tensor y = Net.Dropout(x, s_keys[0], 0.25);

        // five standard deviations of the count of zeros
        Assert.InRange(y.ToArray<double>().Count(item => item == 0), 25_000 - (5 * Math.Sqrt(18_750)), 25_000 + (5 * Math.Sqrt(18_750)));
        Assert.All(y.ToArray<double>(), item => Assert.True(item == 0 || item == 1 / 0.75));
        Assert.Equal(y.ToArray<double>(), Diff.Grad(a => Net.Dropout(a, s_keys[0], 0.25).Sum(), x).ToArray<double>());
        Assert.Equal(x.ToArray<double>(), Net.Dropout(x, s_keys[0], 0).ToArray<double>());
        Assert.Equal([0.0, 0.0], Net.Dropout(Tensor.From([1, double.PositiveInfinity]), s_keys[0], 1).ToArray<double>());
        Assert.Equal([0.0, 0.0], Diff.Grad(a => Net.Dropout(a, s_keys[0], 1).Sum(), Tensor.Ones([2])).ToArray<double>());
    }

    [Fact]
    public void GruCell_AgreesWithLoops()
    {
        (Tensor x, Tensor h) = (Draw(0, [2, 3]), Draw(1, [2, 4]));
        var weights = Cell(3, inputs: 3, hidden: 4);
        double Gate(Tensor v, Tensor w, Tensor b, int size, int item, int row) => Dot(size, k => v[item, k], k => w[row, k]) + b[row].ToScalar();

        AssertElements(Net.GruCell(x, h, weights), i =>
        {
            double OfInput(int gate) => Gate(x, weights.Input, weights.InputBias, 3, i[0], (4 * gate) + i[1]);
            double OfState(int gate) => Gate(h, weights.State, weights.StateBias, 4, i[0], (4 * gate) + i[1]);
            double r = Sigmoid(OfInput(0) + OfState(0));
            double z = Sigmoid(OfInput(1) + OfState(1));
            double n = Math.Tanh(OfInput(2) + (r * OfState(2)));
            return ((1 - z) * n) + (z * Number(h, i));
        });
        AssertClose(Net.GruCell(x, h, weights)[1], Net.GruCell(x[1], h[1], weights));
    }

    [Fact]
    public void LstmCell_AgreesWithLoops()
    {
        (Tensor x, Tensor h, Tensor s) = (Draw(0, [2, 3]), Draw(1, [2, 4]), Draw(2, [2, 4]));
        var weights = Cell(4, inputs: 3, hidden: 4);
        double Gate(int[] i, int gate)
        {
            int row = (4 * gate) + i[1];
            return Dot(3, k => x[i[0], k], k => weights.Input[row, k]) + weights.InputBias[row].ToScalar() + Dot(4, k => h[i[0], k], k => weights.State[row, k])
                + weights.StateBias[row].ToScalar();
        }

        double CellState(int[] i) => (Sigmoid(Gate(i, 1)) * Number(s, i)) + (Sigmoid(Gate(i, 0)) * Math.Tanh(Gate(i, 2)));
        (Tensor hidden, Tensor cell) = Net.LstmCell(x, (h, s), weights);

        AssertElements(cell, CellState);
        AssertElements(hidden, i => Sigmoid(Gate(i, 3)) * Math.Tanh(CellState(i)));
    }

    [Fact]
    public void Attention_AgreesWithLoops_AndTheMaskExcludesKeys()
    {
        (Tensor q, Tensor k, Tensor v) = (Draw(0, [2, 3, 4]), Draw(1, [2, 5, 4]), Draw(2, [2, 5, 6]));
        bool[,] allowed = { { true, false, false, true, true }, { true, true, true, true, true }, { false, false, false, false, true } };
        double Expected(int[] i, Func<int, bool> may)
        {
            int[] seen = [.. Enumerable.Range(0, 5).Where(may)];
            double[] weights = [.. seen.Select(j => Math.Exp(Dot(4, d => q[i[0], i[1], d], d => k[i[0], j, d]) / 2))];
            return seen.Select((j, at) => weights[at] * v[i[0], j, i[2]].ToScalar()).Sum() / weights.Sum();
        }

        AssertElements(Net.Attention(q, k, v), i => Expected(i, _ => true));
        AssertElements(Net.Attention(q, k, v, Tensor.From(allowed)), i => Expected(i, j => allowed[i[1], j]));
    }

    [Fact]
    public void Gradients_AgreeWithDifferences()
    {
        Tensor[] sizes = [Draw(0, [3, 4]), Draw(1, [5, 4]), Draw(2, [5])];
        Tensor weigh = Draw(3, [3, 5]);
        GradientCheck.Assert(a => (Net.Linear(a[0], a[1], a[2]).Tanh() * weigh).Sum(), sizes);
        GradientCheck.Assert(a => (Net.LayerNorm(a[0], a[1], a[2], 0.01) * weigh).Sum(), Draw(4, [3, 5]), Draw(5, [5]), Draw(6, [5]));
        GradientCheck.Assert(a => (Net.RmsNorm(a[0], a[1], 0.01) * weigh).Sum(), Draw(4, [3, 5]), Draw(5, [5]));
        GradientCheck.Assert(
            a =>
            {
                (Tensor y, (Tensor mean, Tensor variance)) = Net.BatchNormTraining(a[0], a[1], a[2], (a[3], a[4]), 0.3, 0.01);
                return (y * weigh).Sum() + (mean.Sin() * variance).Sum();
            },
            Draw(4, [3, 5]), Draw(5, [5]), Draw(6, [5]), Draw(7, [5]), Draw(8, [5]).Square());
        GradientCheck.Assert(a => (Net.BatchNorm(a[0], a[1], a[2], (a[3], a[4]), 0.5) * weigh).Sum(), Draw(4, [3, 5]), Draw(5, [5]), Draw(6, [5]), Draw(7, [5]),
            Draw(8, [5]).Square());
        GradientCheck.Assert(
            a => (Net.Attention(a[0], a[1], a[2], Tensor.Ones([3, 3], DType.Bool).Tril()) * weigh).Sum(), Draw(4, [3, 2]), Draw(5, [3, 2]), Draw(6, [3, 5]));
    }

    [Fact]
    public void GradientsOfComposedRecurrentLayers_AgreeWithDifferences()
    {
        var gru = Cell(3, inputs: 2, hidden: 3);
        var lstm = Cell(4, inputs: 3, hidden: 2);

        // two steps of both cells, with a key for the noise between them
        GradientCheck.Assert(
            a =>
            {
                (Tensor h, (Tensor Hidden, Tensor Cell) state) = (a[1], (a[2], a[2]));
                for (int step = 0; step < 2; step++)
                {
                    h = Net.GruCell(a[0][step], h, (a[3], a[4], a[5], a[6]));
                    state = Net.LstmCell(Net.Dropout(h, s_keys[11].Fold(step), 0.3), state, (a[7], a[8], a[9], a[10]));
                }

                return Hyperdiff.Losses.CrossEntropy(Net.LayerNorm(state.Hidden + state.Cell, Tensor.Ones([2]), Tensor.Zeros([2]), 0.1),
                    Tensor.From([0, 1, 1, 0]), smoothing: 0.1);
            },
            Draw(0, [2, 4, 2]), Draw(1, [4, 3]), Draw(2, [4, 2]),
            gru.Input, gru.State, gru.InputBias, gru.StateBias, lstm.Input, lstm.State, lstm.InputBias, lstm.StateBias);
    }

    [Fact]
    public void MisfittingArguments_ThrowNamingTheShapes()
    {
        (Tensor two, Tensor three) = (Tensor.Ones([2]), Tensor.Ones([3]));
        Tensor x = Tensor.Ones([4, 3]);
        void Throws<T>(Func<object> call, string part)
            where T : Exception => Assert.Contains(part, Assert.Throws<T>(call).Message, StringComparison.Ordinal);

        Throws<ShapeMismatchException>(() => Net.Linear(x, Tensor.Ones([3, 2])), "x [4, 3] and weight [3, 2]");
        Throws<ShapeMismatchException>(() => Net.Linear(x, Tensor.Ones([2, 3]), three), "bias of shape [2], not [3]");
        Throws<ShapeMismatchException>(() => Net.Embedding(Tensor.Arange(2), three), "not [3]");
        Throws<DTypeMismatchException>(() => Net.Embedding(two, x), "int32");
        Throws<ArgumentOutOfRangeException>(() => Net.Embedding(Tensor.Arange(5), x), "index 4");
        Throws<ShapeMismatchException>(() => Net.LayerNorm(x, two, two), "x [4, 3] does not end in the shape of the weight, [2]");
        Throws<ShapeMismatchException>(() => Net.LayerNorm(x, three, two), "weight [3] and bias [2]");
        Throws<ArgumentOutOfRangeException>(() => Net.LayerNorm(x, three, three, 0), "LayerNorm");
        Throws<ArgumentOutOfRangeException>(() => Net.RmsNorm(x, three, -1), "RmsNorm");
        Throws<ShapeMismatchException>(() => Net.BatchNorm(three, three, three, (three, three)), "not [3]");
        Throws<ShapeMismatchException>(() => Net.BatchNorm(x, three, three, (three, two)), "the variance is of shape [3], not [2]");
        Throws<ShapeMismatchException>(() => Net.BatchNormTraining(x[..1], three, three, (three, three)), "per channel, 1: a variance takes two");
        Throws<ArgumentOutOfRangeException>(() => Net.BatchNormTraining(x, three, three, (three, three), 1.5), "momentum");
        Throws<ArgumentOutOfRangeException>(() => Net.BatchNormTraining(x, three, three, (three, three), 0.1, 0), "BatchNormTraining");
        Throws<ArgumentOutOfRangeException>(() => Net.Dropout(x, s_keys[0], -0.1), "from 0 to 1");
        Throws<ArgumentOutOfRangeException>(() => Net.Dropout(x, s_keys[0], double.NaN), "from 0 to 1");
        Throws<ShapeMismatchException>(() => Net.Dropout(x, s_keys[0].SplitBatch(4), 0.1), "keys of shape [4]");
        Throws<ShapeMismatchException>(() => Net.GruCell(x, two, Cell(4, 3, 2)), "[3 hidden, hidden]");
        Throws<ShapeMismatchException>(() => Net.GruCell(x, three, Cell(3, 3, 2)), "state of shape [3]");
        Throws<ShapeMismatchException>(() => Net.LstmCell(x, (two, three), Cell(4, 3, 2)), "h [2] and s [3]");
        Throws<ShapeMismatchException>(() => Net.LstmCell(x, (two, two), Cell(3, 3, 2)), "[4 hidden, hidden]");
        Throws<ShapeMismatchException>(() => Net.Attention(x, x, three), "values [3]");
        Throws<ShapeMismatchException>(() => Net.Attention(x, Tensor.Ones([4, 2]), x), "keys [4, 2]");
        Throws<DTypeMismatchException>(() => Net.Attention(x, x, x, Tensor.Ones([4, 4])), "mask > 0");
    }

    private static Tensor Draw(int key, Shape shape) => s_keys[key].Normal(shape);

    private static (Tensor Input, Tensor State, Tensor InputBias, Tensor StateBias) Cell(int gates, int inputs, int hidden) =>
        (0.5 * Draw(5, [gates * hidden, inputs]), 0.5 * Draw(6, [gates * hidden, hidden]), Draw(7, [gates * hidden]), Draw(8, [gates * hidden]));

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private static double Dot(int count, Func<int, Tensor> left, Func<int, Tensor> right) =>
        Enumerable.Range(0, count).Sum(k => left(k).ToScalar() * right(k).ToScalar());

    private static double Number(Tensor tensor, int[] index) => tensor[[.. index.Select(i => (TensorIndex)i)]].ToScalar();

    private static void AssertElements(Tensor actual, Func<int[], double> expected)
    {
        int[] strides = actual.Shape.Strides();
        double[] numbers = actual.ToArray<double>();
        for (int flat = 0; flat < numbers.Length; flat++)
        {
            int[] index = [.. strides.Select((stride, axis) => flat / stride % actual.Shape[axis])];
            double wanted = expected(index);
            Assert.True(Math.Abs(wanted - numbers[flat]) <= Tolerance * Math.Max(1, Math.Abs(wanted)),
                $"[{string.Join(", ", index)}]: expected {wanted}, got {numbers[flat]}");
        }
    }

    private static void AssertClose(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.Shape, actual.Shape);
        AssertElements(actual, i => Number(expected, i));
    }
}
