namespace Hyperdiff.Fixtures.Problems;

/// <summary>Small jobs of every kind of loop, each with a start.</summary>
public static class LoopJobs
{
    private const int Samples = 60;
    private const int Features = 4;

    /// <summary>The samples to train on.</summary>
    public static Tensor X { get; } = RandomKey.FromSeed(1).Normal([Samples, Features]);

    /// <summary>What is to be predicted of them.</summary>
    public static Tensor Y { get; } = X.MatMul(Tensor.From([1.0, -2, 0.5, 0])) + (0.3 * RandomKey.FromSeed(2).Normal([Samples]));

    /// <summary>The samples to judge by.</summary>
    public static Tensor ValidationX { get; } = RandomKey.FromSeed(3).Normal([Samples, Features]);

    /// <summary>What is to be predicted of those.</summary>
    public static Tensor ValidationY { get; } = ValidationX.MatMul(Tensor.From([1.0, -2, 0.5, 0])) + (0.3 * RandomKey.FromSeed(4).Normal([Samples]));

    /// <summary>The first w.</summary>
    public static Tensor Start => Tensor.Zeros([Features]);

    /// <summary>The first λ.</summary>
    public static Tensor Penalties => Tensor.Zeros([Features]);

    /// <summary>F.</summary>
    public static Objective<Tensor, Tensor> Validation { get; } = Outer(ValidationX, ValidationY);

    /// <summary>Ridge regression on some samples, with a penalty eʰ for each feature.</summary>
    public static Objective<Tensor, Tensor> Training(Tensor x, Tensor y) =>
        Objective.From<Tensor, Tensor>((w, h) => (x.MatMul(w) - y).Square().Mean() + (h.Exp() * w.Square()).Sum(), "Train");

    /// <summary>The mean square error on some samples.</summary>
    public static Objective<Tensor, Tensor> Outer(Tensor x, Tensor y) =>
        Objective.From<Tensor, Tensor>((w, _) => (x.MatMul(w) - y).Square().Mean(), "Validate");

    /// <summary>A penalty for each feature, by a minimum.</summary>
    public static MinimizationProblem<Tensor, Tensor> Ridge { get; } = Bilevel.Problem(Training(X, Y).MinimizedBy(Minimizer.NewtonCg()), Validation);

    /// <summary>Implicit hypergradients by Newton-CG, and Adam.</summary>
    public static OuterLoop<Tensor, Tensor> Deterministic { get; } =
        OuterLoop.Over(Ridge, Hypergradient.Implicit()).With(Optimizer.Adam(0.1)).Until(Stop.AfterSteps(12));

    /// <summary>The training objective on samples of its own at every step; gradients of two such problems together.</summary>
    public static OuterLoop<Tensor, Tensor> Minibatches { get; } = OuterLoop.Over(Sampled, Hypergradient.Implicit())
        .With(Optimizer.Sgd(0.05, momentum: 0.9).ClippedByNorm(1)).Keyed(RandomKey.FromSeed(7)).Accumulating(2).Until(Stop.AfterSteps(12));

    /// <summary>Three steps of w with momentum for every step of λ, differentiated through.</summary>
    public static OuterLoop<Tensor, Tensor> Alternating { get; } = OuterLoop
        .Over(Bilevel.Problem(Training(X, Y).Unroll(Optimizer.HeavyBall(0.05, 0.8)), Validation), Hypergradient.Reverse(steps: 3))
        .With(Optimizer.Adam(0.1)).Until(Stop.AfterSteps(12));

    /// <summary>Tolerances that follow the gradient.</summary>
    public static OuterLoop<Tensor, Tensor> Coupled { get; } = Deterministic.Coupled();

    /// <summary>Within bounds, with a validation function, rolling back.</summary>
    public static OuterLoop<Tensor, Tensor> Bounded { get; } = OuterLoop
        .Over(Bilevel.Problem(Objective.From<Tensor, Tensor>((w, h) => (X.MatMul(w) - Y).Square().Mean() + (h * w.Square()).Sum(), "Train")
            .MinimizedBy(Minimizer.NewtonCg()), Validation), Hypergradient.Implicit())
        .With(Optimizer.Adam(0.1)).Within(Bijection.Exp).Validating((w, _) => Validation.Evaluate(w, Penalties).ToScalar(), every: 2)
        .OnFailure(StepFailure.RollBack()).Until(Stop.AfterSteps(12));

    /// <summary>A descent with a table of gradients.</summary>
    public static OuterLoop<Tensor, Tensor> Single { get; } = OuterLoop
        .Over(Bilevel.Problem(Training(X, Y), Validation), Descent.Soba(0.05, 0.05)).Until(Stop.AfterSteps(12));

    /// <summary>Adjoints by factors that are kept, and made anew when they are stale.</summary>
    public static OuterLoop<Tensor, Tensor> Factored { get; } = OuterLoop
        .Over(Ridge, Hypergradient.Implicit(LinearSolver.Recycled(LinearSolver.DenseLu())))
        .With(Optimizer.Adam(0.1)).OnFailure(StepFailure.RollBack()).Until(Stop.AfterSteps(12));

    /// <summary>Adjoints by a preconditioner that is kept.</summary>
    public static OuterLoop<Tensor, Tensor> Preconditioned { get; } = OuterLoop
        .Over(Ridge, Hypergradient.Implicit(LinearSolver.Recycled(LinearSolver.Preconditioned(LinearSolver.ConjugateGradient(), Preconditioner.Nystrom(2)))))
        .With(Optimizer.Adam(0.1)).Until(Stop.AfterSteps(12));

    /// <summary>Adjoints by a solver that is chosen.</summary>
    public static OuterLoop<Tensor, Tensor> Chosen { get; } =
        OuterLoop.Over(Ridge, Hypergradient.Implicit(LinearSolver.Auto())).With(Optimizer.Adam(0.1)).Until(Stop.AfterSteps(12));

    /// <summary>The names of all.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [
            nameof(Deterministic), nameof(Minibatches), nameof(Alternating), nameof(Coupled), nameof(Bounded), nameof(Single), nameof(Factored),
            nameof(Preconditioned), nameof(Chosen),
        ];

    /// <summary>A job by its name.</summary>
    public static (OuterLoop<Tensor, Tensor> Loop, Tensor Start, Tensor Hyper) Of(string name) => name switch
    {
        nameof(Deterministic) => (Deterministic, Start, Penalties),
        nameof(Minibatches) => (Minibatches, Start, Penalties),
        nameof(Alternating) => (Alternating, Start, Penalties),
        nameof(Coupled) => (Coupled, Start, Penalties),
        nameof(Bounded) => (Bounded, Start, Tensor.Ones([Features])),
        nameof(Single) => (Single, Start, Penalties),
        nameof(Factored) => (Factored, Start, Penalties),
        nameof(Preconditioned) => (Preconditioned, Start, Penalties),
        nameof(Chosen) => (Chosen, Start, Penalties),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "There is no such job."),
    };

    /// <summary>The problem of a key: both objectives, the first on samples that are drawn from it.</summary>
    public static BilevelProblem<Tensor, Tensor> Sampled(RandomKey key)
    {
        Tensor rows = (key.Uniform([20]) * Samples).Floor().To(DType.Int32);
        return Bilevel.Problem(Training(X.Take(rows, 0), Y.Take(rows, 0)).MinimizedBy(Minimizer.NewtonCg()), Validation);
    }
}
