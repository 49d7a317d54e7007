namespace Hyperdiff.Graphs;

/// <summary>Which values are the same on all ranks, as their types say, and how the two kinds meet.</summary>
/// <remarks>
/// What is computed from a value that differs from rank to rank differs too; only a sum over ranks makes it replicated again. Where a replicated value meets
/// one that differs, it is given to each rank, so that its derivative is summed over them. Source: the types of "varying manual axes" under <c>shard_map</c>
/// in JAX.
/// </remarks>
internal static class Replication
{
    /// <summary>The types with another mark.</summary>
    public static TensorType[] Of(ReadOnlySpan<TensorType> types, Ranks? ranks)
    {
        var marked = new TensorType[types.Length];
        for (int i = 0; i < marked.Length; i++)
        {
            marked[i] = types[i] with { VariesAcross = ranks };
        }

        return marked;
    }

    /// <summary>The ranks among which any of some values differs; null if all are replicated.</summary>
    /// <exception cref="InvalidOperationException">They are of two groups of ranks.</exception>
    public static Ranks? Common(string what, ReadOnlySpan<TensorType> types)
    {
        Ranks? found = null;
        foreach (TensorType type in types)
        {
            if (type.VariesAcross is { } ranks && !ReferenceEquals(ranks, found))
            {
                found = found is null ? ranks : throw new InvalidOperationException(
                    $"{what} has operands of two groups of ranks ({found.Name}, {ranks.Name}); one program runs on one.");
            }
        }

        return found;
    }

    /// <summary>A tensor that is to meet another one: given to each rank, if the other differs from rank to rank. Before it is stretched to the other's
    /// shape, which may differ as well, and over which the sum of its derivative could not be taken.</summary>
    public static Tensor Beside(this Tensor tensor, Tensor other)
    {
        if (other.Type.VariesAcross is not { } ranks || tensor.Type.VariesAcross is not null)
        {
            return tensor;
        }

        return tensor.IsTraced ? new ToEachRank(ranks).Apply(tensor)[0] : tensor.As(tensor.Type with { VariesAcross = ranks });
    }

    /// <summary>The types of results as a primitive infers them, marked where an operand differs, unless the primitive says itself which do.</summary>
    public static ReadOnlySpan<TensorType> Results(Primitive primitive, ReadOnlySpan<TensorType> operands, ReadOnlySpan<TensorType> inferred) =>
        AreReplicated(operands) || primitive.Wanted(operands) is not null || Common(primitive.Name, operands) is not { } ranks ? inferred
        : Of(inferred, ranks);

    // nearly all are, and nobody asks for the name of what is computed of them
    private static bool AreReplicated(ReadOnlySpan<TensorType> types)
    {
        foreach (ref readonly TensorType type in types)
        {
            if (type.VariesAcross is not null)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Concrete results, likewise.</summary>
    public static Tensor[] Results(Primitive primitive, ReadOnlySpan<Tensor> operands, Tensor[] results)
    {
        TensorType[]? types = null;
        for (int i = 0; i < operands.Length; i++)
        {
            if (operands[i].Type.VariesAcross is not null)
            {
                types ??= TypesOf(operands);
            }
        }

        if (types is null || primitive.Wanted(types) is not null)
        {
            return results;
        }

        Ranks? ranks = Common(primitive.Name, types);
        return Array.ConvertAll(results, result => result.As(result.Type with { VariesAcross = ranks }));
    }

    /// <summary>Whether operands have to be given to each rank first: some are replicated where others, or the primitive, differ.</summary>
    /// <param name="primitive">The primitive.</param>
    /// <param name="types">The types of the operands.</param>
    /// <param name="target">What each has to be.</param>
    /// <exception cref="InvalidOperationException">An operand differs from rank to rank where the primitive was made for one that does not.</exception>
    public static bool Differs(Primitive primitive, ReadOnlySpan<TensorType> types, out TensorType[] target)
    {
        Ranks? common = Common(primitive.Name, types);
        TensorType[]? wanted = primitive.Wanted(types);
        target = wanted ?? (common is null ? [] : Of(types, common));
        bool differs = false;
        for (int i = 0; i < target.Length; i++)
        {
            if (types[i].VariesAcross is not null && target[i].VariesAcross is null)
            {
                throw new InvalidOperationException($"{primitive.Name}: operand {i} is {types[i]}, which differs from rank to rank, where one that is the same "
                    + "on all is asked for; take the mean or the sum over the ranks first (MeanOver, SumOver).");
            }

            differs |= types[i].VariesAcross is null && target[i].VariesAcross is not null;
        }

        return differs;
    }

    /// <summary>A tensor that is the same on all ranks: what differs, summed over them.</summary>
    public static Tensor Total(this Tensor tensor) => tensor.Type.VariesAcross is { } ranks ? new SumOverRanks(ranks).Apply(tensor)[0] : tensor;

    /// <summary>Throws if an unknown that differs from rank to rank is not one that each rank finds alone.</summary>
    /// <param name="what">What it is the unknown of.</param>
    /// <param name="unknown">The types of its leaves.</param>
    /// <param name="graph">The condition.</param>
    /// <exception cref="InvalidOperationException">Ranks exchange numbers in the condition, or some leaves are the same on all ranks.</exception>
    public static void RequireOfOneRank(string what, ReadOnlySpan<TensorType> unknown, Graph graph)
    {
        int vary = 0;
        foreach (TensorType type in unknown)
        {
            vary += type.VariesAcross is null ? 0 : 1;
        }

        if (vary > 0 && (vary < unknown.Length || graph.Communicates))
        {
            string why = vary < unknown.Length
                ? " in some leaves and is the same on all ranks in others" : ", and the ranks exchange numbers in its condition";
            throw new InvalidOperationException($"{what}: the unknown differs from rank to rank{why}, so that no rank can judge or solve it alone. Let each "
                + "rank have unknowns of its own alone, such as the equilibria of its samples, or all the same ones (objective.Across(ranks)).");
        }
    }

    /// <summary>Throws unless a result is the same on all ranks.</summary>
    /// <param name="what">Whose result it is.</param>
    /// <param name="type">Its type.</param>
    /// <exception cref="InvalidOperationException">It differs.</exception>
    public static void Require(string what, TensorType type)
    {
        if (type.VariesAcross is not null)
        {
            throw new InvalidOperationException($"{what} is {type}: every rank has another, and so would its derivatives be those of one share of the samples. "
                + "Take an objective across the ranks (objective.Across(ranks)), or a mean or sum over them (MeanOver, SumOver).");
        }
    }

    private static TensorType[] TypesOf(ReadOnlySpan<Tensor> tensors)
    {
        var types = new TensorType[tensors.Length];
        for (int i = 0; i < types.Length; i++)
        {
            types[i] = tensors[i].Type;
        }

        return types;
    }
}
