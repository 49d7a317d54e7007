using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff.DiffSharp;

/// <summary>A program of DiffSharp's as a primitive, differentiated by DiffSharp: tangents and cotangents are programs as well.</summary>
/// <param name="Program">The program.</param>
/// <param name="Operands">The types of its operands.</param>
/// <param name="Results">The types of its results.</param>
/// <param name="Linear">In how many of the last operands it is linear.</param>
internal sealed record DiffSharpCall(DiffProgram Program, TypeList Operands, TypeList Results, int Linear = 0) : Primitive
{
    /// <summary>For a program that is linear: the one that is its transpose.</summary>
    public DiffProgram? Transposed { get; init; }

    /// <inheritdoc/>
    public override string Name => Program.Name;

    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> operands) => operands.SequenceEqual(Operands.Types)
        ? Results.Types
        : throw new ShapeMismatchException($"{Name} was traced for ({Operands}) and is given ({string.Join(", ", operands.ToArray())}).");

    /// <inheritdoc/>
    public override Tensor[] Execute(IBackend backend, ReadOnlySpan<Tensor> operands)
    {
        Home home = Home.Of(backend);
        DiffTensor[] results = Program.Run(Array.ConvertAll(operands.ToArray(), home.Take));
        if (results.Length != Results.Types.Length)
        {
            throw new InvalidOperationException($"{Name} must return {Results.Types.Length} tensors, and returned {results.Length}.");
        }

        return [.. results.Select((result, i) => home.Give(result, Results.Types[i], Name))];
    }

    /// <inheritdoc/>
    public override Tensor[] Batched(ReadOnlySpan<BatchOperand> operands, int size) => ItemByItem.Of(this, operands, size);

    /// <inheritdoc/>
    public override Tensor?[] Tangent(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results, ReadOnlySpan<Tensor?> tangents)
    {
        Tensor[] point = operands.ToArray();
        Tensor?[] directions = tangents.ToArray();
        int nonlinear = point.Length - Linear;
        int[] varied = [.. Enumerable.Range(0, nonlinear).Where(i => directions[i] is not null)];
        Tensor[]? along = null;
        if (directions.AsSpan(nonlinear).ContainsAnyExcept((Tensor?)null))
        {
            along = Apply([.. point[..nonlinear], .. Enumerable.Range(nonlinear, Linear).Select(i => directions[i] ?? Tensor.ZerosLike(point[i]))]);
        }

        if (varied.Length > 0)
        {
            Axes active = [.. varied];
            var derivative = new DiffSharpCall(Program.Tangent(active), new([.. Operands.Types, .. varied.Select(i => Operands.Types[i])]), Results,
                varied.Length)
            {
                Transposed = Program.Cotangent(active, point.Length),
            };
            Tensor[] moved = derivative.Apply([.. point, .. varied.Select(i => directions[i]!)]);
            along = along is null ? moved : [.. along.Zip(moved, (first, second) => first.DType.IsFloating() ? first + second : first)];
        }

        return [.. along!.Select(tangent => tangent.DType.IsFloating() ? tangent : null)];
    }

    /// <inheritdoc/>
    public override Tensor?[] Transpose(ReadOnlySpan<Tensor?> cotangents, ReadOnlySpan<Operand> operands)
    {
        if (Transposed is null)
        {
            return base.Transpose(cotangents, operands);
        }

        Operand[] all = operands.ToArray();
        int nonlinear = all.Length - Linear;
        Tensor?[] seeds = cotangents.ToArray();
        Tensor[] given = [
            .. all[..nonlinear].Select(operand => operand.Value),
            .. Results.Types.Select((type, i) => seeds[i] ?? Tensor.Zeros(type.Shape, type.DType)),
        ];
        var transpose = new DiffSharpCall(Transposed, new([.. given.Select(tensor => tensor.Type)]), new(Operands.Types[nonlinear..]), seeds.Length)
        {
            Transposed = Program,
        };
        Tensor[] pulled = transpose.Apply(given);
        return [.. new Tensor?[nonlinear], .. pulled.Select((cotangent, i) => all[nonlinear + i].IsLinear ? cotangent : null)];
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
