using Microsoft.CodeAnalysis;

namespace Hyperdiff.Generators.Analyzers.Effects;

/// <summary>What an expression may be: the mutable objects it may refer to, and what its numbers rest on. Immutable; joins return an operand if they add
/// nothing.</summary>
internal sealed class Value
{
    public static readonly Value None = new([], [], false);

    private Value(AbstractObject[] objects, IOperation[] reads, bool isTraced)
    {
        Objects = objects;
        Reads = reads;
        IsTraced = isTraced;
    }

    public IReadOnlyList<AbstractObject> Objects { get; }

    /// <summary>Where traced tensors were read, the numbers of which this one is made of.</summary>
    public IReadOnlyList<IOperation> Reads { get; }

    /// <summary>Whether a tensor in it depends on inputs of what is traced.</summary>
    public bool IsTraced { get; }

    public bool IsNone => Objects.Count == 0 && Reads.Count == 0 && !IsTraced;

    public static Value Of(AbstractObject item) => new([item], [], false);

    public static Value Of(IEnumerable<AbstractObject> items) => items.Distinct().ToArray() is { Length: > 0 } objects ? new(objects, [], false) : None;

    public static Value OfRead(IOperation read) => new([], [read], false);

    public Value WithTraced() => IsTraced ? this : new([.. Objects], [.. Reads], true);

    public Value WithoutTraced() => !IsTraced ? this : Objects.Count == 0 && Reads.Count == 0 ? None : new([.. Objects], [.. Reads], false);

    /// <summary>The same numbers, without the objects.</summary>
    public Value WithoutObjects() => Objects.Count == 0 ? this : Reads.Count == 0 && !IsTraced ? None : new([], [.. Reads], IsTraced);

    /// <summary>The same objects, without what their numbers rest on.</summary>
    public Value ObjectsOnly() => Reads.Count == 0 && !IsTraced ? this : Objects.Count == 0 ? None : new([.. Objects], [], false);

    public Value WithoutReads() => Reads.Count == 0 ? this : Objects.Count == 0 && !IsTraced ? None : new([.. Objects], [], IsTraced);

    public Value Join(Value other)
    {
        if (ReferenceEquals(this, other) || other.IsNone)
        {
            return this;
        }

        if (IsNone)
        {
            return other;
        }

        AbstractObject[] objects = Union(Objects, other.Objects);
        IOperation[] reads = Union(Reads, other.Reads);
        bool traced = IsTraced || other.IsTraced;
        return objects.Length == Objects.Count && reads.Length == Reads.Count && traced == IsTraced ? this : new(objects, reads, traced);
    }

    private static T[] Union<T>(IReadOnlyList<T> left, IReadOnlyList<T> right)
        where T : class
    {
        var all = new List<T>(left);
        foreach (T item in right)
        {
            if (!left.Contains(item))
            {
                all.Add(item);
            }
        }

        return [.. all];
    }
}
