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

    /// <summary>It has a static property <c>Tree</c>: generated for <c>[Tree]</c> types, or written by hand with <c>ITree</c>.</summary>
    Declared,
}
