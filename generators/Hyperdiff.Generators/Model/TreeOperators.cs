namespace Hyperdiff.Generators.Model;

/// <summary>The operators of a vector space: those that the user wrote are not emitted again.</summary>
[Flags]
internal enum TreeOperators
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>structure + structure.</summary>
    Add = 1,

    /// <summary>structure − structure.</summary>
    Subtract = 2,

    /// <summary>scalar tensor · structure.</summary>
    ScaleByTensor = 4,

    /// <summary>number · structure.</summary>
    ScaleByNumber = 8,

    /// <summary>structure · scalar tensor.</summary>
    ScaledByTensor = 16,

    /// <summary>structure · number.</summary>
    ScaledByNumber = 32,
}
