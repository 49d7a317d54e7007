using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>What a solve leaves to the next one, with a matrix nearby: a value, which travels with the solution and with a saved loop. Every decision that is
/// made from it rests on counts and residuals, never on a clock, so that runs repeat to the last bit.</summary>
/// <param name="Solutions">The last solutions, the newest last, in the units of the caller.</param>
/// <param name="Kept">What was made of an earlier matrix; null if nothing was.</param>
/// <param name="Search">How the start is looked for along them.</param>
internal sealed record SolverMemory(ImmutableArray<Tensor[]> Solutions, Keepsake? Kept, StartSearch Search)
{
    /// <summary>Before the first solve.</summary>
    public static SolverMemory First { get; } = new([], null, StartSearch.First);

    /// <summary>The same with a new solution, of which so many are kept.</summary>
    public SolverMemory With(Tensor[] solution, int most) => this with { Solutions = [.. Solutions.TakeLast(most - 1), solution] };

    /// <summary>The same for <c>x′ = x/factor</c>, leaf by leaf.</summary>
    public SolverMemory Over(Tensor[] factors) =>
        this with { Solutions = [.. Solutions.Select(x => x.Select((leaf, i) => leaf / factors[i]).ToArray())] };

    /// <summary>Whether the solutions have these types.</summary>
    public bool Fits(IEnumerable<TensorType> types) => Solutions.All(x => TensorType.AreLike(x.Select(leaf => leaf.Type), types));

    /// <summary>Writes it to a file.</summary>
    /// <param name="archive">The file.</param>
    /// <param name="prefix">Names its parts.</param>
    public void Write(StructureArchive archive, string prefix)
    {
        archive.Add($"{prefix}solutions", [.. Solutions.SelectMany(x => x)]);
        archive.Add($"{prefix}start", [Tensor.From(Search.Numbers)]);
        if (Kept is { } kept)
        {
            archive.Add($"{prefix}kept kind", kept.Kind);
            archive.Add($"{prefix}kept reason", kept.Reason);
            archive.Add($"{prefix}kept", kept.Tensors.Value);
            archive.Add($"{prefix}kept counts", [Tensor.From(kept.Numbers), Tensor.From([.. kept.Frame])]);
        }
    }

    /// <summary>What a file holds; null for one without a memory.</summary>
    /// <param name="archive">The file.</param>
    /// <param name="prefix">Names its parts.</param>
    /// <param name="types">Those of a solution.</param>
    public static SolverMemory? Read(StructureArchive archive, string prefix, TensorType[] types)
    {
        if (!archive.Has($"{prefix}solutions"))
        {
            return null;
        }

        Tensor[] leaves = archive.Tensors($"{prefix}solutions");
        ImmutableArray<Tensor[]> solutions = [.. leaves.Chunk(types.Length)];
        if (archive.Tensors($"{prefix}start") is not [{ Count: StartSearch.Count } search]
            || solutions.Any(x => !types.SequenceEqual(x.Select(leaf => leaf.Type))))
        {
            throw archive.Foreign("adjoint", "what its solver keeps is not like w");
        }

        Keepsake? kept = archive.WordsOrNull($"{prefix}kept kind") is not { } kind ? null
            : archive.Tensors($"{prefix}kept counts") is [{ Count: Keepsake.Count } counts, var frame]
            ? Keepsake.Of(
                kind, archive.Words($"{prefix}kept reason"), archive.Tensors($"{prefix}kept"), (counts.ToArray<double>(), frame.ToArray<double>()))
            : throw archive.Foreign("adjoint", "what its solver keeps has other counts");
        return new SolverMemory(solutions, kept, StartSearch.Of(search.ToArray<double>()));
    }
}
