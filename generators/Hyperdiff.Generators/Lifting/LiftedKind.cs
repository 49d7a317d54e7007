namespace Hyperdiff.Generators.Lifting;

/// <summary>What becomes of a type in a lifted method.</summary>
internal enum LiftedKind
{
    /// <summary>It stays what it is, and its values are known while the method is traced.</summary>
    Plain,

    /// <summary>A <c>double</c>.</summary>
    Number,

    /// <summary>An <c>int</c>.</summary>
    Integer,

    /// <summary>A <c>bool</c>.</summary>
    Truth,

    /// <summary>A <c>double[]</c> or <c>double[,]</c>.</summary>
    Numbers,

    /// <summary>An array of structures with numbers.</summary>
    Array,

    /// <summary>A tuple, element by element.</summary>
    Tuple,

    /// <summary>A record or struct of the user's, member by member.</summary>
    Record,

    /// <summary>A <c>Func</c> over lifted types.</summary>
    Function,

    /// <summary>A tensor, which stays one.</summary>
    Tensor,
}
