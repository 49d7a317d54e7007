using System.Globalization;
using System.Text.Json;
using Hyperdiff.Json;

namespace Hyperdiff;

/// <summary>A tensor is <c>{"dtype":"float64","shape":[2,3],"data":[[1,2,3],[4,5,6]]}</c>: nested arrays, a single number for a scalar, <c>[]</c> for no
/// elements, and one flat row-major array where there are more axes than readers of JSON nest.</summary>
public sealed partial class Tensor : IJsonValue<Tensor>
{
    // readers stop at 64 levels by default, and a tensor may stand within something
    private const int MostNestedAxes = 32;

    void IJsonValue<Tensor>.WriteJson(Utf8JsonWriter writer)
    {
        if (!Storage.HasElements)
        {
            throw new InvalidOperationException(
                $"The tensor {(Storage.Name is { } name ? $"{name}, " : string.Empty)}{Type}, is traced and has no elements to write as JSON: "
                    + "return it from the function, and write the result.");
        }

        HostArray array = Read();
        writer.WriteStartObject();
        writer.WriteString("dtype", DType.Name());
        writer.WriteValue("shape", Shape);
        writer.WritePropertyName("data");
        int next = 0;
        WriteAxis(writer, array, JsonShape(Shape), ref next);
        writer.WriteEndObject();
    }

    static Tensor IJsonValue<Tensor>.ReadJson(JsonPart json)
    {
        _ = json.Object("dtype", "shape", "data");
        var type = new TensorType(DTypeJsonConverter.Read(json["dtype"]), json["shape"].Value<Shape>());
        JsonPart data = json["data"];
        if (type.Shape.ElementCount == 0)
        {
            RequireNothing(data);
            return FromHost(HostArray.Allocate(type));
        }

        // before memory is taken: a shape that is not true takes none
        Shape nested = JsonShape(type.Shape);
        RequireSizes(data, nested, axis: 0);
        HostArray array = HostArray.Allocate(type);
        int next = 0;
        ReadAxis(data, array, nested, ref next);
        return FromHost(array);
    }

    private static Shape JsonShape(Shape shape) => shape.ElementCount == 0 ? [0] : shape.Rank > MostNestedAxes ? [shape.ElementCount] : shape;

    private static void WriteAxis(Utf8JsonWriter writer, HostArray array, ReadOnlySpan<int> sizes, ref int next)
    {
        if (sizes.IsEmpty)
        {
            WriteElement(writer, array, next++);
            return;
        }

        writer.WriteStartArray();
        for (int i = 0; i < sizes[0]; i++)
        {
            WriteAxis(writer, array, sizes[1..], ref next);
        }

        writer.WriteEndArray();
    }

    private static void WriteElement(Utf8JsonWriter writer, HostArray array, int at)
    {
        switch (array.Type.DType)
        {
            case DType.Float64:
                writer.WriteDouble(array.AsSpan<double>()[at]);
                break;
            case DType.Float32:
                writer.WriteSingle(array.AsSpan<float>()[at]);
                break;
            case DType.Int32:
                writer.WriteNumberValue(array.AsSpan<int>()[at]);
                break;
            default:
                writer.WriteBooleanValue(array.AsSpan<bool>()[at]);
                break;
        }
    }

    private static void RequireSizes(JsonPart part, Shape shape, int axis)
    {
        if (part.Element.ValueKind != JsonValueKind.Array ? axis < shape.Rank : axis == shape.Rank)
        {
            throw part.Bad(axis < shape.Rank ? $"an array of {shape[axis]}, by the shape {shape}," : $"a single number, by the shape {shape},");
        }

        if (axis == shape.Rank)
        {
            return;
        }

        if (part.Element.GetArrayLength() is var length && length != shape[axis])
        {
            throw new JsonException($"{part.Place}: {length} elements stand where {shape[axis]} belong, by axis {axis} of the shape {shape}.");
        }

        if (axis < shape.Rank - 1)
        {
            foreach (JsonPart item in part.Items)
            {
                RequireSizes(item, shape, axis + 1);
            }
        }
    }

    private static void RequireNothing(JsonPart part)
    {
        foreach (JsonPart item in part.Items)
        {
            if (item.Element.ValueKind != JsonValueKind.Array)
            {
                throw item.Bad("nothing, by a shape without elements,");
            }

            RequireNothing(item);
        }
    }

    private static void ReadAxis(JsonPart part, HostArray array, ReadOnlySpan<int> sizes, ref int next)
    {
        if (sizes.IsEmpty)
        {
            ReadElement(part, array, next++);
            return;
        }

        int i = 0;
        foreach (JsonElement item in part.Element.EnumerateArray())
        {
            // elements get the place of their row: a text for each would cost more than they do
            ReadAxis(sizes.Length > 1
                ? new JsonPart(item, string.Create(CultureInfo.InvariantCulture, $"{part.Place}[{i++}]")) : part with { Element = item },
                array, sizes[1..], ref next);
        }
    }

    private static void ReadElement(JsonPart part, HostArray array, int at)
    {
        switch (array.Type.DType)
        {
            case DType.Float64:
                array.AsSpan<double>()[at] = part.Double();
                break;
            case DType.Float32:
                array.AsSpan<float>()[at] = part.Single();
                break;
            case DType.Int32:
                array.AsSpan<int>()[at] = part.Int32();
                break;
            default:
                array.AsSpan<bool>()[at] = part.Truth();
                break;
        }
    }
}
