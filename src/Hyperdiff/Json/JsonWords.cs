using System.Text.Json;

namespace Hyperdiff.Json;

/// <summary>The words of a choice.</summary>
/// <typeparam name="TEnum">The choices.</typeparam>
internal static class JsonWords<TEnum>
    where TEnum : struct, Enum
{
    private static readonly TEnum[] s_values = Enum.GetValues<TEnum>();
    private static readonly string[] s_words = Enum.GetNames<TEnum>();

    /// <summary>All words, for messages.</summary>
    public static string All => string.Join(", ", s_words);

    /// <summary>The word of a value.</summary>
    /// <exception cref="JsonException">It is no value of the type.</exception>
    public static string Of(TEnum value) => Array.IndexOf(s_values, value) is >= 0 and var i
        ? s_words[i] : throw new JsonException($"{value} is no {typeof(TEnum).Name}, and has no word in JSON; the values are {All}.");

    /// <summary>The value of a word.</summary>
    public static bool TryRead(string word, out TEnum value)
    {
        int i = Array.IndexOf(s_words, word);
        value = i >= 0 ? s_values[i] : default;
        return i >= 0;
    }
}
