using Hyperdiff.Graphs;
using Hyperdiff.Primitives;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>A function with a tangent rule of the user's.</summary>
/// <remarks>Its operands: the arguments, what the function takes from outside, what the rule takes from outside.</remarks>
/// <param name="Function">From the arguments and its captures to the results.</param>
/// <param name="Rule">From the arguments, their tangents and its captures to the tangents of the results, linear in the tangents.</param>
/// <param name="Arguments">The number of arguments.</param>
public sealed record CustomTangent(Graph Function, Graph Rule, int Arguments) : Primitive
{
    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> operands) => [.. Function.Outputs.Select(output => output.Type)];

    /// <inheritdoc/>
    public override Tensor[] Execute(IBackend backend, ReadOnlySpan<Tensor> operands) =>
        Function.Run(backend, operands[..Function.Inputs.Length]).Converged("A function with a custom tangent");

    /// <inheritdoc/>
    public override Tensor[] Batched(ReadOnlySpan<BatchOperand> operands, int size)
    {
        (Tensor[] tensors, bool[] flags) = Batches.Apart(operands);
        for (int i = 0; i < Arguments; i++)
        {
            (tensors[i], flags[i]) = (operands[i].Repeated(size), true);
        }

        Graph function = Batching.Of(Function, [.. flags[..Function.Inputs.Length]], size).Repeated;
        Graph rule = Batching.Of(Rule, [.. Enumerable.Repeat(true, 2 * Arguments), .. flags[Function.Inputs.Length..]], size).Repeated;
        return new CustomTangent(function, rule, Arguments).Apply(tensors);
    }

    /// <inheritdoc/>
    public override Tensor?[] Tangent(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results, ReadOnlySpan<Tensor?> tangents)
    {
        CustomRules.RequireNoneCaptured(operands[Arguments..], tangents[Arguments..]);
        var directions = new Tensor[Arguments];
        for (int i = 0; i < directions.Length; i++)
        {
            directions[i] = tangents[i] ?? Tensor.ZerosLike(operands[i]);
        }

        return Rule.Call([.. operands[..Arguments], .. directions, .. operands[Function.Inputs.Length..]]).Converged("A custom tangent");
    }
}
