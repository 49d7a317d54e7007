namespace Hyperdiff;

/// <summary>A dictionary as the structures of its values, in the ordinal order of their keys: the same keys give the same leaves, whatever order they came
/// in.</summary>
internal sealed class DictionaryTree<TDictionary, T>(Tree<T> element, Func<TDictionary, IEnumerable<KeyValuePair<string, T>>, TDictionary> build)
    : Tree<TDictionary>
    where TDictionary : IReadOnlyDictionary<string, T>
{
    internal override string Instead => "pass a dictionary there, an empty one if it has no elements";

    public override void Flatten(TDictionary value, LeafWriter writer)
    {
        foreach (string key in Keys(value))
        {
            writer.Static("Key", key);
            writer.Child($"[\"{key}\"]", element, value[key]);
        }
    }

    public override TDictionary Rebuild(TDictionary prototype, LeafReader reader) => build(
        prototype, Array.ConvertAll(Keys(prototype), key => KeyValuePair.Create(key, reader.Child(element, prototype[key]))));

    private static string[] Keys(TDictionary value)
    {
        string[] keys = [.. value.Keys];
        Array.Sort(keys, StringComparer.Ordinal);
        return keys;
    }
}
