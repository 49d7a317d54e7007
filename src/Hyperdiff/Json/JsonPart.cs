using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Hyperdiff.Json;

/// <summary>A part of a JSON text with its place, for messages: <c>StepRecord.reports[2].status</c>.</summary>
/// <param name="Element">The part.</param>
/// <param name="Place">Where it stands, from the value that is read.</param>
internal readonly record struct JsonPart(JsonElement Element, string Place)
{
    private const int MostShown = 40;

    /// <summary>The elements of an array.</summary>
    public IEnumerable<JsonPart> Items
    {
        get
        {
            int next = 0;
            string place = Place;
            return Element.ValueKind == JsonValueKind.Array
                ? Element.EnumerateArray().Select(item => new JsonPart(item, string.Create(CultureInfo.InvariantCulture, $"{place}[{next++}]")))
                : throw Bad("an array");
        }
    }

    /// <summary>A field that must be there.</summary>
    public JsonPart this[string field] => Find(field) ?? throw new JsonException($"{Place}: the field \"{field}\" is missing; add it.");

    /// <summary>The next value of a reader.</summary>
    public static JsonPart Parse(ref Utf8JsonReader reader, string what) => new(JsonElement.ParseValue(ref reader), what);

    /// <summary>This part, which must be an object with no fields but these, each at most once: one that is misspelt is not passed over.</summary>
    public JsonPart Object(params ReadOnlySpan<string> fields)
    {
        if (Element.ValueKind != JsonValueKind.Object)
        {
            throw Bad("an object");
        }

        var seen = new HashSet<string>();
        foreach (JsonProperty property in Element.EnumerateObject())
        {
            if (!fields.Contains(property.Name))
            {
                throw new JsonException($"{Place}: there is no field \"{property.Name}\"; the fields are {string.Join(", ", fields.ToArray())}.");
            }

            if (!seen.Add(property.Name))
            {
                throw new JsonException($"{Place}: the field \"{property.Name}\" occurs twice; leave one out.");
            }
        }

        return this;
    }

    /// <summary>A field that may be absent.</summary>
    public JsonPart? Find(string field) => Element.TryGetProperty(field, out JsonElement value) ? new JsonPart(value, $"{Place}.{field}") : null;

    /// <summary>Elements, each read by a function; none where the part is absent.</summary>
    public static ImmutableArray<T> Each<T>(JsonPart? array)
        where T : IJsonValue<T> => array is null ? [] : [.. array.Value.Items.Select(T.ReadJson)];

    /// <summary>A value that has a form of its own.</summary>
    public T Value<T>()
        where T : IJsonValue<T> => T.ReadJson(this);

    /// <summary>A text.</summary>
    public string Text() => Element.ValueKind == JsonValueKind.String ? Element.GetString()! : throw Bad("a text");

    /// <summary>true or false.</summary>
    public bool Truth() => Element.ValueKind is JsonValueKind.True or JsonValueKind.False ? Element.GetBoolean() : throw Bad("true or false");

    /// <summary>A number, or one of the three words.</summary>
    public double Double() => Element.ValueKind switch
    {
        JsonValueKind.Number when Element.TryGetDouble(out double value) && double.IsFinite(value) => value,
        JsonValueKind.String when Named(Element) is { } value => value,
        _ => throw Bad("a number within the range of float64, \"NaN\", \"Infinity\" or \"-Infinity\""),
    };

    /// <summary>The same in single precision.</summary>
    public float Single() => Element.ValueKind switch
    {
        JsonValueKind.Number when Element.TryGetSingle(out float value) && float.IsFinite(value) => value,
        JsonValueKind.String when Named(Element) is { } value => (float)value,
        _ => throw Bad("a number within the range of float32, \"NaN\", \"Infinity\" or \"-Infinity\""),
    };

    /// <summary>An integer of 32 bits.</summary>
    public int Int32() => Element.ValueKind == JsonValueKind.Number && Element.TryGetInt32(out int value)
        ? value : throw Bad("a whole number from -2147483648 to 2147483647");

    /// <summary>An integer of 64 bits.</summary>
    public long Int64() => Element.ValueKind == JsonValueKind.Number && Element.TryGetInt64(out long value) ? value : throw Bad("a whole number of 64 bits");

    /// <summary>A time in seconds.</summary>
    public TimeSpan Seconds() => Math.Round(Double() * TimeSpan.TicksPerSecond) is var ticks && Math.Abs(ticks) < long.MaxValue
        ? TimeSpan.FromTicks((long)ticks) : throw Bad("a number of seconds");

    /// <summary>A choice by its word.</summary>
    public TEnum Word<TEnum>()
        where TEnum : struct, Enum => Element.ValueKind == JsonValueKind.String && JsonWords<TEnum>.TryRead(Element.GetString()!, out TEnum value)
            ? value : throw Bad($"one of the words {JsonWords<TEnum>.All}");

    /// <summary>The exception of a part that is not what it must be.</summary>
    /// <param name="needed">What belongs there.</param>
    public JsonException Bad(string needed)
    {
        string found = Element.GetRawText();
        return new JsonException($"{Place}: {(found.Length > MostShown ? $"{found[..MostShown]}…" : found)} stands where {needed} belongs.");
    }

    private static double? Named(JsonElement text) => text.GetString() switch
    {
        "NaN" => double.NaN,
        "Infinity" => double.PositiveInfinity,
        "-Infinity" => double.NegativeInfinity,
        _ => null,
    };
}
