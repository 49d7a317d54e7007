using Hyperdiff.Graphs;

namespace Hyperdiff;

/// <summary>Zero-order estimators, for an outer value that can only be evaluated: the gradient of ℓ smoothed by a Gaussian.</summary>
/// <remarks>
/// <code>
/// ∇ℓ_σ(λ) = E[ℓ(λ + σu) u/σ],   ℓ_σ(λ) = E[ℓ(λ + σu)],   u ∼ N(0, I)
/// </code>
/// by the mean over n directions, with standard errors; see <see cref="ZeroOrderRule"/> for what is averaged. Without bias for the gradient of ℓ_σ, which is
/// that of ℓ for linear and quadratic ℓ and off by
/// the order of σ² else. The variance grows with the number of hyperparameters: for few of them. Source: Nesterov and Spokoiny (2017), "Random gradient-free
/// minimization of convex functions".
/// </remarks>
public sealed class ZeroOrderMethod
{
    private readonly int _samples;
    private readonly double _sigma;
    private readonly ZeroOrderRule _rule;

    internal ZeroOrderMethod(int samples, double sigma, ZeroOrderRule rule) => (_samples, _sigma, _rule) = (samples, sigma, rule);

    /// <summary>Evaluates a function around λ and estimates its gradient.</summary>
    /// <param name="objective">ℓ: any code. If it is random, let it draw from the key that it is given, so that both sides of a difference draw the
    /// same.</param>
    /// <param name="hyper">λ.</param>
    /// <param name="key">What directions are drawn from, and what ℓ is given: the same for all evaluations of one direction.</param>
    /// <param name="tree">How λ is made of tensors; looked up by type if absent.</param>
    /// <param name="cancellation">Throws between evaluations.</param>
    /// <returns>The estimate; all of it is indirect. Its value is the mean of ℓ at the points around λ, or ℓ(λ) for the forward rule.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public EstimatedHypergradient<ValueTuple, THyper> Compute<THyper>(
        Func<THyper, RandomKey, double> objective, THyper hyper, RandomKey key, Tree<THyper>? tree = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(objective);
        return Estimate(objective, hyper, null, key, tree, cancellation);
    }

    /// <summary>Evaluates a function that is not random around λ and estimates its gradient.</summary>
    /// <param name="objective">ℓ: any code.</param>
    /// <param name="hyper">λ.</param>
    /// <param name="key">What directions are drawn from.</param>
    /// <param name="tree">How λ is made of tensors; looked up by type if absent.</param>
    /// <param name="cancellation">Throws between evaluations.</param>
    /// <returns>The estimate; all of it is indirect. Its value is the mean of ℓ at the points around λ, or ℓ(λ) for the forward rule.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public EstimatedHypergradient<ValueTuple, THyper> Compute<THyper>(Func<THyper, double> objective, THyper hyper, RandomKey key, Tree<THyper>? tree = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(objective);

        // once for all directions
        double? there = _rule == ZeroOrderRule.Forward ? objective(hyper) : null;
        return Estimate((at, _) => objective(at), hyper, there, key, tree, cancellation);
    }

    private EstimatedHypergradient<ValueTuple, THyper> Estimate<THyper>(
        Func<THyper, RandomKey, double> objective, THyper hyper, double? there, RandomKey key, Tree<THyper>? tree, CancellationToken cancellation)
    {
        using Work.Scope work = Work.Under(cancellation);
        ArgumentNullException.ThrowIfNull(key);
        tree ??= Tree.Of<THyper>();
        var flat = new FlatTree<THyper>(tree, hyper, "λ");
        flat.RequireActive("A hypergradient");
        RandomKey[] keys = key.Split(2);
        var directions = new GaussianDirections<THyper>(flat, keys[0]);
        var samples = new GradientSamples<THyper>(flat, tree);
        (double sum, long evaluations) = (0, there is null ? 0 : 1);
        for (int i = 0; i < _samples; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            LeafVector u = directions.At(i);
            RandomKey own = keys[1].Fold(i);
            double ahead = Value(directions.Moved(u, _sigma), own);
            (double slope, double value) = _rule switch
            {
                ZeroOrderRule.Naive => (ahead / _sigma, ahead),
                ZeroOrderRule.Forward => Forward(ahead, there ?? Value(hyper, own)),
                _ => Antithetic(ahead, Value(directions.Moved(u, -_sigma), own)),
            };
            sum += value;
            samples.Add(directions.Zeros(), Tensor.Scalar(slope) * u);
        }

        return samples.Estimate($"zero order, {_rule}", sum / _samples, default(ValueTuple), evaluations, null, []);

        (double Slope, double Value) Forward(double ahead, double here) => ((ahead - here) / _sigma, here);

        (double Slope, double Value) Antithetic(double ahead, double behind) => ((ahead - behind) / (2 * _sigma), (ahead + behind) / 2);

        double Value(THyper at, RandomKey own)
        {
            evaluations++;
            return objective(at, own);
        }
    }
}
