namespace Hyperdiff;

/// <summary>The expectation of an outer objective over a random inner process: <c>ℓ(λ) = E[F(x, λ)]</c>, <c>x ∼ p(x | λ)</c>. For the score function.</summary>
/// <remarks>The process may be any code: it is run, never differentiated or traced. Made by
/// <see cref="Bilevel.Problem{TSample, THyper}(Func{RandomKey, THyper, TSample}, Objective{TSample, THyper}, Objective{TSample, THyper})"/>.</remarks>
/// <typeparam name="TSample">The structure of a sample x.</typeparam>
/// <typeparam name="THyper">The structure of the hyperparameters λ.</typeparam>
public sealed class ExpectationProblem<TSample, THyper>
{
    internal ExpectationProblem(Func<RandomKey, THyper, TSample> sampler, Objective<TSample, THyper> logDensity, Objective<TSample, THyper> outer) =>
        (Sampler, LogDensity, Outer) = (sampler, logDensity, outer);

    /// <summary>The process: the same key gives the same sample.</summary>
    public Func<RandomKey, THyper, TSample> Sampler { get; }

    /// <summary>log p(x | λ), up to a constant.</summary>
    public Objective<TSample, THyper> LogDensity { get; }

    /// <summary>F.</summary>
    public Objective<TSample, THyper> Outer { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Outer} over samples with {LogDensity}";
}
