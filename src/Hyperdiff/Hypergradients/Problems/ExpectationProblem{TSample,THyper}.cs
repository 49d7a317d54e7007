namespace Hyperdiff;

/// <summary>The expectation of an outer objective over a random inner process: <c>ℓ(λ) = E[F(x, λ)]</c>, <c>x ∼ p(x | λ)</c>. For the score function, and for
/// zero order.</summary>
/// <remarks>There is no state to begin with: <c>method.Compute(problem, default, λ, new() { Key = key })</c>. Made by
/// <see cref="Bilevel.Problem{TSample, THyper}(RandomProcess{TSample, THyper}, Objective{TSample, THyper})"/>.</remarks>
/// <typeparam name="TSample">The structure of a sample x.</typeparam>
/// <typeparam name="THyper">The structure of the hyperparameters λ.</typeparam>
public sealed class ExpectationProblem<TSample, THyper> : BilevelProblem<ValueTuple, THyper>, ISampledProcess, IRunnable
{
    internal ExpectationProblem(RandomProcess<TSample, THyper> inner, Objective<TSample, THyper> outer) => (Inner, Outer) = (inner, outer);

    /// <summary>The process and its density.</summary>
    public RandomProcess<TSample, THyper> Inner { get; }

    /// <summary>F(x, λ), which is differentiated in λ where it depends on it, and not in x.</summary>
    public Objective<TSample, THyper> Outer { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Outer} over {Inner}";

    internal override ProblemKind Kind => ProblemKind.Expectation;

    internal override IBoundFunction OuterFunction => Outer.Function;

    IBoundFunction ISampledProcess.LogDensity => Inner.LogDensity.Function;

    FlatTree ISampledProcess.Sample(RandomKey key, FlatTree hyper) => Outer.Function.FlattenState(Inner.Sampler(key, ((FlatTree<THyper>)hyper).Value));

    bool IRunnable.IsRandom => true;

    double IRunnable.ValueAt(FlatTree hyper, RandomKey key)
    {
        THyper at = ((FlatTree<THyper>)hyper).Value;
        return Outer.Evaluate(Inner.Sampler(key, at), at).ToScalar();
    }

    internal override BilevelPoint PointAt(ValueTuple start, THyper hyper, WarmStart? warm) =>
        new(new FlatTree<ValueTuple>(Tree.Unit, start, "w"), Outer.Function.FlattenHyper(hyper));
}
