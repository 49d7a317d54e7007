using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>The data parameters of an objective that are marked <c>[Batch]</c>: all their leaves have the samples along the first axis.</summary>
/// <param name="Objective">The name of the objective, for messages.</param>
/// <param name="Names">The names of the parameters.</param>
internal sealed record BatchParameters(string Objective, ImmutableArray<string> Names)
{
    private readonly bool _anywhere;

    /// <summary>The data that a caller names, by their leaves or the structures around these, wherever they stand.</summary>
    /// <exception cref="ArgumentException">A name is null or empty.</exception>
    public static BatchParameters Named(string objective, IReadOnlyCollection<string>? names)
    {
        foreach (string name in names ?? [])
        {
            ArgumentException.ThrowIfNullOrEmpty(name, nameof(names));
        }

        return new BatchParameters(objective, [.. names ?? []], anywhere: true);
    }

    private BatchParameters(string objective, ImmutableArray<string> names, bool anywhere)
        : this(objective, names) => _anywhere = anywhere;

    /// <summary>Throws unless all batch leaves have the same number of samples.</summary>
    public void Require<TData>(FlatTree<TData> data)
    {
        if (_anywhere && Names.FirstOrDefault(name => !data.Leaves.Any(leaf => LeafNames.Match(leaf.Name, name))) is { } missing)
        {
            throw new ArgumentException($"{Objective}: no leaf of the data is called {missing}, which is to hold samples; they are "
                + $"{string.Join(", ", data.Leaves.Select(leaf => leaf.Name))}.", nameof(data));
        }

        Leaf? first = null;
        foreach (Leaf leaf in data.Leaves.Where(IsBatch))
        {
            if (leaf.Value.Rank == 0)
            {
                throw new ShapeMismatchException($"{Objective}: [Batch] {leaf.Name} is {leaf.Value.Type}; it needs a first axis that counts samples.");
            }

            first ??= leaf;
            if (leaf.Value.Shape[0] != first.Value.Value.Shape[0])
            {
                throw new ShapeMismatchException(
                    $"{Objective}: [Batch] {first.Value.Name} {first.Value.Value.Shape} and {leaf.Name} {leaf.Value.Shape} hold different numbers of samples; "
                    + "their first axes must agree.");
            }
        }
    }

    /// <summary>How many samples these data hold; null if no parameter is marked.</summary>
    public int? Samples<TData>(FlatTree<TData> data) => data.Leaves.FirstOrDefault(IsBatch).Value?.Shape[0];

    /// <summary>The positions of the leaves that hold samples.</summary>
    public ImmutableArray<int> Positions<TData>(FlatTree<TData> data) => [.. Enumerable.Range(0, data.Leaves.Length).Where(i => IsBatch(data.Leaves[i]))];

    /// <summary>The leaves of the data with something made of those that hold samples; the others as they are.</summary>
    public Tensor[] Map<TData>(FlatTree<TData> data, Func<Tensor, Tensor> samples) =>
        [.. data.Leaves.Select(leaf => IsBatch(leaf) ? samples(leaf.Value) : leaf.Value)];

    private bool IsBatch(Leaf leaf) => Names.Any(name => _anywhere ? LeafNames.Match(leaf.Name, name) : IsWithin(leaf.Name, name));

    private static bool IsWithin(string leaf, string parameter) =>
        leaf == parameter || leaf.StartsWith(parameter + ".", StringComparison.Ordinal) || leaf.StartsWith(parameter + "[", StringComparison.Ordinal);
}
