using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>Another rule, and every leaf of the parameters projected after each of its steps: <c>x ← P(Opt(x, g))</c>.
/// See <see cref="Optimizer.Projected"/>.</summary>
/// <param name="Inner">The other rule.</param>
/// <param name="Projection">P, a pure function of a leaf which keeps its shape.</param>
internal sealed record ProjectedOptimizer(Optimizer Inner, Func<Tensor, Tensor> Projection) : Optimizer
{
    /// <summary>The other rule.</summary>
    public Optimizer Inner { get; init => field = Allowed.Given(value, nameof(Inner)); } = Allowed.Given(Inner, nameof(Inner));

    /// <summary>P, a pure function of a leaf which keeps its shape.</summary>
    public Func<Tensor, Tensor> Projection { get; init => field = Allowed.Given(value, nameof(Projection)); } = Allowed.Given(Projection, nameof(Projection));

    internal override ImmutableArray<Schedule> Schedules => Inner.Schedules;

    internal override ImmutableArray<Delegate> Functions => [.. Inner.Functions, Projection];

    internal override int Slots => Inner.Slots;

    internal override string Rule => $"Projected({Inner.Rule})";

    internal override void Require(IReadOnlyList<Leaf> parameters) => Inner.Require(parameters);

    internal override Optimizer Of(string leaf) => Inner.Of(leaf) is var rule && ReferenceEquals(rule, Inner) ? this : this with { Inner = rule };

    internal override Tensor[] Prepare(string[] leaves, Tensor[] gradients) => Inner.Prepare(leaves, gradients);

    internal override Tensor Initial(int slot, Tensor parameter) => Inner.Initial(slot, parameter);

    internal override (Tensor Parameter, Tensor[] Memory) Update(Tensor taken, Tensor x, Tensor gradient, Tensor[] memory)
    {
        (Tensor next, Tensor[] kept) = Inner.Update(taken, x, gradient, memory);
        Tensor projected = Allowed.Returned(Projection(next), "Optimizer.Projected: the projection");
        return projected.Type == x.Type
            ? (projected, kept)
            : throw new ShapeMismatchException(
                $"Optimizer.Projected: the projection made {projected.Type} of a leaf that is {x.Type}; it must keep the shape.");
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Inner}, projected";
}
