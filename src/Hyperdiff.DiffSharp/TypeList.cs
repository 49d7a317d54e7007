namespace Hyperdiff.DiffSharp;

/// <summary>Types of tensors as a value: two lists of equal types are equal.</summary>
internal sealed class TypeList(TensorType[] types) : IEquatable<TypeList>
{
    public TensorType[] Types { get; } = types;

    public bool Equals(TypeList? other) => other is not null && Types.AsSpan().SequenceEqual(other.Types);

    public override bool Equals(object? obj) => Equals(obj as TypeList);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (TensorType type in Types)
        {
            hash.Add(type);
        }

        return hash.ToHashCode();
    }

    public override string ToString() => string.Join(", ", Types);
}
