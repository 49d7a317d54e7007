namespace LogisticRegression;

/// <summary>The validation loss of the trained weights as a function of the penalties, with its hypergradient. How it is computed is what <c>--method</c>
/// chooses.</summary>
/// <param name="split">The data.</param>
internal abstract class ValidationLoss(Split split)
{
    // of the error in the weights, relative to them, and of the adjoint
    protected const double Tolerance = 1e-10;

    /// <summary>The data.</summary>
    public Split Split { get; } = split;

    /// <summary>F on the validation samples.</summary>
    protected Objective<Weights, Penalty> Outer { get; } = Logistic.ValidateObjective(split.Validation.X, split.Validation.Y);

    /// <summary>The inner problem: f on the training samples, with its minimizer.</summary>
    protected Minimization<Weights, Penalty> Training { get; } = Logistic.TrainObjective(split.Train.X, split.Train.Y)
        .MinimizedBy(Minimizer.NewtonCg(Tolerance));

    /// <summary>The loss of a method.</summary>
    public static ValidationLoss Of(Split split, TuningMethod method) => method switch
    {
        TuningMethod.Implicit => new ImplicitValidationLoss(split),
        TuningMethod.Reverse => new UnrolledValidationLoss(split),
        _ => throw new ArgumentOutOfRangeException(nameof(method), method, "not a method"),
    };

    /// <summary>Trains from a start until (almost) nothing is left of the gradient.</summary>
    /// <exception cref="SolveException">The solve did not converge.</exception>
    public Weights Train(Weights start, Penalty h) => Training.Solve(start, h).EnsureConverged();

    /// <summary>The loss and its hypergradient.</summary>
    /// <param name="start">The first weights.</param>
    /// <param name="h">The penalties.</param>
    /// <param name="previous">The hypergradient of the step before, to go on from.</param>
    /// <exception cref="SolveException">A solve did not converge.</exception>
    public HypergradientResult<Weights, Penalty> Differentiate(Weights start, Penalty h, HypergradientResult<Weights, Penalty>? previous = null)
    {
        HypergradientResult<Weights, Penalty> result = Compute(previous is null ? start : previous.State, h, previous);
        result.EnsureConverged();
        return result;
    }

    /// <summary>The loss alone as a function of penalties near given ones: the inner problem is solved anew for each.</summary>
    /// <param name="start">The weights that <see cref="Differentiate"/> started from.</param>
    /// <param name="at">The penalties that it was called at.</param>
    public abstract Func<Penalty, double> Resolving(Weights start, Penalty at);

    /// <summary>The hypergradient, converged or not.</summary>
    protected abstract HypergradientResult<Weights, Penalty> Compute(Weights start, Penalty h, HypergradientResult<Weights, Penalty>? previous);
}
