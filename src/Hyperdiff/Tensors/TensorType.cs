using System.Text.Json;
using System.Text.Json.Serialization;
using Hyperdiff.Json;

namespace Hyperdiff;

/// <summary>What is known of a tensor before its elements are: element type and shape.</summary>
/// <param name="DType">The element type.</param>
/// <param name="Shape">The sizes, outermost first.</param>
[JsonConverter(typeof(JsonValueConverter<TensorType>))]
public readonly record struct TensorType(DType DType, Shape Shape) : IJsonValue<TensorType>
{
    /// <summary>The memory that the elements take.</summary>
    public long Bytes => (long)Shape.ElementCount * DType switch
    {
        DType.Float64 => sizeof(double),
        DType.Bool => sizeof(bool),
        _ => sizeof(int),
    };

    /// <summary><c>float64 [569, 30]</c>.</summary>
    public override string ToString() => $"{DType.Name()} {Shape}";

    void IJsonValue<TensorType>.WriteJson(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("dtype", DType.Name());
        writer.WriteValue("shape", Shape);
        writer.WriteEndObject();
    }

    static TensorType IJsonValue<TensorType>.ReadJson(JsonPart json)
    {
        _ = json.Object("dtype", "shape");
        return new TensorType(DTypeJsonConverter.Read(json["dtype"]), json["shape"].Value<Shape>());
    }
}
