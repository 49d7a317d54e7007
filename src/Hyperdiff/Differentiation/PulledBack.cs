using Hyperdiff.Graphs;
using Hyperdiff.Primitives;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>The linear map whose transpose is a cotangent rule of the user's, <c>ẏ = Rᵀ ẋ</c> for the rule <c>x̄ = R ȳ</c>.</summary>
/// <remarks>
/// Transposed, it is the rule itself, which then need not even be linear: a rule may clip. Applied, in forward mode, it transposes the rule, which must be
/// linear for that. Its operands: arguments, results, tangents of the arguments, captures of the rule.
/// </remarks>
/// <param name="Rule">From arguments, results, cotangents of the results and captures to cotangents of the arguments.</param>
/// <param name="Arguments">The number of arguments.</param>
/// <param name="Results">The number of results.</param>
internal sealed record PulledBack(Graph Rule, int Arguments, int Results) : Primitive
{
    /// <inheritdoc/>
    internal override bool IsValue => Rule.IsValue;

    /// <inheritdoc/>
    internal override bool MayKeepOperands => false;

    /// <inheritdoc/>
    internal override Primitive? Retyped(Retyping types) =>
        !types.KeepsValues && types.Of(Rule) is { } rule ? this with { Rule = rule } : null;

    /// <inheritdoc/>
    internal override Primitive? Widened(ReadOnlySpan<bool> linear) => linear[..(Arguments + Results)].Contains(true)
        ? null : this with { Rule = Widening.Of(Rule, [.. Enumerable.Range(Arguments + Results, Results)]) };

    /// <inheritdoc/>
    internal override bool Communicates => Rule.Communicates;

    /// <inheritdoc/>
    internal override bool MayFail => Rule.MayFail;

    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> operands) => [.. Rule.InputTypes.Slice(Arguments + Results, Results)];

    /// <inheritdoc/>
    public override Tensor[] Execute(IBackend backend, ReadOnlySpan<Tensor> operands) => Forward().RunWithin(backend, operands, "A custom cotangent");

    /// <inheritdoc/>
    public override Tensor[] Batched(ReadOnlySpan<BatchOperand> operands, int size)
    {
        (Tensor[] tensors, bool[] flags) = Batches.Apart(operands);
        int first = (2 * Arguments) + Results;
        for (int i = 0; i < first; i++)
        {
            tensors[i] = operands[i].Repeated(size);
        }

        return (this with { Rule = Batching.Of(Rule, [.. Enumerable.Repeat(true, Arguments + (2 * Results)), .. flags[first..]], size).Repeated })
            .Apply(tensors);
    }

    /// <inheritdoc/>
    public override Tensor?[] Tangent(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results, ReadOnlySpan<Tensor?> tangents)
    {
        var given = GivenTangents.Of(tangents);

        // where only the tangents vary, the map is its own derivative
        int first = Arguments + Results;
        if (given.Active.Items.All(i => i >= first && i < first + Arguments))
        {
            Tensor[] varied = [.. operands];
            for (int i = first; i < first + Arguments; i++)
            {
                varied[i] = tangents[i] ?? Tensor.ZerosLike(operands[i]);
            }

            return Apply(varied);
        }

        return given.Along(Forward(), operands);
    }

    /// <inheritdoc/>
    public override Tensor?[] Transpose(ReadOnlySpan<Tensor?> cotangents, ReadOnlySpan<Operand> operands)
    {
        var known = new Tensor[operands.Length];
        for (int i = 0; i < known.Length; i++)
        {
            bool isTangent = i >= Arguments + Results && i < (2 * Arguments) + Results;
            known[i] = isTangent
                ? Tensor.Zeros(Shape.Scalar)
                : operands[i].Known ?? throw new InvalidOperationException("The transpose of a custom cotangent is linear in the tangents only.");
        }

        var seeds = new Tensor[Results];
        for (int i = 0; i < seeds.Length; i++)
        {
            seeds[i] = cotangents[i] ?? Tensor.ZerosOf(Rule.InputTypes[Arguments + Results + i]);
        }

        Tensor[] pulled = Rule.Call([.. known[..(Arguments + Results)], .. seeds, .. known[((2 * Arguments) + Results)..]])
            .EnsureConverged("A custom cotangent");
        return [.. new Tensor?[Arguments + Results], .. pulled, .. new Tensor?[operands.Length - (2 * Arguments) - Results]];
    }

    // (arguments, results, tangents, captures) → tangents of the results
    private Graph Forward() => Rule.Derive(new ForwardKey(Arguments, Results), rule =>
    {
        int point = Arguments + Results;
        int[] captures = [.. Enumerable.Range(point + Results, rule.Inputs.Length - point - Results)];
        int[] known = [.. Enumerable.Range(0, point), .. captures];
        try
        {
            Graph transposed = Transposition.Of(
                Subgraph.Of(rule, [.. Enumerable.Range(point, Results), .. known], [.. Enumerable.Range(0, Arguments)]), known.Length).Graph;
            return Simplification.Of(TracedFunction.Of(
                all => transposed.Call([.. all[point..(point + Arguments)], .. all[..point], .. all[(point + Arguments)..]]).Outputs,
                [
                    .. rule.Inputs.Take(point).Select(input => input.Type),
                    .. rule.OutputTypes,
                    .. captures.Select(i => rule.Inputs[i].Type),
                ]).Graph);
        }
        catch (Exception exception) when (exception is NotSupportedException or InvalidOperationException)
        {
            throw new NotSupportedException(
                "A custom cotangent that is not linear in the cotangent has no tangent: forward mode, and derivatives of the rule, need one. Use "
                    + "Diff.CustomTangent, or reverse mode alone.", exception);
        }
    });

    private readonly record struct ForwardKey(int Arguments, int Results) : IDerivation<Graph>;
}
