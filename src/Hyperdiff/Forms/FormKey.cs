using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Hyperdiff;

/// <summary>What a traced graph depends on besides the function: the types of all leaves, which of them are frozen, and the static members.</summary>
internal sealed class FormKey : IEquatable<FormKey>
{
    private readonly ImmutableArray<(TensorType Type, bool IsFrozen)> _leaves;
    private readonly ImmutableArray<object> _statics;
    private readonly int _hash;

    /// <summary>The key of a function of several structures.</summary>
    /// <param name="leaves">The leaves of each.</param>
    /// <param name="statics">The static members of each.</param>
    public FormKey(ReadOnlySpan<ImmutableArray<Leaf>> leaves, ReadOnlySpan<ImmutableArray<object>> statics)
    {
        var hash = default(HashCode);
        int count = 0;
        foreach (ImmutableArray<Leaf> part in leaves)
        {
            count += part.Length;
        }

        // every call of a form makes a key: no enumerators
        var types = new (TensorType Type, bool IsFrozen)[count];
        count = 0;
        foreach (ImmutableArray<Leaf> part in leaves)
        {
            foreach (ref readonly Leaf leaf in part.AsSpan())
            {
                types[count] = (leaf.Value.Type, leaf.IsFrozen);
                hash.Add(types[count++]);
            }
        }

        _leaves = ImmutableCollectionsMarshal.AsImmutableArray(types);
        _statics = [];
        foreach (ImmutableArray<object> part in statics)
        {
            _statics = _statics.AddRange(part);
            foreach (object item in part)
            {
                hash.Add(item);
            }
        }

        _hash = hash.ToHashCode();
    }

    /// <summary>Whether it is the key of these structures, which takes no other key to tell.</summary>
    /// <param name="leaves">The leaves of each.</param>
    /// <param name="statics">The static members of each.</param>
    public bool IsOf(ReadOnlySpan<ImmutableArray<Leaf>> leaves, ReadOnlySpan<ImmutableArray<object>> statics)
    {
        int count = 0;
        foreach (ImmutableArray<Leaf> part in leaves)
        {
            foreach (ref readonly Leaf leaf in part.AsSpan())
            {
                if (count == _leaves.Length || _leaves[count].IsFrozen != leaf.IsFrozen || _leaves[count].Type != leaf.Value.Type)
                {
                    return false;
                }

                count++;
            }
        }

        if (count != _leaves.Length)
        {
            return false;
        }

        ReadOnlySpan<object> left = _statics.AsSpan();
        foreach (ImmutableArray<object> part in statics)
        {
            if (part.Length > left.Length || !AreSame(part.AsSpan(), left[..part.Length]))
            {
                return false;
            }

            left = left[part.Length..];
        }

        return left.IsEmpty;
    }

    public bool Equals(FormKey? other) =>
        other is not null && _hash == other._hash && _leaves.AsSpan().SequenceEqual(other._leaves.AsSpan())
            && AreSame(_statics.AsSpan(), other._statics.AsSpan());

    private static bool AreSame(ReadOnlySpan<object> left, ReadOnlySpan<object> right)
    {
        bool same = left.Length == right.Length;
        for (int i = 0; same && i < left.Length; i++)
        {
            same = CapturedField.IsSame(left[i], right[i]);
        }

        return same;
    }

    public override bool Equals(object? obj) => Equals(obj as FormKey);

    public override int GetHashCode() => _hash;
}
