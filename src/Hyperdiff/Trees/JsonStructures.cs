using System.Text.Json;
using Hyperdiff.Json;

namespace Hyperdiff;

/// <summary>Structures in JSON: their leaves with names.</summary>
internal static class JsonStructures
{
    /// <summary>A field that is a structure, as an array of its leaves.</summary>
    /// <exception cref="InvalidOperationException">It is not known how the type is made of tensors.</exception>
    public static void WriteStructure<T>(this Utf8JsonWriter writer, string field, T value)
    {
        if (value is null)
        {
            writer.WriteNull(field);
            return;
        }

        writer.WriteEach(field, new FlatTree<T>(Tree.Of<T>(), value, field).Leaves);
    }
}
