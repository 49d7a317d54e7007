using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>What a traced graph depends on besides the function: the types of all leaves, which of them are frozen, and the static members.</summary>
internal sealed class FormKey : IEquatable<FormKey>
{
    private readonly ImmutableArray<(TensorType Type, bool Frozen)> _leaves;
    private readonly ImmutableArray<object> _statics;
    private readonly int _hash;

    public FormKey(IEnumerable<Leaf> leaves, IEnumerable<object> statics)
    {
        _leaves = [.. leaves.Select(leaf => (leaf.Value.Type, leaf.Frozen))];
        _statics = [.. statics];
        var hash = default(HashCode);
        foreach ((TensorType, bool) leaf in _leaves)
        {
            hash.Add(leaf);
        }

        foreach (object item in _statics)
        {
            hash.Add(item);
        }

        _hash = hash.ToHashCode();
    }

    public bool Equals(FormKey? other) =>
        other is not null && _hash == other._hash && _leaves.AsSpan().SequenceEqual(other._leaves.AsSpan()) && _statics.SequenceEqual(other._statics);

    public override bool Equals(object? obj) => Equals(obj as FormKey);

    public override int GetHashCode() => _hash;
}
