using System.Globalization;
using Hyperdiff.Benchmarks.Peers;

namespace Hyperdiff.Benchmarks.Accuracy;

/// <summary>The problems of <c>accuracy</c>: those of the table of the peers, at their solutions, and three that are hard for one kind of solver each.
/// Seed 0.</summary>
internal static class AccuracyProblems
{
    private static readonly LinearSolver s_lu = LinearSolver.DenseLu(AccuracyProblem.Finest);
    private static readonly LinearSolver s_refined = LinearSolver.Refined(LinearSolver.Gmres(60, 1e-10, maxIterations: 20_000), AccuracyProblem.Finest);

    /// <summary>The names.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["lr_100x10", "lr_1000x100", "lr_10000x1000", "lr_50000x500", "mlp", "rnn", "ill", "nonnormal", "wide"];

    /// <summary>A problem by name.</summary>
    public static AccuracyProblem Of(string name, DType dtype) => name switch
    {
        "mlp" => Perceptron(dtype),
        "rnn" => Equilibrium(dtype),
        "ill" => Ill(dtype),
        "nonnormal" => NonNormal(dtype),
        "wide" => OfWide(dtype),
        _ => Logistic(name, dtype),
    };

    private static AccuracyProblem Logistic(string name, DType dtype)
    {
        int[] sizes = [.. name[3..].Split('x').Select(size => int.Parse(size, CultureInfo.InvariantCulture))];
        PeerData data = PeerData.Logistic(sizes[0], sizes[1], DType.Float64);
        return AccuracyProblem.Of(
            name, $"d = {sizes[1]}, n = {sizes[0]}",
            type =>
            {
                PeerData typed = data.To(type);
                return OfFeatures(
                    Bilevel.Problem(
                        Benchmarks.Logistic.StepMap(typed.X, typed.Y, typed.Rate), Benchmarks.Logistic.ValidateObjective(typed.ValidationX, typed.ValidationY)),
                    typed.Hyper[0], isSymmetric: true, Arrays(typed)) with
                {
                    First = typed.Start,
                    Objective = Benchmarks.Logistic.TrainObjective(typed.X, typed.Y),
                };
            },
            parts => parts.After(100, new Weights(data.Start[0])), s_lu, dtype);
    }

    private static AccuracyProblem Perceptron(DType dtype)
    {
        PeerData data = PeerData.Perceptron(DType.Float64);

        // where the curvature is positive, which it is not on the way
        return AccuracyProblem.Of(
            "mlp", "784-128-10, 101,770 weights",
            type =>
            {
                PeerData typed = data.To(type);
                return new AccuracyParts<TwoLayers, LayerPenalties>(
                    Bilevel.Problem(
                        Benchmarks.Perceptron.StepMap(typed.X, typed.Y, typed.Rate),
                        Benchmarks.Perceptron.ValidateObjective(typed.ValidationX, typed.ValidationY)),
                    LayerPenalties.Of(typed.Hyper), TwoLayers.Of, state => [state.W1, state.B1, state.W2, state.B2],
                    penalties => [penalties.First, penalties.Second], true, Arrays(typed));
            },
            parts =>
            {
                Minimization<TwoLayers, LayerPenalties> inner =
                    Benchmarks.Perceptron.TrainObjective(data.X, data.Y).MinimizedBy(Minimizer.Lbfgs(20, 1e-6, maxIterations: 3000));
                return inner.Solve(TwoLayers.Of(data.Start), parts.Hyper).State;
            },
            LinearSolver.Minres(AccuracyProblem.Finest, maxIterations: 20_000), dtype);
    }

    private static AccuracyProblem Equilibrium(DType dtype)
    {
        PeerData data = PeerData.Equilibrium(DType.Float64);
        return AccuracyProblem.Of(
            "rnn", "256 states, 256 samples, ‖J‖ < 0.9",
            type =>
            {
                PeerData typed = data.To(type);
                return new AccuracyParts<Activations, Network>(
                    Bilevel.Problem(Benchmarks.Equilibrium.StepMap(typed.X), Benchmarks.Equilibrium.ValidateObjective(typed.Y)), Network.Of(typed.Hyper),
                    leaves => new Activations(leaves[0]), state => [state.Z], h => [h.A, h.B, h.C, h.ReadOut, h.Bias], false, Arrays(typed))
                {
                    First = typed.Start,
                };
            },
            parts => parts.After(400, new Activations(data.Start[0])), s_refined, dtype);
    }

    private static (string Name, Tensor Value)[] Arrays(PeerData data) =>
        [("x", data.X), ("y", data.Y), ("xv", data.ValidationX), ("yv", data.ValidationY), ("rate", data.Rate)];

    /// <summary>Singular values of the data from 1 to 10⁻³, a penalty of 10⁻¹²: a condition number of 10⁶.</summary>
    private static AccuracyProblem Ill(DType dtype)
    {
        const int Features = 300;
        (Tensor x, Tensor y, Tensor xv, Tensor yv) = IllData(Features);
        var rate = Tensor.Scalar(1.0);
        return AccuracyProblem.Of(
            "ill", "d = 300, condition 10⁶",
            type => OfFeatures(
                Bilevel.Problem(LeastSquares.StepMap(x.To(type), y.To(type), rate.To(type)), LeastSquares.ValidateObjective(xv.To(type), yv.To(type))),
                Tensor.Full([Features], -12 * Math.Log(10), type), isSymmetric: true, ("x", x.To(type)), ("y", y.To(type)), ("xv", xv.To(type)),
                ("yv", yv.To(type)), ("rate", rate.To(type))) with
            {
                First = [Tensor.Zeros([Features], type)],
                Objective = LeastSquares.TrainObjective(x.To(type), y.To(type)),
            },
            parts => new Weights(Linalg.Solve(x, y)), s_lu, dtype);
    }

