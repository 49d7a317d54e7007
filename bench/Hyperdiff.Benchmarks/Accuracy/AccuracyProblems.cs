using System.Globalization;

namespace Hyperdiff.Benchmarks.Accuracy;

/// <summary>The problems of <c>accuracy</c>: those of the table of the peers, at their solutions, and three that are hard for one kind of solver each.
/// Seed 0.</summary>
internal static class AccuracyProblems
{
    private const int Pixels = 784;
    private const int Classes = 10;
    private const int Batch = 256;

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
        (int n, int d) = (sizes[0], sizes[1]);
        RandomKey[] keys = RandomKey.FromSeed(0).Split(5);
        Tensor oracle = keys[0].Normal([d], DType.Float64) / Math.Sqrt(d);
        Tensor x = keys[1].Normal([n, d], DType.Float64), xv = keys[2].Normal([n, d], DType.Float64);
        Tensor Labels(Tensor data, RandomKey noise) => (data.MatMul(oracle) + (0.1 * noise.Normal([n], DType.Float64)) > 0).To(DType.Float64);
        Tensor y = Labels(x, keys[3]), yv = Labels(xv, keys[4]);
        double aspect = 1 + Math.Sqrt(d / (double)n);
        Tensor rate = Tensor.Scalar(1 / ((0.25 * aspect * aspect) + Math.Exp(-2)));
        return AccuracyProblem.Of(
            name, $"d = {d}, n = {n}",
            type => OfFeatures(
                Bilevel.Problem(
                    Benchmarks.Logistic.StepMap(x.To(type), y.To(type), rate.To(type)), Benchmarks.Logistic.ValidateObjective(xv.To(type), yv.To(type))),
                Tensor.Full([d], -2, type), isSymmetric: true, ("x", x.To(type)), ("y", y.To(type)), ("xv", xv.To(type)), ("yv", yv.To(type)),
                ("rate", rate.To(type))),
            parts => parts.After(100, new Weights(Tensor.Zeros([d]))), s_lu, dtype);
    }

    private static AccuracyProblem Perceptron(DType dtype)
    {
        const int Hidden = 128;
        RandomKey[] keys = RandomKey.FromSeed(0).Split(5);
        Tensor oracle = keys[0].Normal([Pixels, Classes], DType.Float64);
        Tensor x = keys[1].Normal([Batch, Pixels], DType.Float64), xv = keys[2].Normal([Batch, Pixels], DType.Float64);
        Tensor y = x.MatMul(oracle).ArgMax(-1), yv = xv.MatMul(oracle).ArgMax(-1), rate = Tensor.Scalar(0.1);
        var start = new TwoLayers(keys[3].Normal([Pixels, Hidden], DType.Float64) / 28, Tensor.Zeros([Hidden]),
            keys[4].Normal([Hidden, Classes], DType.Float64) / 11.3, Tensor.Zeros([Classes]));
        var hyper = new LayerPenalties(Tensor.Scalar(-6), Tensor.Scalar(-6));

        // where the curvature is positive, which it is not on the way
        return AccuracyProblem.Of(
            "mlp", "784-128-10, 101,770 weights",
            type => new AccuracyParts<TwoLayers, LayerPenalties>(
                Bilevel.Problem(
                    Benchmarks.Perceptron.StepMap(x.To(type), y, rate.To(type)), Benchmarks.Perceptron.ValidateObjective(xv.To(type), yv)),
                new LayerPenalties(hyper.First.To(type), hyper.Second.To(type)),
                leaves => new TwoLayers(leaves[0], leaves[1], leaves[2], leaves[3]), state => [state.W1, state.B1, state.W2, state.B2],
                penalties => [penalties.First, penalties.Second], true, ("x", x.To(type)), ("y", y), ("xv", xv.To(type)), ("yv", yv), ("rate", rate.To(type))),
            _ => Benchmarks.Perceptron.TrainObjective(x, y).MinimizedBy(Minimizer.Lbfgs(20, 1e-6, maxIterations: 3000)).Solve(start, hyper).State,
            LinearSolver.Minres(AccuracyProblem.Finest, maxIterations: 20_000), dtype);
    }

    private static AccuracyProblem Equilibrium(DType dtype)
    {
        const int Hidden = 256;
        RandomKey[] keys = RandomKey.FromSeed(0).Split(6);
        Tensor x = keys[0].Uniform([Batch, Pixels]), y = keys[1].Integers([Batch], 0, Classes), a = keys[2].Normal([Hidden, Hidden], DType.Float64);
        a = 0.9 * a / Linalg.SingularValues(a)[0];
        Tensor Small(RandomKey from, Shape shape) => 0.01 * from.Normal(shape, DType.Float64);
        Tensor[] network = [a, Small(keys[3], [Pixels, Hidden]), Small(keys[4], [Hidden]), Small(keys[5], [Hidden, Classes]), Tensor.Zeros([Classes])];
        return AccuracyProblem.Of(
            "rnn", "256 states, 256 samples, ‖J‖ < 0.9",
            type => new AccuracyParts<Activations, Network>(
                Bilevel.Problem(Benchmarks.Equilibrium.StepMap(x.To(type)), Benchmarks.Equilibrium.ValidateObjective(y)),
                new Network(network[0].To(type), network[1].To(type), network[2].To(type), network[3].To(type), network[4].To(type)),
                leaves => new Activations(leaves[0]), state => [state.Z], h => [h.A, h.B, h.C, h.ReadOut, h.Bias], false, ("x", x.To(type)), ("y", y)),
            parts => parts.After(400, new Activations(Tensor.Zeros([Batch, Hidden]))), s_refined, dtype);
    }

    /// <summary>Singular values of the data from 1 to 10⁻³, a penalty of 10⁻¹²: a condition number of 10⁶.</summary>
    private static AccuracyProblem Ill(DType dtype)
    {
        const int Features = 300;
        RandomKey[] keys = RandomKey.FromSeed(0).Split(4);
        Tensor Rotation(RandomKey from) => Linalg.Qr(from.Normal([Features, Features], DType.Float64)).Q;
        (Tensor q, Tensor p) = (Rotation(keys[0]), Rotation(keys[1]));
        Tensor x = Math.Sqrt(Features) * (q * Spaced(0, -3 * Math.Log(10), Features).Exp()).MatMul(p), y = x.MatMul(keys[2].Normal([Features], DType.Float64));
        Tensor xv = keys[3].Normal([Features, Features], DType.Float64), yv = xv.Sum(-1), rate = Tensor.Scalar(1.0);
        return AccuracyProblem.Of(
            "ill", "d = 300, condition 10⁶",
            type => OfFeatures(
                Bilevel.Problem(LeastSquares.StepMap(x.To(type), y.To(type), rate.To(type)), LeastSquares.ValidateObjective(xv.To(type), yv.To(type))),
                Tensor.Full([Features], -12 * Math.Log(10), type), isSymmetric: true, ("x", x.To(type)), ("y", y.To(type)), ("xv", xv.To(type)),
                ("yv", yv.To(type)), ("rate", rate.To(type))),
            parts => new Weights(Linalg.Solve(x, y)), s_lu, dtype);
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
                ("a", a.To(type)), ("target", target.To(type))),
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
                ("target", target.To(type)), ("rate", rate.To(type))),
            parts => parts.After(2000, new Weights(b / (diagonal + hyper.Exp()))), LinearSolver.ConjugateGradient(AccuracyProblem.Finest), dtype);
    }

    private static Tensor Spaced(double first, double last, int count) =>
        Tensor.From([.. Enumerable.Range(0, count).Select(i => first + ((last - first) * i / (count - 1)))]);

    private static AccuracyParts<Weights, Penalty> OfFeatures(
        FixedPointProblem<Weights, Penalty> problem, Tensor hyper, bool isSymmetric, params (string Name, Tensor Value)[] data) =>
        new(problem, new Penalty(hyper), leaves => new Weights(leaves[0]), state => [state.W], penalties => [penalties.LogL2], isSymmetric, data);
}
