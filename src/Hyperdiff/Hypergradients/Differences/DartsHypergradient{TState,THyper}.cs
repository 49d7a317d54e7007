using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Hyperdiff.Json;

namespace Hyperdiff;

/// <summary>A hypergradient through one step, or what stands for one: its product with the mixed derivative says how it was computed, its warnings what it
/// approximates.</summary>
/// <typeparam name="TState">The structure of w.</typeparam>
/// <typeparam name="THyper">The structure of the hyperparameters λ.</typeparam>
[JsonConverter(typeof(JsonWrittenConverter))]
public sealed class DartsHypergradient<TState, THyper> : HypergradientResult<TState, THyper>
{
    private readonly DartsOutcome _outcome;

    internal DartsHypergradient(BilevelProblem<TState, THyper> problem, DartsOutcome outcome)
        : base(problem, outcome.Parts) => _outcome = outcome;

    /// <summary>How the product with the mixed derivative was computed: its step, and estimates of its error.</summary>
    public MixedProductReport Product => _outcome.Product;

    /// <inheritdoc/>
    public override ImmutableArray<SolveReport> Reports => [InnerReport, Product.ToReport()];

    /// <summary>The gradient in the initial state, α₀ of the reverse recursion through all T steps: what <em>dynamic initialization</em> descends along, from
    /// the stored w₀.</summary>
    /// <remarks>
    /// <c>α_T = g(w_T), α_t = J_tᵀ α_{t+1}</c>, exactly: not g itself, which leaves out what the steps do to the start. It costs what
    /// <see cref="ReverseMethod"/> costs, T steps back, when it is asked for; that method gives the exact gradient in λ along with it.
    /// </remarks>
    /// <param name="checkpointing">Which iterates are kept, and which are computed again; all are kept if absent.</param>
    /// <param name="cancellation">Throws between steps.</param>
    /// <exception cref="InvalidOperationException">The state was found by a minimizer: it does not depend on its start.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public TState DifferentiateStart(Checkpointing? checkpointing = null, CancellationToken cancellation = default) => _outcome.InStart is not { } inStart
        ? throw new InvalidOperationException(
            "DifferentiateStart: a minimum does not depend on where its minimizer began; unroll an optimizer's steps: objective.Unroll(optimizer).")
        : LikeState(inStart(checkpointing, cancellation));
}

/// <summary>A hypergradient through one step, as leaves.</summary>
/// <param name="Parts">What every method computes.</param>
/// <param name="Product">How the product with the mixed derivative was computed.</param>
/// <param name="InStart">Computes the gradient in the initial state, the active leaves; null where the state does not depend on it.</param>
internal sealed record DartsOutcome(HypergradientParts Parts, MixedProductReport Product, Func<Checkpointing?, CancellationToken, Tensor[]>? InStart)
    : HypergradientOutcome(Parts)
{
    /// <inheritdoc/>
    public override SolveReport Further => Product.ToReport();
}