    /// <summary>The data of <see cref="Ill"/>, to train on and to judge by.</summary>
    public static (Tensor X, Tensor Y, Tensor ValidationX, Tensor ValidationY) IllData(int features)
    {
        RandomKey[] keys = RandomKey.FromSeed(0).Split(4);
        Tensor Rotation(RandomKey from) => Linalg.Qr(from.Normal([features, features], DType.Float64)).Q;
        (Tensor q, Tensor p) = (Rotation(keys[0]), Rotation(keys[1]));
        Tensor x = Math.Sqrt(features) * (q * Spaced(0, -3 * Math.Log(10), features).Exp()).MatMul(p), y = x.MatMul(keys[2].Normal([features], DType.Float64));
        Tensor xv = keys[3].Normal([features, features], DType.Float64);
        return (x, y, xv, xv.Sum(-1));
    }

    /// <summary>Blocks of two eigenvalues, between −0.95 and 0, and between 0 and 0.95, coupled so strongly that the norm is 5.</summary>
    private static AccuracyProblem NonNormal(DType dtype)
    {
        const int Size = 200;
        RandomKey[] keys = RandomKey.FromSeed(0).Split(2);
        Tensor q = Linalg.Qr(keys[0].Normal([Size, Size], DType.Float64)).Q, diagonal = Spaced(-0.95, 0.95, Size).DiagonalMatrix();
        Tensor coupled = Tensor.Ones([Size / 2]).DiagonalMatrix(Size / 2);

        // by bisection
        (double low, double high) = (0, 5);
        for (int i = 0; i < 60; i++)
        {
            double middle = (low + high) / 2;
            (low, high) = Linalg.SingularValues(diagonal + (middle * coupled))[0].ToScalar() < 5 ? (middle, high) : (low, middle);
        }

        Tensor a = q.MatMul(diagonal + (low * coupled)).MatMul(q.Transpose()), b = keys[1].Normal([Size], DType.Float64), target = Tensor.Ones([Size]);
        return AccuracyProblem.Of(
            "nonnormal", "200 states, ρ = 0.95, ‖J‖ = 5",
            type => OfFeatures(
                Bilevel.Problem(LinearEquilibrium.StepMap(a.To(type)), LinearEquilibrium.ValidateObjective(target.To(type))), b.To(type), isSymmetric: false,
                ("a", a.To(type)), ("target", target.To(type))) with
            {
                First = [Tensor.Zeros([Size], type)],
            },
            parts => new Weights(Linalg.Solve(Tensor.Eye(Size) - a, b)), s_lu, dtype);
    }

    private static AccuracyProblem OfWide(DType dtype)
    {
        const int Features = 100_000, Rank = 50;
        RandomKey[] keys = RandomKey.FromSeed(0).Split(4);
        Tensor diagonal = 1 + (9 * keys[0].Uniform([Features])), u = keys[1].Normal([Features, Rank], DType.Float64) / 30;
        Tensor b = keys[2].Normal([Features], DType.Float64), target = keys[3].Normal([Features], DType.Float64);
        Tensor hyper = Tensor.Full([Features], -2);

        // ‖U‖² is at most (√d + √r)² / 900 or so
        Tensor rate = Tensor.Scalar(1 / (10.2 + (Math.Pow(Math.Sqrt(Features) + Math.Sqrt(Rank), 2) / 900)));
        return AccuracyProblem.Of(
            "wide", "d = 100,000, a diagonal plus rank 50",
            type => OfFeatures(
                Bilevel.Problem(Wide.StepMap(diagonal.To(type), u.To(type), b.To(type), rate.To(type)), Wide.ValidateObjective(target.To(type))),
                hyper.To(type), isSymmetric: true, ("diagonal", diagonal.To(type)), ("u", u.To(type)), ("b", b.To(type)),
                ("target", target.To(type)), ("rate", rate.To(type))) with
            {
                First = [Tensor.Zeros([Features], type)],
                Objective = Wide.TrainObjective(diagonal.To(type), u.To(type), b.To(type)),
            },
            parts => parts.After(2000, new Weights(b / (diagonal + hyper.Exp()))), LinearSolver.ConjugateGradient(AccuracyProblem.Finest), dtype);
    }

    private static Tensor Spaced(double first, double last, int count) =>
        Tensor.From([.. Enumerable.Range(0, count).Select(i => first + ((last - first) * i / (count - 1)))]);

    private static AccuracyParts<Weights, Penalty> OfFeatures(
        FixedPointProblem<Weights, Penalty> problem, Tensor hyper, bool isSymmetric, params (string Name, Tensor Value)[] data) =>
        new(problem, new Penalty(hyper), leaves => new Weights(leaves[0]), state => [state.W], penalties => [penalties.LogL2], isSymmetric, data);
}
