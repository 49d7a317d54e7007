using System.Text.Json;
using System.Text.Json.Serialization;
using Hyperdiff.Json;

namespace Hyperdiff;

/// <summary>What is known of a tensor before its elements are: element type and shape, and whether they are the same on all ranks.</summary>
/// <param name="DType">The element type.</param>
/// <param name="Shape">The sizes, outermost first.</param>
[JsonConverter(typeof(JsonValueConverter<TensorType>))]
public readonly record struct TensorType(DType DType, Shape Shape) : IJsonValue<TensorType>
{
    /// <summary>The ranks whose elements differ, such as those of a share of the samples and of what is computed from it; null if the tensor is
    /// replicated: the same on all, as w and λ are.</summary>
    public Ranks? VariesAcross { get; init; }

    /// <summary>The memory that the elements take.</summary>
    public long Bytes => (long)Shape.ElementCount * DType switch
    {
        DType.Float64 => sizeof(double),
        DType.Bool => sizeof(bool),
        _ => sizeof(int),
    };

    /// <summary>The type of one of the rows that are stacked along axis 0.</summary>
    internal TensorType Row => this with { Shape = new Shape(Shape.Sizes.AsSpan()[1..]) };

    /// <summary>Whether another type has the same elements, whether or not they are the same on all ranks.</summary>
    internal bool IsLike(TensorType other) => DType == other.DType && Shape == other.Shape;

    /// <summary>Whether tensors have such types, likewise.</summary>
    internal static bool AreLike(ReadOnlySpan<TensorType> types, ReadOnlySpan<TensorType> others)
    {
        bool alike = types.Length == others.Length;
        for (int i = 0; alike && i < types.Length; i++)
        {
            alike = types[i].IsLike(others[i]);
        }

        return alike;
    }

    /// <summary>Whether tensors have such types, likewise.</summary>
    internal static bool AreLike(IEnumerable<TensorType> types, IEnumerable<TensorType> others) =>
        types.Select(type => type with { VariesAcross = null }).SequenceEqual(others.Select(type => type with { VariesAcross = null }));

    /// <summary><c>float64 [569, 30]</c>; of a share of the samples <c>float64 [143, 30] of rank 2</c>.</summary>
    public override string ToString() => VariesAcross is { } ranks ? $"{DType.Name()} {Shape} of rank {ranks.Rank}" : $"{DType.Name()} {Shape}";

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
