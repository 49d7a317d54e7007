namespace Hyperdiff;

/// <summary>Two objectives, of which gradients and products are asked at random samples: <c>ℓ(λ) = F(w*(λ), λ)</c>, <c>w* = argmin_w f(w, λ)</c>. For
/// stochastic descents.</summary>
/// <remarks>It has no solver of the inner problem: a descent that steps w itself needs none, and hypergradients by themselves are refused.</remarks>
/// <typeparam name="TState">The structure of w.</typeparam>
/// <typeparam name="THyper">The structure of the hyperparameters λ.</typeparam>
public class SampledProblem<TState, THyper> : BilevelProblem<TState, THyper>
{
    internal SampledProblem(SampledObjective<TState, THyper> inner, SampledObjective<TState, THyper> outer) => (SampledInner, SampledOuter) = (inner, outer);

    /// <inheritdoc/>
    public override string ToString() => $"{SampledOuter} over the minimum of {SampledInner}";

    internal SampledObjective<TState, THyper> SampledInner { get; }

    internal SampledObjective<TState, THyper> SampledOuter { get; }

    internal sealed override ProblemKind Kind => ProblemKind.Objectives;

    internal sealed override IBoundFunction OuterFunction => SampledOuter.Function;

    internal sealed override Ranks? Ranks => base.Ranks ?? SampledInner.Function.Ranks;

    internal sealed override BilevelPoint PointAt(TState start, THyper hyper, WarmStart? warm) =>
        new(SampledInner.Function.FlattenState(start), SampledInner.Function.FlattenHyper(hyper));
}
