using DiffSharp;

namespace Hyperdiff.DiffSharp;

/// <summary>A function of Hyperdiff's as an operation of DiffSharp's. Its derivatives are Hyperdiff's, and such operations in turn, so that they
/// nest.</summary>
/// <param name="name">What to call it.</param>
/// <param name="function">From operands, and results that are known already where a solve may begin, to results; differentiable by Hyperdiff.</param>
/// <param name="operands">The types of the operands.</param>
/// <param name="known">Results that are known already.</param>
internal sealed class HyperdiffOperation(
    string name, Func<Tensor[], Tensor[]?, Tensor[]> function, TensorType[] operands, Tensor[]? known = null) : UnaryOp(name)
{
    private TensorType[]? _results;

    /// <summary>Applies a function to tensors that may take part in differentiations.</summary>
    public static DiffTensor[] Apply(string name, Func<Tensor[], Tensor[]?, Tensor[]> function, DiffTensor[] operands)
    {
        TensorType[] types = Array.ConvertAll(operands, operand => Storages.TypeOf(operand.primalRaw));
        if (Array.Find(types, type => !type.DType.IsFloating() || type.DType != types[0].DType) is { Shape.ElementCount: > 0 } other)
        {
            throw new DTypeMismatchException(
                $"{name}: the operands of an operation are all float32 or all float64, and one is {other} beside {types[0]}; "
                    + "capture what is not differentiated.");
        }

        var operation = new HyperdiffOperation(name, function, types);
        DiffTensor result = operation.Of(operands);
        return operation._results!.Length == 1 ? [result] : PackedTensors.Unpack(result, [.. operation._results.Select(type => type.Shape)]);
    }

    /// <inheritdoc/>
    public override RawTensor fRaw(RawTensor a)
    {
        Tensor[] results = function(Apart(DiffTensor.ofRawTensor(a), operands), known);
        _results = Array.ConvertAll(results, result => result.Type);
        DiffTensor[] ours = Array.ConvertAll(results, result => result.ToDiffSharp(a.Device, a.Backend));
        return (ours.Length == 1 ? ours[0] : PackedTensors.Pack(ours)).primalRaw;
    }

    /// <inheritdoc/>
    public override DiffTensor ad_dfda(DiffTensor a, DiffTensor ad, DiffTensor f)
    {
        Tensor[] found = Apart(f.primalDeep, _results!);
        int count = operands.Length;
        return new HyperdiffOperation(
            name,
            (all, _) => Diff.Jvp((Tensor[] x) => function(x, found), all[..count], all[count..]).Tangent,
            [.. operands, .. operands]).Of(a, ad);
    }

    /// <inheritdoc/>
    public override DiffTensor fd_dfda(DiffTensor a, DiffTensor f, DiffTensor fd)
    {
        Tensor[] found = Apart(f.primalDeep, _results!);
        int count = operands.Length;
        return new HyperdiffOperation(
            name,
            (all, _) => Diff.Vjp((Tensor[] x) => function(x, found), all[..count], all[count..]).Cotangent,
            [.. operands, .. _results!]).Of(a, fd);
    }

    // one operand goes as it is
    private DiffTensor Of(params DiffTensor[] all) => DiffTensor.Op(this).Invoke(operands.Length == 1 ? all[0] : PackedTensors.Pack(all));

    private static Tensor[] Apart(DiffTensor packed, TensorType[] types)
    {
        Tensor whole = packed.ToHyperdiff();
        if (types.Length == 1)
        {
            return [whole];
        }

        var parts = new Tensor[types.Length];
        for (int i = 0, next = 0; i < parts.Length; next += types[i++].Shape.ElementCount)
        {
            parts[i] = whole[next..(next + types[i].Shape.ElementCount)].Reshape(types[i].Shape);
        }

        return parts;
    }
}
