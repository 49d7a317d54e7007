using Hyperdiff.Graphs;
using Hyperdiff.Primitives;
using Hyperdiff.Transforms;
using TorchSharp;

namespace Hyperdiff.TorchSharp.Functions;

/// <summary>A program of libtorch as a primitive: libtorch differentiates it, by other programs.</summary>
/// <param name="Function">The function at its bottom.</param>
/// <param name="Program">It, or a derivative.</param>
internal sealed record TorchCall(TorchFunction Function, TorchProgram Program) : Primitive
{
    /// <inheritdoc/>
    public override string Name => Function.Name;

    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> operands) => Program.Infer(Function, operands);

    /// <inheritdoc/>
    public override Tensor[] Execute(IBackend backend, ReadOnlySpan<Tensor> operands)
    {
        ArgumentNullException.ThrowIfNull(backend);
        TorchBackend there = Function.Backend;
        Tensor[] placed = Array.ConvertAll(operands.ToArray(), there.Place);
        TensorType[] types = Infer(Array.ConvertAll(placed, tensor => tensor.Type));
        using DisposeScope scope = torch.NewDisposeScope();
        torch.Tensor[] results = Function.Within(Array.ConvertAll(placed, TorchBackend.Elements), leaves => Program.Run(Function, leaves, isDifferentiated: false));
        return [.. results.Select((result, i) => backend.Place(there.Own(types[i], result.detach().contiguous())))];
    }

    /// <inheritdoc/>
    public override Tensor[] Batched(ReadOnlySpan<BatchOperand> operands, int size) => ItemByItem.Of(this, operands, size);

    /// <inheritdoc/>
    public override Tensor?[] Tangent(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results, ReadOnlySpan<Tensor?> tangents)
    {
        Tensor?[] given = tangents.ToArray();
        int[] active = [.. Enumerable.Range(0, given.Length).Where(i => given[i] is not null)];

        Function.RequireDerivatives(active);

        // where only what it is linear in varies, the program is its own derivative
        if (active[0] >= Program.Linear)
        {
            Tensor[] varied = operands.ToArray();
            for (int i = Program.Linear; i < varied.Length; i++)
            {
                varied[i] = given[i] ?? Tensor.ZerosLike(varied[i]);
            }

            return Apply(varied);
        }

        return (this with { Program = new Pushforward(Program, new Axes(active)) }).Apply([.. operands, .. active.Select(i => given[i]!)]);
    }

    /// <inheritdoc/>
    public override Tensor?[] Transpose(ReadOnlySpan<Tensor?> cotangents, ReadOnlySpan<Operand> operands)
    {
        Operand[] all = operands.ToArray();
        var found = new Tensor?[all.Length];
        TensorType[] types = Infer(Array.ConvertAll(all, operand => operand.Type));
        Tensor[] seeds = [.. cotangents.ToArray().Select((cotangent, i) => cotangent ?? Tensor.Zeros(types[i].Shape, types[i].DType))];
        Tensor[] point = [.. all[..Program.Linear].Select(operand => operand.Value)];
        switch (Program)
        {
            case Pushforward { Of: { } of, Active: { } active }:
                int[] linear = [.. Enumerable.Range(0, active.Count).Where(i => all[of.Inputs + i].IsLinear)];
                Tensor[] pulled = (this with { Program = new Pullback(of, new Axes([.. linear.Select(i => active[i])])) }).Apply([.. point, .. seeds]);
                for (int i = 0; i < linear.Length; i++)
                {
                    found[of.Inputs + linear[i]] = pulled[i];
                }

                return found;
            case Pullback { Of: { } of, Active: { } active }:
                Tensor[] pushed = (this with { Program = new Pushforward(of, active) }).Apply([.. point, .. seeds]);
                for (int i = 0; i < pushed.Length; i++)
                {
                    found[of.Inputs + i] = all[of.Inputs + i].IsLinear ? pushed[i] : null;
                }

                return found;
            default:
                return base.Transpose(cotangents, operands);
        }
    }
}
