using MathNet.Numerics.LinearAlgebra;

namespace Hyperdiff.Fixtures.Problems;

/// <summary>
/// Ridge regression over scaled features, whose every derivative differs from sample to sample: with zᵢ = exp(λ) ⊙ xᵢ, <c>f = mean ½(zᵢᵀw − yᵢ)² + ½ρ‖w‖²</c>,
/// and F the same over other samples
/// without a penalty. What depends on the choice of minibatches has exact moments, by enumeration of all of them.
/// </summary>
public sealed class SampledRegression
{
    private const double Penalty = 0.4;

    private static readonly ObjectiveForm<Tensor, Tensor, (Tensor, Tensor)> s_inner = Form("Train", Penalty);
    private static readonly ObjectiveForm<Tensor, Tensor, (Tensor, Tensor)> s_outer = Form("Validate", 0);

    private readonly Matrix<double> _features;
    private readonly Vector<double> _scale;
    private readonly Vector<double> _targets;
    private readonly Vector<double> _w;

    /// <summary>A random one.</summary>
    public SampledRegression(int seed, int samples, int size)
    {
        var random = new Random(seed);
        (_features, _targets) = (MatrixMaker.Gaussian(random, samples, size), MatrixMaker.Gaussian(random, samples));
        Vector<double> lambda = 0.2 * MatrixMaker.Gaussian(random, size);
        (Matrix<double> outerFeatures, Vector<double> outerTargets) = (MatrixMaker.Gaussian(random, samples - 1, size),
            MatrixMaker.Gaussian(random, samples - 1));
        _scale = lambda.PointwiseExp();
        Hyper = Dense.Of(lambda);
        Inner = s_inner.Bind((Dense.Of(_features), Dense.Of(_targets)));
        Outer = s_outer.Bind((Dense.Of(outerFeatures), Dense.Of(outerTargets)));

        Samples = [.. Enumerable.Range(0, samples)];
        _w = Hessian(Samples).Solve(Average(Samples, i => _targets[i] * Z(_features, i)));
        State = Dense.Of(_w);
        Problem = Bilevel.Problem(Inner.MinimizedBy(Minimizer.NewtonCg()), Outer);
        OuterSamples = [.. Enumerable.Range(0, samples - 1)];
        StateGradient = Average(OuterSamples, j => OuterResidual(j) * Z(outerFeatures, j));
        HyperGradient = set => Average(set, j => OuterResidual(j) * Z(outerFeatures, j).PointwiseMultiply(_w));

        double OuterResidual(int j) => (Z(outerFeatures, j) * _w) - outerTargets[j];
    }

    /// <summary>f.</summary>
    public Objective<Tensor, Tensor> Inner { get; }

    /// <summary>F.</summary>
    public Objective<Tensor, Tensor> Outer { get; }

    /// <summary>Both.</summary>
    public MinimizationProblem<Tensor, Tensor> Problem { get; }

    /// <summary>λ.</summary>
    public Tensor Hyper { get; }

    /// <summary>w*, by a dense solve.</summary>
    public Tensor State { get; }

    /// <summary>All samples of f.</summary>
    public int[] Samples { get; }

    /// <summary>All samples of F.</summary>
    public int[] OuterSamples { get; }

    /// <summary>g.</summary>
    public Vector<double> StateGradient { get; }

    /// <summary>h over a subset of the outer samples.</summary>
    public Func<IReadOnlyCollection<int>, Vector<double>> HyperGradient { get; }

    /// <summary>All subsets of some size.</summary>
    public static IEnumerable<int[]> Subsets(int[] all, int size) => size == 0
        ? [[]]
        : Enumerable.Range(0, all.Length).SelectMany(i => Subsets(all[(i + 1)..], size - 1).Select(rest => (int[])[all[i], .. rest]));

    /// <summary>H over a subset of the samples.</summary>
    public Matrix<double> Hessian(IReadOnlyCollection<int> subset) =>
        subset.Select(i => Z(_features, i).OuterProduct(Z(_features, i))).Aggregate((a, b) => a + b).Divide(subset.Count)
            + (Penalty * Matrix<double>.Build.DenseIdentity(_scale.Count));

    /// <summary>−Bᵀv over a subset of the samples.</summary>
    public Vector<double> Indirect(IReadOnlyCollection<int> subset, Vector<double> v) => -Average(subset, i =>
        ((((Z(_features, i) * _w) - _targets[i]) * v) + ((Z(_features, i) * v) * _w)).PointwiseMultiply(Z(_features, i)));

    private static Vector<double> Average(IReadOnlyCollection<int> subset, Func<int, Vector<double>> of) =>
        subset.Select(of).Aggregate((a, b) => a + b) / subset.Count;

    private Vector<double> Z(Matrix<double> features, int sample) => _scale.PointwiseMultiply(features.Row(sample));

    private static ObjectiveForm<Tensor, Tensor, (Tensor, Tensor)> Form(string name, double penalty) => new(
        name,
        (w, h, data) => (0.5 * ((data.Item1 * h.Exp()).MatMul(w) - data.Item2).Square().Mean()) + (0.5 * penalty * w.Square().Sum()),
        Tree.Tensor,
        Tree.Tensor,
        Tree.Tuple(Tree.Tensor, Tree.Tensor),
        "Item1",
        "Item2");
}
