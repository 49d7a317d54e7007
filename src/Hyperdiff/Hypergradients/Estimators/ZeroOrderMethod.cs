namespace Hyperdiff;

/// <summary>Zero-order estimators, for an outer value that can only be evaluated: the gradient of ℓ smoothed by a Gaussian.</summary>
/// <remarks>
/// <code>
/// ∇ℓ_σ(λ) = E[ℓ(λ + σu) u/σ],   ℓ_σ(λ) = E[ℓ(λ + σu)],   u ∼ N(0, I)
/// </code>
/// by the mean over n directions, with standard errors; see <see cref="ZeroOrderRule"/> for what is averaged. Without bias for the gradient of ℓ_σ, which is
/// that of ℓ for linear and quadratic ℓ and off by the order of σ² otherwise. The variance grows with the number of hyperparameters: for few of them. Source:
/// Nesterov and Spokoiny (2017), "Random gradient-free minimization of convex functions", doi:10.1007/s10208-015-9296-2. </remarks>
public sealed partial class ZeroOrderMethod : HypergradientMethod
{
    private readonly int _samples;
    private readonly double _sigma;
    private readonly ZeroOrderRule _rule;
    private readonly int? _steps;

    internal ZeroOrderMethod(int samples, double sigma, ZeroOrderRule rule, int? steps) => (_samples, _sigma, _rule, _steps) = (samples, sigma, rule, steps);

    private protected override string Name => nameof(Hypergradient) + ".ZeroOrder";

    private protected override string Settings => string.Create(
        System.Globalization.CultureInfo.InvariantCulture, $"{_rule}, {_samples} samples at radius {_sigma:G6}");

    /// <summary>Evaluates ℓ around λ and estimates its gradient.</summary>
    /// <param name="problem">An outer value, an expectation, or anything that has an inner solution: then every evaluation is an inner solve and one of
    /// F.</param>
    /// <param name="start">The first inner iterate, of every solve; nothing, where there is no state.</param>
    /// <param name="hyper">The hyperparameters λ.</param>
    /// <param name="options">The key that directions are drawn from, and that a random problem draws from: the same for all evaluations of one direction;
    /// progress, of inner solves; cancellation, which throws between evaluations.</param>
    /// <returns>The estimate; all of it is indirect. Its value is the mean of ℓ at the points around λ, or ℓ(λ) for the forward rule; its inner report that at
    /// λ, or the first that did not converge.</returns>
    /// <exception cref="ArgumentException">Nothing says how the inner problem is solved, or an option is missing or not read.</exception>
    /// <exception cref="InvalidOperationException">The problem is of an optimizer's steps and the method has no number of them, or the reverse.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public new EstimatedHypergradient<TState, THyper> Compute<TState, THyper>(
        BilevelProblem<TState, THyper> problem, TState start, THyper hyper, HypergradientOptions? options = null) =>
        new(problem, (EstimatedOutcome)Run(problem, start, hyper, options));

    private protected override OptionsRead Reads(BilevelProblem problem) =>
        OptionsRead.Key | (problem is IRunnable ? OptionsRead.None : OptionsRead.Progress) | (problem.ReadsMemory ? OptionsRead.Memory : OptionsRead.None);

    private protected override HypergradientOutcome ComputeCore(BilevelProblem problem, BilevelPoint point, HypergradientOptions options)
    {
        ResponseRuns? runs = problem is IRunnable ? null : new ResponseRuns(Name, (problem, _steps), point, options.Watch);
        if (runs is null)
        {
            ResponseRuns.RequireNoSteps(Name, problem, _steps);
        }

        RandomKey[] keys = options.Key!.Split(2);
        var directions = new GaussianDirections(point.Hyper, keys[0]);
        var samples = new GradientSamples(runs?.Here ?? point);
        long evaluations = 0;

        // of a function that is not random once for all directions
        double? there = _rule == ZeroOrderRule.Forward && problem is not IRunnable { IsRandom: true } ? Value(point.Hyper, keys[1]) : null;
        double sum = 0;
        for (int i = 0; i < _samples; i++)
        {
            Work.Step();
            LeafVector u = directions.At(i);
            RandomKey own = keys[1].Fold(i);
            double ahead = Value(directions.Moved(u, _sigma), own);
            (double slope, double value) = _rule switch
            {
                ZeroOrderRule.Naive => (ahead / _sigma, ahead),
                ZeroOrderRule.Forward => Forward(ahead, there ?? Value(point.Hyper, own)),
                _ => Antithetic(ahead, Value(directions.Moved(u, -_sigma), own)),
            };
            sum += value;
            samples.Add(directions.Zeros(), Tensor.Scalar(slope) * u);
        }

        return samples.Estimate($"zero order, {_rule}", (sum / _samples, evaluations), runs?.Worst);

        (double Slope, double Value) Forward(double ahead, double here) => ((ahead - here) / _sigma, here);

        (double Slope, double Value) Antithetic(double ahead, double behind) => ((ahead - behind) / (2 * _sigma), (ahead + behind) / 2);

        double Value(FlatTree at, RandomKey own)
        {
            evaluations++;
            return runs?.ValueAt(at) ?? ((IRunnable)problem).ValueAt(at, own);
        }
    }
}
