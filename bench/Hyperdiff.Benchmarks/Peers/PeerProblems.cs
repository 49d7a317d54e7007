using System.Globalization;

namespace Hyperdiff.Benchmarks.Peers;

/// <summary>The problems of the table of the peers.</summary>
internal static class PeerProblems
{
    /// <summary>The names that are run if none is asked for.</summary>
    public static IReadOnlyList<string> Names { get; } = ["lr_100x10", "lr_1000x100", "lr_10000x1000", "lr_50000x500", "mlp", "rnn"];

    /// <summary>A problem by name.</summary>
    /// <exception cref="ArgumentException">There is none of this name.</exception>
    public static PeerProblem Of(string name, DType dtype)
    {
        if (name == "mlp")
        {
            return Perceptron(dtype);
        }

        if (name == "rnn")
        {
            return Equilibrium(dtype);
        }

        string[] sizes = name.StartsWith("lr_", StringComparison.Ordinal) ? name[3..].Split('x') : [];
        return sizes.Length == 2 && int.TryParse(sizes[0], CultureInfo.InvariantCulture, out int n)
            && int.TryParse(sizes[1], CultureInfo.InvariantCulture, out int d)
            ? Logistic(name, n, d, dtype)
            : throw new ArgumentException($"There is no problem '{name}': lr_<samples>x<features>, mlp and rnn are.", nameof(name));
    }

    private static PeerProblem Logistic(string name, int n, int d, DType dtype)
    {
        PeerData data = PeerData.Logistic(n, d, dtype);
        var plain = new PlainLogistic(
            Plain(data.X), Numbers(data.Y), Plain(data.ValidationX), Numbers(data.ValidationY), Numbers(data.Hyper[0]), data.Rate.ToScalar());
        return PeerProblem.Of(
            name,
            Bilevel.Problem(
                Benchmarks.Logistic.StepMap(data.X, data.Y, data.Rate), Benchmarks.Logistic.ValidateObjective(data.ValidationX, data.ValidationY)),
            (new Weights(data.Start[0]), new Penalty(data.Hyper[0])),
            (state => [state.W], hyper => [hyper.LogL2]),
            plain,
            symmetric: true);
    }

    private static PeerProblem Perceptron(DType dtype)
    {
        PeerData data = PeerData.Perceptron(dtype);
        var plain = new PlainPerceptron(
            Plain(data.X), data.Y.ToArray<int>(), Plain(data.ValidationX), data.ValidationY.ToArray<int>(), [.. data.Hyper.Select(part => part.ToScalar())],
            data.Rate.ToScalar(), data.Start[1].Count);
        return PeerProblem.Of(
            "mlp",
            Bilevel.Problem(
                Benchmarks.Perceptron.StepMap(data.X, data.Y, data.Rate), Benchmarks.Perceptron.ValidateObjective(data.ValidationX, data.ValidationY)),
            (TwoLayers.Of(data.Start), LayerPenalties.Of(data.Hyper)),
            (state => [state.W1, state.B1, state.W2, state.B2], hyper => [hyper.First, hyper.Second]),
            plain,
            symmetric: true);
    }

    private static PeerProblem Equilibrium(DType dtype)
    {
        PeerData data = PeerData.Equilibrium(dtype);
        var hyper = Network.Of(data.Hyper);
        var plain = new PlainEquilibrium(
            Plain(data.X), data.Y.ToArray<int>(), Plain(hyper.A), Plain(hyper.B), Numbers(hyper.C), Plain(hyper.ReadOut), Numbers(hyper.Bias));
        return PeerProblem.Of(
            "rnn",
            Bilevel.Problem(Benchmarks.Equilibrium.StepMap(data.X), Benchmarks.Equilibrium.ValidateObjective(data.Y)),
            (new Activations(data.Start[0]), hyper),
            (state => [state.Z], network => [network.A, network.B, network.C, network.ReadOut, network.Bias]),
            plain,
            symmetric: false);
    }

    private static PlainMatrix Plain(Tensor matrix) => new(matrix.Shape[0], matrix.Shape[1], Numbers(matrix));

    private static double[] Numbers(Tensor tensor) => PeerCall.Numbers([tensor]);
}
