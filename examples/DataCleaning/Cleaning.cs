using System.Collections.Immutable;

namespace DataCleaning;

/// <summary>Learns how much each training sample should count, by descent along implicit hypergradients of the clean validation loss.</summary>
internal sealed class Cleaning
{
    // relative to the first gradient, and to ‖g‖: far below the changes from step to step
    private const double Tolerance = 1e-6;

    private readonly CorruptedSplit _split;

    private Cleaning(CorruptedSplit split, ImmutableArray<CleaningStep> steps) => (_split, Steps) = (split, steps);

    /// <summary>All steps, the last one included.</summary>
    public ImmutableArray<CleaningStep> Steps { get; }

    /// <summary>The area under the curve of σ(λ) as a score for labels that are right.</summary>
    public double Area => Metrics.Auc(Steps[^1].Hyper.Logits, Tensor.From(_split.Clean));

    /// <summary>The part of the test samples that is classified right before: with all samples counting the same.</summary>
    public double Before => _split.Test.Accuracy(Steps[0].Hypergradient.State);

    /// <summary>The part of the test samples that is classified right after.</summary>
    public double After => _split.Test.Accuracy(Steps[^1].Hypergradient.State);

    /// <summary>The same for a classifier that is trained on the samples with right labels alone, as if one knew which they are.</summary>
    public double WithTruth
    {
        get
        {
            // samples that count as 0 or 1, to about 17 digits
            const double Certain = 40;
            var known = new SampleWeights(Tensor.From<double>([.. _split.Clean.Select(clean => clean ? Certain : -Certain)]));
            return _split.Test.Accuracy(Inner(_split).Solve(Steps[0].Hypergradient.State, known).EnsureConverged());
        }
    }

    /// <summary>Runs so many steps of Adam on λ, each solve going on from the step before.</summary>
    /// <param name="split">The data.</param>
    /// <param name="steps">How many.</param>
    /// <param name="rate">The step size, in units of λ.</param>
    /// <param name="cancellation">Ends the step that is being taken.</param>
    /// <exception cref="SolveException">A solve did not converge.</exception>
    /// <exception cref="OperationCanceledException">It was interrupted.</exception>
    public static Cleaning Run(CorruptedSplit split, int steps, double rate, CancellationToken cancellation = default)
    {
        MinimizationProblem<Weights, SampleWeights> problem = Bilevel.Problem(Inner(split),
            Classifier.ValidateObjective(split.Validation.X, split.Validation.OneHot));
        ImplicitMethod method = Hypergradient.Implicit(adjoint: LinearSolver.ConjugateGradient(Tolerance));
        OptimizerState<SampleWeights> outer = Optimizer.Adam(rate).Start(new SampleWeights(Tensor.Zeros([split.Train.Count])));
        var all = new List<CleaningStep>();
        (Weights state, WarmStart? warm) = (Weights.Zero(split.Train.X.Shape[1], Samples.Classes), null);
        for (int number = 0; number <= steps; number++)
        {
            ImplicitHypergradient<Weights, SampleWeights> g = method.Compute(
                problem, state, outer.Parameters, new() { WarmStart = warm, Cancellation = cancellation });
            cancellation.ThrowIfCancellationRequested();
            g.EnsureConverged();
            all.Add(new CleaningStep(number, outer.Parameters, g));
            (state, warm) = (g.State, g.WarmStart);
            outer = outer.Next(g.Gradient);
        }

        return new Cleaning(split, [.. all]);
    }

    private static Minimization<Weights, SampleWeights> Inner(CorruptedSplit split) =>
        Classifier.TrainObjective(split.Train.X, split.Train.OneHot).MinimizedBy(Minimizer.NewtonCg(Tolerance));
}
