using System.Text.Json;

namespace Hyperdiff.Json;

/// <summary>What a writer of JSON does not do by itself: numbers that JSON has no form of, words, and values with a form of their own.</summary>
internal static class JsonWriting
{
    /// <summary>Writes a number in the fewest digits that give it back, or the word of what is none.</summary>
    public static void WriteDouble(this Utf8JsonWriter writer, double value)
    {
        if (double.IsFinite(value))
        {
            writer.WriteNumberValue(value);
        }
        else
        {
            writer.WriteStringValue(double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity");
        }
    }

    /// <summary>The same in single precision: fewer digits give such a number back.</summary>
    public static void WriteSingle(this Utf8JsonWriter writer, float value)
    {
        if (float.IsFinite(value))
        {
            writer.WriteNumberValue(value);
        }
        else
        {
            writer.WriteDouble(value);
        }
    }

    /// <summary>A field that is a number.</summary>
    public static void WriteDouble(this Utf8JsonWriter writer, string field, double value)
    {
        writer.WritePropertyName(field);
        writer.WriteDouble(value);
    }

    /// <summary>A field that is a choice.</summary>
    public static void WriteWord<TEnum>(this Utf8JsonWriter writer, string field, TEnum value)
        where TEnum : struct, Enum => writer.WriteString(field, JsonWords<TEnum>.Of(value));

    /// <summary>A field that is a value with a form of its own.</summary>
    public static void WriteValue<T>(this Utf8JsonWriter writer, string field, T value)
        where T : IJsonValue<T>
    {
        writer.WritePropertyName(field);
        value.WriteJson(writer);
    }

    /// <summary>An element that is a value with a form of its own.</summary>
    public static void WriteItem<T>(this Utf8JsonWriter writer, T value)
        where T : IJsonValue<T> => value.WriteJson(writer);

    /// <summary>A field that is several such values.</summary>
    public static void WriteEach<T>(this Utf8JsonWriter writer, string field, IEnumerable<T> values)
        where T : IJsonValue<T>
    {
        writer.WriteStartArray(field);
        foreach (T value in values)
        {
            writer.WriteItem(value);
        }

        writer.WriteEndArray();
    }
}
