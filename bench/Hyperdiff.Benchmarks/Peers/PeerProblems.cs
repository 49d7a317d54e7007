using System.Globalization;

namespace Hyperdiff.Benchmarks.Peers;

/// <summary>The problems of the table of the peers: names, sizes and distributions as there, with random numbers of our own. Seed 0.</summary>
internal static class PeerProblems
{
    private const int Batch = 256;
    private const int Pixels = 784;
    private const int Classes = 10;

    /// <summary>The names that are run if none is asked for.</summary>
    public static IReadOnlyList<string> Names { get; } = ["lr_100x10", "lr_1000x100", "lr_10000x1000", "lr_50000x500", "mlp", "rnn"];

    /// <summary>A problem by name.</summary>
    /// <exception cref="ArgumentException">There is none of this name.</exception>
    public static PeerProblem Of(string name, DType dtype)
    {
        var key = RandomKey.FromSeed(0);
        if (name == "mlp")
        {
            return Perceptron(key, dtype);
        }

        if (name == "rnn")
        {
            return Equilibrium(key, dtype);
        }

        string[] sizes = name.StartsWith("lr_", StringComparison.Ordinal) ? name[3..].Split('x') : [];
        return sizes.Length == 2 && int.TryParse(sizes[0], CultureInfo.InvariantCulture, out int n)
            && int.TryParse(sizes[1], CultureInfo.InvariantCulture, out int d)
            ? Logistic(name, key, n, d, dtype)
            : throw new ArgumentException($"There is no problem '{name}': lr_<samples>x<features>, mlp and rnn are.", nameof(name));
    }

    private static PeerProblem Logistic(string name, RandomKey key, int n, int d, DType dtype)
    {
        RandomKey[] keys = key.Split(5);
        Tensor oracle = keys[0].Normal([d], dtype) / Math.Sqrt(d);
        Tensor x = keys[1].Normal([n, d], dtype), xv = keys[2].Normal([n, d], dtype);
        Tensor Labels(Tensor data, RandomKey noise) => (data.MatMul(oracle) + (0.1 * noise.Normal([n], dtype)) > 0).To(dtype);
        Tensor y = Labels(x, keys[3]), yv = Labels(xv, keys[4]);
        double aspect = 1 + Math.Sqrt(d / (double)n);
        Tensor rate = Tensor.Scalar(1 / ((0.25 * aspect * aspect) + Math.Exp(-2)), dtype);
        var plain = new PlainLogistic(Plain(x), Numbers(y), Plain(xv), Numbers(yv), [.. Enumerable.Repeat(-2.0, d)], rate.ToScalar());
        return PeerProblem.Of(
            name,
            Bilevel.Problem(Benchmarks.Logistic.StepMap(x, y, rate), Benchmarks.Logistic.ValidateObjective(xv, yv)),
            (new Weights(Tensor.Zeros([d], dtype)), new Penalty(Tensor.Full([d], -2, dtype))),
            (state => [state.W], hyper => [hyper.LogL2]),
            plain,
            symmetric: true);
    }

    private static PeerProblem Perceptron(RandomKey key, DType dtype)
    {
        const int Hidden = 128;
        RandomKey[] keys = key.Split(5);
        Tensor oracle = keys[0].Normal([Pixels, Classes], dtype);
        Tensor x = keys[1].Normal([Batch, Pixels], dtype), xv = keys[2].Normal([Batch, Pixels], dtype);
        Tensor y = x.MatMul(oracle).ArgMax(-1), yv = xv.MatMul(oracle).ArgMax(-1);
        Tensor rate = Tensor.Scalar(0.1, dtype);
        var start = new TwoLayers(
            keys[3].Normal([Pixels, Hidden], dtype) / 28, Tensor.Zeros([Hidden], dtype), keys[4].Normal([Hidden, Classes], dtype) / 11.3,
            Tensor.Zeros([Classes], dtype));
        var plain = new PlainPerceptron(Plain(x), y.ToArray<int>(), Plain(xv), yv.ToArray<int>(), [-6, -6], rate.ToScalar(), Hidden);
        return PeerProblem.Of(
            "mlp",
            Bilevel.Problem(Benchmarks.Perceptron.StepMap(x, y, rate), Benchmarks.Perceptron.ValidateObjective(xv, yv)),
            (start, new LayerPenalties(Tensor.Scalar(-6, dtype), Tensor.Scalar(-6, dtype))),
            (state => [state.W1, state.B1, state.W2, state.B2], hyper => [hyper.First, hyper.Second]),
            plain,
            symmetric: true);
    }

    private static PeerProblem Equilibrium(RandomKey key, DType dtype)
    {
        const int Hidden = 256;
        RandomKey[] keys = key.Split(6);
        Tensor x = keys[0].Uniform([Batch, Pixels], dtype: dtype);
        Tensor y = keys[1].Integers([Batch], 0, Classes);
        Tensor a = keys[2].Normal([Hidden, Hidden], dtype);
        a = 0.9 * a / Linalg.SingularValues(a)[0];
        Tensor Small(RandomKey from, Shape shape) => 0.01 * from.Normal(shape, dtype);
        var hyper = new Network(a, Small(keys[3], [Pixels, Hidden]), Small(keys[4], [Hidden]), Small(keys[5], [Hidden, Classes]),
            Tensor.Zeros([Classes], dtype));
        var plain = new PlainEquilibrium(Plain(x), y.ToArray<int>(), Plain(a), Plain(hyper.B), Numbers(hyper.C), Plain(hyper.ReadOut), Numbers(hyper.Bias));
        return PeerProblem.Of(
            "rnn",
            Bilevel.Problem(Benchmarks.Equilibrium.StepMap(x), Benchmarks.Equilibrium.ValidateObjective(y)),
            (new Activations(Tensor.Zeros([Batch, Hidden], dtype)), hyper),
            (state => [state.Z], network => [network.A, network.B, network.C, network.ReadOut, network.Bias]),
            plain,
            symmetric: false);
    }

    private static PlainMatrix Plain(Tensor matrix) => new(matrix.Shape[0], matrix.Shape[1], Numbers(matrix));

    private static double[] Numbers(Tensor tensor) => PeerCall.Numbers([tensor]);
}
