using FsCheck;
using FsCheck.Fluent;

namespace Hyperdiff.Tests.Primitives;

/// <summary>A random function of a vector and a captured one: a list of instructions, each of which combines two earlier values.</summary>
/// <remarks>Every instruction is smooth or has a documented kink, and changes by at most as much as each of its operands does: so derivatives have a known
/// size.</remarks>
/// <param name="Instructions">Operation, left and right operand of each, all modulo what there is.</param>
public sealed record RandomExpression((int Operation, int Left, int Right)[] Instructions)
{
    private static readonly Func<Tensor, Tensor, Tensor>[] s_operations =
    [
        (a, b) => a + b,
        (a, b) => a - b,
        (a, b) => a.Tanh() * b.Sin(),
        (a, b) => a.Sigmoid() / (1 + b.Square()),
        (a, b) => a.Maximum(b),
        (a, b) => Tensor.Where(a > b, a.Sin(), b),
        (a, b) => a.Softplus() - b.Abs(),
        (a, b) => (1 + a.Square()).Sqrt() + b.Relu(),
        (a, b) => (a.LogSumExp() - b.Mean()).BroadcastTo([3]),
        (a, b) => a.Flip() + b.Roll(1, 0),
        (a, b) => a.CumSum(0) / a.Count + (b * 0.5),
        (a, b) => Tensor.Concat(0, a[1..], b[..1]),
        (a, b) => a.Take(Tensor.From([1, 1, 0])) - b.Sort(),
        (a, b) => 0.5 * a.Atan() * b.Cos(),
        (a, b) => a.Unsqueeze(0).BroadcastTo([2, 3]).Max(0) - b.Clamp(-1, 1),
        (a, b) => (0.5 * a.Norm()) + b.Expm1().Minimum(0),
        (a, b) => Loop.Iterate(3, x => 0.5 * (x + b.Sin()), a),
        (a, b) => Loop.Scan((x, step) => ((0.5 * x) + (step * b), x), a, Tensor.From([0.3, -0.2])).Carry,
        (a, b) => Loop.While(x => x.Square().Sum() > 0.1, x => 0.5 * x, a.Tanh(), limit: 4).Carry + b,
        (a, b) => Diff.Vmap(x => (x - (0.5 * b).Mean()).Sin(), a),
        (a, b) => Diff.Vmap(row => row.Tanh().Sum() - b[0], Tensor.Stack(0, a, b, a)) / 3,
    ];

    /// <summary>Programs of up to so many instructions; they shrink to shorter ones.</summary>
    public static Arbitrary<RandomExpression> Arbitrary(int longest) => Arb.From(
        Gen.Choose(0, longest).SelectMany(length => Gen.ArrayOf(Instruction(), length)).Select(instructions => new RandomExpression(instructions)),
        expression => Enumerable.Range(0, expression.Instructions.Length).Select(
            dropped => new RandomExpression([.. expression.Instructions.Where((_, i) => i != dropped)])));

    /// <summary>The function at a vector of three elements, with another one captured.</summary>
    public Tensor At(Tensor x, Tensor captured)
    {
        List<Tensor> values = [x, captured, Tensor.Full([3], 0.3)];
        foreach ((int operation, int left, int right) in Instructions)
        {
            values.Add(s_operations[operation % s_operations.Length](values[^(1 + (left % values.Count))], values[^(1 + (right % values.Count))]));
        }

        return values[^1].Sum();
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join("; ", Instructions);

    // small numbers for operands mean recent values, which makes deep graphs
    private static Gen<(int Operation, int Left, int Right)> Instruction() => Gen.Choose(0, s_operations.Length - 1).SelectMany(
        operation => Gen.Choose(0, 4).SelectMany(left => Gen.Choose(0, 4).Select(right => (operation, left, right))));
}
