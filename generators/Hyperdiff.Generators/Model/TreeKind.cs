namespace Hyperdiff.Generators.Model;

/// <summary>How a type comes to have a tree.</summary>
internal enum TreeKind
{
    /// <summary>It is a tensor.</summary>
    Tensor,

    /// <summary>It is the empty tuple.</summary>
    Unit,

    /// <summary>It is an array; its element is the only part.</summary>
    Array,

    /// <summary>It is a tuple; its elements are the parts.</summary>
    Tuple,

    /// <summary>It is an <c>ImmutableArray</c>; its element is the only part.</summary>
    ImmutableArray,

    /// <summary>It is a reference that may be null; what it refers to is the only part.</summary>
    Optional,

    /// <summary>It is a <c>Nullable</c>; its value is the only part.</summary>
    Nullable,

    /// <summary>It is a <c>Dictionary</c> with string keys; its element is the only part, as of the next two.</summary>
    Dictionary,

    /// <summary>It is an <c>IReadOnlyDictionary</c>.</summary>
    ReadOnlyDictionary,

    /// <summary>It is an <c>ImmutableDictionary</c>.</summary>
    ImmutableDictionary,

    /// <summary>It is a <c>double</c>.</summary>
    Number,

    /// <summary>It is a <c>double[]</c>.</summary>
    NumberArray,

    /// <summary>It is a <c>double[,]</c>.</summary>
    NumberTable,

    /// <summary>It is a record of the user's that holds numbers and is not marked <c>[Tree]</c>: its tree is emitted with the form.</summary>
    Record,

    /// <summary>It has a static property <c>Tree</c>: generated for <c>[Tree]</c> types, or written by hand with <c>ITree</c>.</summary>
    Declared,
}
