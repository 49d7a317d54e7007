using System.Collections.Immutable;
using Hyperdiff.Graphs;
using Hyperdiff.Primitives;

namespace Hyperdiff.Transforms;

/// <summary>A primitive applied to every item of a batch in turn: <c>yᵢ = f(xᵢ)</c>, the batching rule of what iterates.</summary>
/// <remarks>
/// An iteration that steps all items together would judge them together. Item by item, each has its own tolerance, its own status and its own number of steps;
/// its result is to the last bit the one it has alone, whatever the others are, and a batch costs the sum of its items. The report of the primitive, if it has
/// one, gets an axis of items like any other result. Derivatives are those of the primitive, batched, so that solves in them go item by item as well.
/// </remarks>
/// <param name="Each">f.</param>
/// <param name="Stacked">The operands that are stacked along axis 0; all items share the others.</param>
/// <param name="Size">The number of items.</param>
internal sealed record ItemByItem(Primitive Each, Axes Stacked, int Size) : Primitive
{
    /// <inheritdoc/>
    internal override bool IsValue => Each.IsValue;

    /// <inheritdoc/>
    public override string Name => Each.Name;

    /// <inheritdoc/>
    internal override bool MayKeepOperands => Each.MayKeepOperands;

    /// <inheritdoc/>
    internal override Primitive? Retyped(Retyping types) => Each.Retyped(types) is { } each ? this with { Each = each } : null;

    /// <inheritdoc/>
    public override int? ReportResult => Each.ReportResult;

    /// <inheritdoc/>
    internal override bool MayFail => Each.MayFail;

    /// <summary>The batching rule.</summary>
    /// <param name="each">The primitive.</param>
    /// <param name="operands">Its operands, at least one of them batched.</param>
    /// <param name="size">The number of items.</param>
    public static Tensor[] Of(Primitive each, ReadOnlySpan<BatchOperand> operands, int size)
    {
        (Tensor[] tensors, bool[] flags) = Batches.Apart(operands);
        return new ItemByItem(each, [.. Enumerable.Range(0, flags.Length).Where(i => flags[i])], size).Apply(tensors);
    }

    /// <inheritdoc/>
    internal override TensorType[]? Wanted(ReadOnlySpan<TensorType> operands)
    {
        if (Each.Wanted(Items(operands)) is not { } wanted)
        {
            return null;
        }

        foreach (int i in Stacked)
        {
            wanted[i] = OfAll(wanted[i]);
        }

        return wanted;
    }

