using System.Text.Json;
using Hyperdiff.Graphs;

namespace Hyperdiff.Golden;

/// <summary>One file of golden hypergradients: a problem, its solutions, and what other systems computed for it.</summary>
public sealed class GoldenFile
{
    private readonly JsonElement _root;
    private readonly Dictionary<string, Tensor> _data = [];

    private readonly string _path;
    private readonly IBackend? _backend;

    private GoldenFile(string path, JsonElement root, IBackend? backend) => (_path, _root, _backend) = (path, root, backend);

    /// <summary>The name of the file, without its ending.</summary>
    public string Name => Path.GetFileNameWithoutExtension(_path);

    /// <summary>The part of the name that says which problem it is.</summary>
    public string Problem => Name.Split('_')[0];

    /// <summary>The methods recorded.</summary>
    public IEnumerable<GoldenMethod> Methods => _root.GetProperty("methods").EnumerateArray().Select(method => new GoldenMethod(method));

    /// <summary>The optimizers of a file that has several.</summary>
    public IEnumerable<GoldenVariant> Variants => _root.GetProperty("variants").EnumerateArray().Select(variant => new GoldenVariant(variant));

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="backend">Where its tensors are to lie, so that what is computed from them is computed there; the host if absent.</param>
    public static GoldenFile Read(string path, IBackend? backend = null)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(path));
        return new GoldenFile(path, document.RootElement.Clone(), backend);
    }

    /// <summary>The file whose problem this one is about.</summary>
    public GoldenFile Base() => Read(Path.Combine(Path.GetDirectoryName(_path)!, $"{_root.GetProperty("base").GetString()}.json"), _backend);

    /// <summary>A tensor of the data.</summary>
    public Tensor Data(string name) => _data.TryGetValue(name, out Tensor? known)
        ? known : _data[name] = Placed(ToTensor(_root.GetProperty("data").GetProperty(name)));

    /// <summary>A list of tensors at the top level.</summary>
    public Tensor[] List(string name) => Array.ConvertAll(ToList(_root.GetProperty(name)), Placed);

    /// <summary>Some tensors of a named collection at the top level.</summary>
    public Tensor[] List(string name, params ReadOnlySpan<string> members)
    {
        JsonElement collection = _root.GetProperty(name);
        var list = new Tensor[members.Length];
        for (int i = 0; i < list.Length; i++)
        {
            list[i] = Placed(ToTensor(collection.GetProperty(members[i])));
        }

        return list;
    }

    /// <summary>A number at the top level.</summary>
    public double Number(string name) => _root.GetProperty(name).GetDouble();

    /// <summary>An integer at the top level.</summary>
    public int Integer(string name) => _root.GetProperty(name).GetInt32();

    /// <summary>A number among the checks.</summary>
    public double Check(string name) => _root.GetProperty("checks").GetProperty(name).GetDouble();

    // a single tensor stands for a list of one
    internal static Tensor[] ToList(JsonElement element) => element.ValueKind == JsonValueKind.Array
        ? [.. element.EnumerateArray().Select(ToTensor)] : [ToTensor(element)];

    private Tensor Placed(Tensor tensor) => _backend is null ? tensor : tensor.To(_backend);

    private static Tensor ToTensor(JsonElement element)
    {
        int[] sizes = [.. element.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32())];
        return element.TryGetProperty("int", out JsonElement integers)
            ? Tensor.From<int>([.. integers.EnumerateArray().Select(number => number.GetInt32())], new Shape(sizes))
            : Tensor.From<double>([.. element.GetProperty("data").EnumerateArray().Select(number => number.GetDouble())], new Shape(sizes));
    }
}
