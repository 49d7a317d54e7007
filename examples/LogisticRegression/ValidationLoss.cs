namespace LogisticRegression;

/// <summary>The loss on held-out samples as a function of the settings, with its hypergradient. How it is computed is what <c>--method</c> chooses.</summary>
/// <param name="split">The data.</param>
internal abstract class ValidationLoss(Split split)
{
    // of the error in the weights, relative to them, and of the adjoint
    protected const double Tolerance = 1e-10;

    /// <summary>The data.</summary>
    public Split Split { get; } = split;

    /// <summary>F: every sample under the model that did not train on it.</summary>
    protected Objective<Weights, Settings> Outer { get; } = Logistic.ValidateObjective(split.Train.X, split.Targets, split.HeldOut);

    /// <summary>The inner problem: a training per fold, all in one, with its minimizer.</summary>
    protected Minimization<Weights, Settings> Training { get; } = Logistic.TrainObjective(split.Train.X, split.Targets, split.HeldOut)
        .MinimizedBy(Minimizer.NewtonCg(Tolerance));

    /// <summary>The loss of a method.</summary>
    public static ValidationLoss Of(Split split, TuningMethod method) => method switch
    {
        TuningMethod.Implicit => new ImplicitValidationLoss(split),
        TuningMethod.Reverse => new UnrolledValidationLoss(split),
        _ => throw new ArgumentOutOfRangeException(nameof(method), method, "not a method"),
    };

    /// <summary>Trains one model per fold, from a start until (almost) nothing is left of the gradient, and judges them.</summary>
    /// <exception cref="SolveException">The solve did not converge.</exception>
    public (Weights Weights, double Value) Train(Weights start, Settings h)
    {
        Weights w = Training.Solve(start, h).EnsureConverged();
        return (w, Outer.Evaluate(w, h).ToScalar());
    }

    /// <summary>Trains one model on all training samples, and judges it by the test samples.</summary>
    /// <exception cref="SolveException">The solve did not converge.</exception>
    public Score TestScore(Settings h)
    {
        Tensor none = Tensor.Zeros([Split.Train.Samples, 1]);
        Weights w = Logistic.TrainObjective(Split.Train.X, Split.Targets, none).MinimizedBy(Minimizer.NewtonCg(Tolerance))
            .Solve(Weights.Zero(Split.Features, 1), h).EnsureConverged();
        return Split.TestScore(w, h);
    }

    /// <summary>The loss and its hypergradient.</summary>
    /// <param name="start">The first weights.</param>
    /// <param name="h">The settings.</param>
    /// <param name="previous">The hypergradient of the step before, to go on from.</param>
    /// <exception cref="SolveException">A solve did not converge.</exception>
    public HypergradientResult<Weights, Settings> Differentiate(Weights start, Settings h, HypergradientResult<Weights, Settings>? previous = null)
    {
        HypergradientResult<Weights, Settings> result = Compute(previous is null ? start : previous.State, h, previous);
        result.EnsureConverged();
        return result;
    }

    /// <summary>The loss alone as a function of settings near given ones: the inner problem is solved anew for each.</summary>
    /// <param name="start">The weights that <see cref="Differentiate"/> started from.</param>
    /// <param name="at">The settings that it was called at.</param>
    public abstract Func<Settings, double> Resolving(Weights start, Settings at);

    /// <summary>The hypergradient, converged or not.</summary>
    protected abstract HypergradientResult<Weights, Settings> Compute(Weights start, Settings h, HypergradientResult<Weights, Settings>? previous);
}
