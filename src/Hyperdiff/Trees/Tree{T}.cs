namespace Hyperdiff;

/// <summary>How values of a type are made of tensors: how they are flattened into leaves, and rebuilt from others.</summary>
/// <remarks>
/// Law: <c>Rebuild(x, leaves of x)</c> equals x, and flattening what was rebuilt gives the leaves that it was rebuilt from. Generated for <c>[Tree]</c>
/// types; built in for tensors, tuples, arrays, dictionaries and what may be absent.
/// </remarks>
/// <typeparam name="T">The type of the structure.</typeparam>
public abstract class Tree<T>
{
    /// <summary>Writes the leaves of a value, in a fixed order.</summary>
    public abstract void Flatten(T value, LeafWriter writer);

    /// <summary>A value with the same structure, static members and lengths as a prototype, and with other leaves, read in the same order.</summary>
    public abstract T Rebuild(T prototype, LeafReader reader);

    /// <summary>Whether null is a value of the structure, one without leaves: otherwise a null within a structure is refused by its name.</summary>
    public virtual bool TakesNull => false;

    /// <summary>What to pass where a value is missing.</summary>
    internal virtual string Instead => "pass a structure there, or declare the member nullable if it may be absent";
}