    /// <inheritdoc/>
    internal override bool Communicates => Each.Communicates;

    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> operands) => Array.ConvertAll(Each.Infer(Items(operands)), OfAll);

    /// <inheritdoc/>
    public override Tensor[] Execute(IBackend backend, ReadOnlySpan<Tensor> operands)
    {
        ArgumentNullException.ThrowIfNull(backend);
        return Execute(backend, operands, EachOf(backend, operands, Stacked));
    }

    /// <inheritdoc/>
    internal override Func<Tensor[], Tensor[]>? Repeated(IBackend backend, ReadOnlySpan<Tensor> operands, Axes changing)
    {
        Func<Tensor[], Tensor[]>? each = null;
        return all => Execute(backend, all, each ??= EachOf(backend, all, [.. Stacked.Items.Union(changing.Items)]));
    }

    // what all items share is prepared once
    private Func<Tensor[], Tensor[]> EachOf(IBackend backend, ReadOnlySpan<Tensor> operands, Axes changing) =>
        Each.Repeated(backend, operands, changing) ?? (item => backend.Execute(Each, item));

    private Tensor[] Execute(IBackend backend, ReadOnlySpan<Tensor> operands, Func<Tensor[], Tensor[]> each)
    {
        Tensor[] all = operands.ToArray(), item = operands.ToArray();
        TensorType[] types = Items(Array.ConvertAll(item, operand => operand.Type));
        Tensor[] results =
        [
            .. Each.Infer(types).Select((type, i) => i == ReportResult ? HostMemory.Allocate(OfAll(type)) : backend.Allocate(OfAll(type))),
        ];
        foreach (int operand in Stacked)
        {
            all[operand] = Placement.On(backend, all[operand]);
        }

        for (int position = 0; position < Size; position++)
        {
            Work.Step();
            foreach (int operand in Stacked)
            {
                item[operand] = StackedRows.Row(all[operand], position);
            }

            Tensor[] found = OfItem(each, item, position, backend);
            for (int i = 0; i < results.Length; i++)
            {
                StackedRows.Row(results[i], position).Overwrite(found[i]);
            }
        }

        return Array.ConvertAll(results, Placement.Finished);
    }

    private Tensor[] OfItem(Func<Tensor[], Tensor[]> each, Tensor[] item, int position, IBackend backend)
    {
        if (!SolvesWithin.IsCollected)
        {
            return each(item);
        }

        (Tensor[] found, ImmutableArray<ItemReport> reports) = Collected(each, item, backend);
        SolvesWithin.Tell(Name, [.. reports.Select(report => report.OfItem(position, Size))]);
        return found;
    }

    private (Tensor[] Found, ImmutableArray<ItemReport> Reports) Collected(Func<Tensor[], Tensor[]> each, Tensor[] item, IBackend backend)
    {
        using SolvesWithin.Collection within = SolvesWithin.Collect();
        try
        {
            Tensor[] found = each(item);
            return (found, SolvesWithin.Found);
        }
        catch (SolveException exception) when (exception.Reports.Length > 0)
        {
            // what an item cannot go on from ends that item
            ImmutableArray<ItemReport> reports = [.. SolvesWithin.Found, .. exception.Reports.Select(report => new ItemReport(report, []))];
            return (Ended(item, exception.Reports[0].Status, backend), reports);
        }
    }

    // no numbers, and the status of the solve within
    private Tensor[] Ended(Tensor[] item, SolveStatus status, IBackend backend)
    {
        Tensor report = new SolveReport(Name, status, 0, double.NaN, double.NaN, 0, 0, double.NaN) { Error = ErrorInterval.Unknown }.ToTensor();
        return [.. Each.Infer(Array.ConvertAll(item, operand => operand.Type)).Select((type, i) => i == ReportResult ? report
            : Placement.On(backend, Tensor.Full(type.Shape, type.DType.IsFloating() ? double.NaN : 0, type.DType)))];
    }

    /// <inheritdoc/>
    public override long WorkingBytes(IBackend backend) => Each.WorkingBytes(backend);

    /// <inheritdoc/>
    public override Tensor[] Batched(ReadOnlySpan<BatchOperand> operands, int size) => Of(this, operands, size);

    /// <inheritdoc/>
    public override Tensor?[] Tangent(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results, ReadOnlySpan<Tensor?> tangents) =>
        Differentiate(operands, tangents).Tangents;

    /// <inheritdoc/>
    public override (Tensor[] Results, Tensor?[] Tangents) Differentiate(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor?> tangents)
    {
        var given = GivenTangents.Of(tangents);
        int count = operands.Length;
        TensorType[] types = TypesOf(operands);
        int[] placed = [];
        Graph rule = TracedFunction.Of(
            all =>
            {
                var directions = new Tensor?[count];
                for (int i = 0; i < given.Active.Count; i++)
                {
                    directions[given.Active[i]] = all[count + i];
                }

                (Tensor[] results, Tensor?[] derivatives) = Each.Differentiate(all.AsSpan(..count), directions);
                placed = [.. Enumerable.Range(0, derivatives.Length).Where(i => derivatives[i] is not null)];
                return [.. results, .. placed.Select(i => derivatives[i]!)];
            },
            [.. types, .. given.Active.Items.Select(i => types[i])]).Graph;
        int[] stacked = [.. Stacked.Items, .. Enumerable.Range(0, given.Active.Count).Where(i => Stacked.Contains(given.Active[i])).Select(i => count + i)];
        Tensor[] outputs = OfAll(rule, stacked).Call([.. operands, .. given.Directions]).Outputs;
        int first = outputs.Length - placed.Length;
        return (outputs[..first], Placed(outputs[first..], placed, first));
    }

    /// <inheritdoc/>
    public override Tensor?[] Transpose(ReadOnlySpan<Tensor?> cotangents, ReadOnlySpan<Operand> operands)
    {
        Operand[] all = operands.ToArray();
        Tensor?[] seeds = cotangents.ToArray();
        TensorType[] types = Items(Array.ConvertAll(all, operand => operand.Type));
        TensorType[] results = Each.Infer(types);
        int[] known = [.. Enumerable.Range(0, all.Length).Where(i => !all[i].IsLinear)];
        int[] seeded = [.. Enumerable.Range(0, seeds.Length).Where(i => seeds[i] is not null)];
        int[] placed = [];
        Graph rule = TracedFunction.Of(
            given =>
            {
                Operand[] item = [.. types.Select(type => new Operand(type, null))];
                for (int i = 0; i < known.Length; i++)
                {
                    item[known[i]] = new Operand(types[known[i]], given[i]);
                }

                var cotangent = new Tensor?[seeds.Length];
                for (int i = 0; i < seeded.Length; i++)
                {
                    cotangent[seeded[i]] = given[known.Length + i];
                }

                Tensor?[] pulled = Each.Transpose(cotangent, item);
                placed = [.. Enumerable.Range(0, pulled.Length).Where(i => pulled[i] is not null)];
                return [.. placed.Select(i => pulled[i]!)];
            },
            [.. known.Select(i => types[i]), .. seeded.Select(i => results[i])]).Graph;
        int[] stacked = [.. Enumerable.Range(0, known.Length).Where(i => Stacked.Contains(known[i])), .. Enumerable.Range(known.Length, seeded.Length)];
        Tensor[] outputs = OfAll(rule, stacked).Call([.. known.Select(i => all[i].Value), .. seeded.Select(i => seeds[i]!)]).Outputs;

        // what all items share gets the cotangents of all
        return Placed([.. outputs.Select((output, i) => Stacked.Contains(placed[i]) ? output : output.Sum(0))], placed, all.Length);
    }

    /// <inheritdoc/>
    public override bool Chooses(ReadOnlySpan<bool> linear) => Each.Chooses(linear);

    /// <inheritdoc/>
    public override LiveResult[]? Live(ReadOnlySpan<LiveOperand> operands)
    {
        LiveOperand[] all = operands.ToArray();
        Tensor[] tensors = [.. all.Select(operand => operand.Tensor)];
        TensorType[] types = TypesOf(tensors);
        int[] masked = [.. Enumerable.Range(0, all.Length).Where(i => all[i].Mask is not null)];
        int[] placed = [];
        Graph rule = TracedFunction.Of(
            given =>
            {
                LiveOperand[] item = [.. all.Select(
                    (operand, i) => new LiveOperand(given[i], operand.IsLinear, operand.Mask is null ? null : given[all.Length + Array.IndexOf(masked, i)]))];
                LiveResult[] results = Choices.Apply(Each, item);
                placed = [.. Enumerable.Range(0, results.Length).Where(i => results[i].Mask is not null)];
                return [.. results.Select(result => result.Tensor), .. placed.Select(i => results[i].Mask!)];
            },
            [.. types, .. masked.Select(i => types[i] with { DType = DType.Bool })]).Graph;
        int[] stacked = [.. Stacked.Items, .. Enumerable.Range(0, masked.Length).Where(i => Stacked.Contains(masked[i])).Select(i => all.Length + i)];
        Tensor[] outputs = OfAll(rule, stacked).Call([.. tensors, .. masked.Select(i => all[i].Mask!)]).Outputs;
        int count = outputs.Length - placed.Length;
        Tensor?[] masks = Placed(outputs[count..], placed, count);
        return [.. masks.Select((mask, i) => new LiveResult(outputs[i], mask))];
    }

    /// <summary>Those of all items together.</summary>
    public override KinkCount[] KinksWithin(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results, ReadOnlySpan<bool> active)
    {
        bool[] flags = active.ToArray();
        TensorType[] types = TypesOf(operands);
        string[] places = [];
        Graph rule = TracedFunction.Of(
            all =>
            {
                KinkCount[] kinks = Each.KinksWithin(all.AsSpan(..types.Length), all.AsSpan(types.Length..), flags);
                places = [.. kinks.Select(kink => kink.Place)];
                return [.. kinks.SelectMany(kink => new[] { kink.Count, kink.Elements })];
            },
            [.. types, .. Each.Infer(types)]).Graph;
        if (places.Length == 0)
        {
            return [];
        }

        Tensor[] counts = OfAll(rule, [.. Stacked.Items, .. Enumerable.Range(types.Length, results.Length)]).Call([.. operands, .. results]).Outputs;
        return [.. places.Select((place, i) => new KinkCount(place, Total(counts[2 * i]), Total(counts[(2 * i) + 1])))];

        // what does not depend on the point is a number, not a tensor from outside of the search
        static Tensor Total(Tensor ofItems)
        {
            Tensor sum = ofItems.Sum();
            return sum.Storage is TracedStorage ? sum : Tensor.Scalar(sum.ToScalar());
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<Graph> Bodies => Each.Bodies;

    private static Tensor?[] Placed(Tensor[] tensors, int[] positions, int count)
    {
        var placed = new Tensor?[count];
        for (int i = 0; i < positions.Length; i++)
        {
            placed[positions[i]] = tensors[i];
        }

        return placed;
    }

    private Graph OfAll(Graph rule, int[] stacked) => Batching.Of(rule, [.. Enumerable.Range(0, rule.Inputs.Length).Select(stacked.Contains)], Size).Repeated;

    private TensorType OfAll(TensorType item) => item with { Shape = [Size, .. item.Shape] };

    private TensorType[] TypesOf(ReadOnlySpan<Tensor> operands)
    {
        var types = new TensorType[operands.Length];
        for (int i = 0; i < types.Length; i++)
        {
            types[i] = operands[i].Type;
        }

        return Items(types);
    }

    private TensorType[] Items(ReadOnlySpan<TensorType> operands)
    {
        TensorType[] types = operands.ToArray();
        foreach (int i in Stacked)
        {
            types[i] = types[i] with { Shape = new Shape(types[i].Shape.Sizes.AsSpan()[1..]) };
        }

        return types;
    }
}
