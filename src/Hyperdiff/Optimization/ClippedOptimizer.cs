using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>Another rule on a clipped gradient: shortened where its norm is above a limit, and elements cut to an interval.
/// See <see cref="Optimizer.ClippedByNorm"/>.</summary>
/// <param name="Inner">The other rule.</param>
/// <param name="MostNorm">c, in the unit of the gradient; null for no limit.</param>
/// <param name="MostValue">b, in the unit of the gradient; null for no limit.</param>
internal sealed record ClippedOptimizer(Optimizer Inner, double? MostNorm, double? MostValue) : Optimizer
{
    /// <summary>The other rule.</summary>
    public Optimizer Inner { get; init => field = Allowed.Given(value, nameof(Inner)); } = Allowed.Given(Inner, nameof(Inner));

    /// <summary>c, in the unit of the gradient; null for no limit.</summary>
    public double? MostNorm { get; init => field = Limit(value, nameof(MostNorm)); } = Limit(MostNorm, nameof(MostNorm));

    /// <summary>b, in the unit of the gradient; null for no limit.</summary>
    public double? MostValue { get; init => field = Limit(value, nameof(MostValue)); } = Limit(MostValue, nameof(MostValue));

    internal override ImmutableArray<Schedule> Schedules => Inner.Schedules;

    internal override ImmutableArray<Delegate> Functions => Inner.Functions;

    internal override int Slots => Inner.Slots;

    internal override string Rule => Inner.Rule;

    internal override void Require(IReadOnlyList<Leaf> parameters) => Inner.Require(parameters);

    internal override Tensor Initial(int slot, Tensor parameter) => Inner.Initial(slot, parameter);

    internal override Optimizer Of(string leaf) => Inner.Of(leaf);

    internal override Tensor[] Prepare(string[] leaves, Tensor[] gradients) => Inner.Prepare(leaves, ByValue(ByNorm(gradients)));

    internal override (Tensor Parameter, Tensor[] Memory) Update(Tensor taken, Tensor x, Tensor gradient, Tensor[] memory) =>
        Inner.Update(taken, x, gradient, memory);

    private static double? Limit(double? value, string name) => value is { } limit ? Allowed.Positive(limit, name) : null;

    private Tensor[] ByNorm(Tensor[] gradients)
    {
        if (MostNorm is not { } most || gradients.Length == 0)
        {
            return gradients;
        }

        Tensor norm = Norm(gradients);
        Tensor isLong = norm > most;
        Tensor factor = Tensor.Where(isLong, most / Tensor.Where(isLong, norm, 1), 1);
        return Array.ConvertAll(gradients, leaf => factor.To(leaf.DType) * leaf);
    }

    // over all leaves, in a unit on which nothing depends, so that no square leaves the range; 0, with a derivative of 0, where all are 0
    private static Tensor Norm(Tensor[] gradients)
    {
        Tensor[] leaves = [.. gradients.Where(leaf => leaf.Count > 0).Select(leaf => leaf.To(DType.Float64))];
        if (leaves.Length == 0)
        {
            return Tensor.Scalar(0);
        }

        Tensor largest = Primitives.StopGradient.OfInvariant.Of(leaves.Select(leaf => leaf.Abs().Max()).Aggregate((x, y) => x.Maximum(y)));
        Tensor isOrdinary = (largest > 0) & largest.IsFinite();
        Tensor unit = Tensor.Where(isOrdinary, largest, 1);
        Tensor squares = leaves.Select(leaf => (leaf / unit).Square().Sum()).Aggregate((x, y) => x + y);
        Tensor isZero = largest.Equal(0);
        return Tensor.Where(isZero, 0, unit * Tensor.Where(isZero, 1, squares).Sqrt());
    }

    private Tensor[] ByValue(Tensor[] gradients) => MostValue is not { } most ? gradients
        : Array.ConvertAll(gradients, leaf => Tensor.Where(leaf.IsFinite(), leaf.Clamp(-most, most), leaf));
}
