namespace Hyperdiff.Generators.Model;

/// <summary>From how far away something can be named.</summary>
internal enum Visibility
{
    /// <summary>Only from within a type.</summary>
    Private,

    /// <summary>From within the assembly.</summary>
    Internal,

    /// <summary>From everywhere.</summary>
    Public,
}
