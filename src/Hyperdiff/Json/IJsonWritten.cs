using System.Text.Json;

namespace Hyperdiff.Json;

/// <summary>A result that can be written as JSON and not be read back, because it holds functions, or is made by a computation only.</summary>
internal interface IJsonWritten
{
    /// <summary>Writes the result.</summary>
    void WriteJson(Utf8JsonWriter writer);
}
