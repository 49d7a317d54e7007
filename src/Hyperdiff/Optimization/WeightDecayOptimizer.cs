using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>Another rule on the gradient with weight decay, <c>g + ω x</c>: that of the loss with a penalty ½ω‖x‖².</summary>
/// <param name="Inner">The other rule.</param>
/// <param name="WeightDecay">ω, the weight of the penalty ½ω‖x‖², in the unit loss per parameter².</param>
internal sealed record WeightDecayOptimizer(Optimizer Inner, Schedule WeightDecay) : Optimizer
{
    /// <summary>The other rule.</summary>
    public Optimizer Inner { get; init => field = Allowed.Given(value, nameof(Inner)); } = Allowed.Given(Inner, nameof(Inner));

    /// <summary>ω.</summary>
    public Schedule WeightDecay { get; init => field = Schedule.NonNegative(value, nameof(WeightDecay)); }
        = Schedule.NonNegative(WeightDecay, nameof(WeightDecay));

    internal override ImmutableArray<Schedule> Schedules => [.. Inner.Schedules, WeightDecay];

    internal override ImmutableArray<Delegate> Functions => [.. Inner.Functions, .. WeightDecay.Functions];

    internal override int Slots => Inner.Slots;

    internal override string Rule => $"WeightDecay({Inner.Rule})";

    internal override void Require(IReadOnlyList<Leaf> parameters) => Inner.Require(parameters);

    internal override Optimizer Of(string leaf) => Inner.Of(leaf) is var rule && ReferenceEquals(rule, Inner) ? this : this with { Inner = rule };

    internal override Tensor[] Prepare(string[] leaves, Tensor[] gradients) => Inner.Prepare(leaves, gradients);

    internal override Tensor Initial(int slot, Tensor parameter) => Inner.Initial(slot, parameter);

    internal override (Tensor Parameter, Tensor[] Memory) Update(Tensor taken, Tensor x, Tensor gradient, Tensor[] memory) =>
        Inner.Update(taken, x, gradient + (WeightDecay.At(taken).To(x.DType) * x), memory);
}
