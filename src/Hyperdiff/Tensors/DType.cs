using System.Text.Json.Serialization;

namespace Hyperdiff;

/// <summary>The element type of a tensor.</summary>
/// <remarks>Arithmetic and differentiation work on <see cref="Float32"/> and <see cref="Float64"/>; the others hold indices and masks.</remarks>
[JsonConverter(typeof(DTypeJsonConverter))]
public enum DType
{
    /// <summary>IEEE 754 binary32, C# <c>float</c>.</summary>
    Float32,

    /// <summary>IEEE 754 binary64, C# <c>double</c>.</summary>
    Float64,

    /// <summary>32-bit signed integer, C# <c>int</c>: indices, class labels, counts.</summary>
    Int32,

    /// <summary>Truth values, C# <c>bool</c>: masks.</summary>
    Bool,
}
