using Hyperdiff.Graphs;
using Hyperdiff.Primitives;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>A function with a derivative rule of the user's.</summary>
/// <remarks>Its operands: the arguments, what the function takes from outside, what the rule takes from outside.</remarks>
/// <param name="Function">From the arguments and its captures to the results.</param>
/// <param name="Rule">From the arguments, the tensors that the rule is about, and its captures.</param>
/// <param name="Arguments">The number of arguments.</param>
internal abstract record CustomRule(Graph Function, Graph Rule, int Arguments) : Primitive
{
    /// <inheritdoc/>
    internal sealed override bool IsValue => Function.IsValue && Rule.IsValue;

    /// <inheritdoc/>
    internal sealed override bool MayKeepOperands => false;

    /// <inheritdoc/>
    internal sealed override Primitive? Retyped(Retyping types) =>
        !types.KeepsValues && types.Of(Function) is { } function && types.Of(Rule) is { } rule ? this with { Function = function, Rule = rule } : null;

    /// <inheritdoc/>
    internal sealed override TensorType[] Wanted(ReadOnlySpan<TensorType> operands) =>
        [.. Function.InputTypes, .. Rule.InputTypes[^(operands.Length - Function.Inputs.Length)..]];

    /// <inheritdoc/>
    internal sealed override bool Communicates => Function.Communicates || Rule.Communicates;

    /// <inheritdoc/>
    internal sealed override bool MayFail => Function.MayFail || Rule.MayFail;

    /// <inheritdoc/>
    public sealed override TensorType[] Infer(ReadOnlySpan<TensorType> operands) => [.. Function.Outputs.Select(output => output.Type)];

    /// <inheritdoc/>
    public sealed override Tensor[] Execute(IBackend backend, ReadOnlySpan<Tensor> operands) =>
        Function.RunWithin(backend, operands[..Function.Inputs.Length], "A function with a custom rule");

    /// <inheritdoc/>
    public sealed override long WorkingBytes(IBackend backend) => Function.Executable(backend).PeakBytes - Function.Outputs.Sum(output => output.Type.Bytes);

    /// <inheritdoc/>
    public sealed override Tensor[] Batched(ReadOnlySpan<BatchOperand> operands, int size)
    {
        (Tensor[] tensors, bool[] flags) = Batches.Apart(operands);
        for (int i = 0; i < Arguments; i++)
        {
            (tensors[i], flags[i]) = (operands[i].Repeated(size), true);
        }

        int captures = operands.Length - Function.Inputs.Length;
        Graph function = Batching.Of(Function, [.. flags[..Function.Inputs.Length]], size).Repeated;
        Graph rule = Batching.Of(Rule, [.. Enumerable.Repeat(true, Rule.Inputs.Length - captures), .. flags[Function.Inputs.Length..]], size).Repeated;
        return (this with { Function = function, Rule = rule }).Apply(tensors);
    }

    /// <inheritdoc/>
    public sealed override Tensor?[] Tangent(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results, ReadOnlySpan<Tensor?> tangents)
    {
        // the rule says nothing about what was taken from outside, and its derivative would be lost
        for (int i = Arguments; i < operands.Length; i++)
        {
            if (tangents[i] is not null)
            {
                throw new InvalidOperationException(
                    $"A function with a custom rule takes a tensor of type {operands[i].Type} from outside that is differentiated here, and the rule gives no "
                        + $"derivative in it. Make it part of the argument, or stop its gradient.");
            }
        }

        var directions = new Tensor[Arguments];
        for (int i = 0; i < directions.Length; i++)
        {
            directions[i] = tangents[i] ?? Tensor.ZerosLike(operands[i]);
        }

        return Along(operands[..Arguments].ToArray(), results.ToArray(), directions, operands[Function.Inputs.Length..].ToArray());
    }

    /// <summary>Those of the rule, which stands for the derivative of the function, whatever kinks that has.</summary>
    public sealed override KinkCount[] KinksWithin(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results, ReadOnlySpan<bool> active)
    {
        int varied = Rule.Inputs.Length - (operands.Length - Function.Inputs.Length);
        Tensor[] known = [.. operands[..Arguments], .. results];
        bool[] flags = active[..Arguments].ToArray();

        // what the rule is linear in has no part in where it chooses
        int given = varied - Directions;
        IEnumerable<Tensor> directions = Rule.Inputs[given..varied].Select(input => Tensor.Ones(input.Type.Shape, input.Type.DType));
        return KinkSearch.Of(Rule, [.. Enumerable.Range(0, given).Where(i => i < Arguments ? flags[i] : known[i].DType.IsFloating())])
            .Within([.. known[..given], .. directions, .. operands[Function.Inputs.Length..]]);
    }

    /// <summary>In how many inputs the rule is linear: those after what is known.</summary>
    private protected abstract int Directions { get; }

    /// <summary>The tangents of the results.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <param name="results">The results.</param>
    /// <param name="tangents">The tangents of the arguments.</param>
    /// <param name="captures">What the rule takes from outside.</param>
    private protected abstract Tensor[] Along(Tensor[] arguments, Tensor[] results, Tensor[] tangents, Tensor[] captures);
}

/// <summary>A function with a tangent rule of the user's.</summary>
/// <param name="Function">From the arguments and its captures to the results.</param>
/// <param name="Rule">From the arguments, their tangents and its captures to the tangents of the results, linear in the tangents.</param>
/// <param name="Arguments">The number of arguments.</param>
internal sealed record CustomTangent(Graph Function, Graph Rule, int Arguments) : CustomRule(Function, Rule, Arguments)
{
    private protected override int Directions => Arguments;

    private protected override Tensor[] Along(Tensor[] arguments, Tensor[] results, Tensor[] tangents, Tensor[] captures) =>
        Rule.Call([.. arguments, .. tangents, .. captures]).EnsureConverged("A custom tangent");
}

/// <summary>A function with a cotangent rule of the user's.</summary>
/// <param name="Function">From the arguments and its captures to the results.</param>
/// <param name="Rule">From the arguments, the results, the cotangents of the results, and its captures to the cotangents of the arguments.</param>
/// <param name="Arguments">The number of arguments.</param>
internal sealed record CustomCotangent(Graph Function, Graph Rule, int Arguments) : CustomRule(Function, Rule, Arguments)
{
    private protected override int Directions => Function.Outputs.Length;

    private protected override Tensor[] Along(Tensor[] arguments, Tensor[] results, Tensor[] tangents, Tensor[] captures) =>
        new PulledBack(Rule, Arguments, results.Length).Apply([.. arguments, .. results, .. tangents, .. captures]);
}
