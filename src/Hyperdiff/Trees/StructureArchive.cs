using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hyperdiff;

/// <summary>Structures, numbers and words in one file: an <c>.npz</c> archive of the leaves under their names, and a header that says what they belong
/// to.</summary>
/// <remarks>Written whole or not at all. What is read is checked against a structure like the one that is expected: the names of the leaves, their types, and
/// the static members.</remarks>
internal sealed class StructureArchive
{
    private const string Format = "hyperdiff structures";
    private const int Version = 1;
    private const string NumbersEntry = "numbers";

    private readonly string _source;
    private readonly string _kind;
    private readonly List<KeyValuePair<string, Tensor>> _written = [];
    private readonly IReadOnlyDictionary<string, Tensor> _tensors;
    private readonly JsonObject _sections = [];
    private readonly JsonObject _words = [];
    private readonly List<(string Name, double Value)> _numbers = [];

    /// <summary>An archive to be written.</summary>
    /// <param name="kind">What the file is, in words.</param>
    public StructureArchive(string kind) => (_source, _kind, _tensors) = ("a new file", kind, new Dictionary<string, Tensor>());

    private StructureArchive(string path, string kind, IReadOnlyDictionary<string, Tensor> tensors, JsonObject header)
    {
        (_source, _kind, _tensors) = (path, kind, tensors);
        _sections = header["sections"]?.AsObject() ?? throw Damaged("it has no list of its parts");
        _words = header["words"]?.AsObject() ?? throw Damaged("it has no words");
        string[] names = Strings(header, "numbers");
        double[] values = names.Length == 0 ? [] : Entry(NumbersEntry).ToArray<double>();
        _numbers = values.Length == names.Length ? [.. names.Zip(values)] : throw Damaged("it has more names than numbers");
    }

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="kind">What it must be.</param>
    /// <exception cref="InvalidDataException">It is damaged, or something else.</exception>
    public static StructureArchive Open(string path, string kind)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using FileStream stream = ReplacedFile.Open(path);
        return Open(stream, path, kind);
    }

    /// <summary>Reads what a file holds.</summary>
    /// <param name="stream">The content, from its position to its end.</param>
    /// <param name="path">The file, for messages.</param>
    /// <param name="kind">What it must be.</param>
    /// <exception cref="InvalidDataException">It is damaged, or something else.</exception>
    public static StructureArchive Open(Stream stream, string path, string kind)
    {
        (Dictionary<string, Tensor> tensors, byte[]? header) = NumpyFile.ReadArchive(stream, path);
        JsonObject? content = null;
        try
        {
            content = header is null ? null : JsonNode.Parse(header) as JsonObject;
            if (content is null || (string?)content["format"] != Format)
            {
                throw new InvalidDataException($"{path}: this is not {kind}: its archive has no header {NumpyFile.HeaderName} of Hyperdiff.");
            }

            if ((int?)content["version"] != Version)
            {
                throw new InvalidDataException(
                    $"{path}: the file is of version {content["version"]}, and this library reads version {Version}; read it with the version that wrote it.");
            }

            return (string?)content["kind"] == kind ? new StructureArchive(path, kind, tensors, content)
                : throw new InvalidDataException($"{path}: this is {content["kind"]}, not {kind}.");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"{path}: the header {NumpyFile.HeaderName} is damaged: {exception.Message}", exception);
        }
    }

    /// <summary>Whether the file has a part.</summary>
    public bool Has(string section) => _sections.ContainsKey(section);

    /// <summary>Adds the leaves of a structure.</summary>
    public void Add(string section, FlatTree tree) =>
        Add(section, [.. tree.Leaves.Select(leaf => leaf.Name)], tree.Tensors, [.. tree.Statics.Select(Written)]);

    /// <summary>Adds tensors without names.</summary>
    public void Add(string section, IReadOnlyList<Tensor> tensors) =>
        Add(section, [.. Enumerable.Range(0, tensors.Count).Select(i => $"{i}")], tensors, []);

    /// <summary>Adds a number, which is kept to the last bit.</summary>
    public void Add(string name, double number) => _numbers.Add((name, number));

    /// <summary>Adds words.</summary>
    public void Add(string name, string words) => _words.Add(name, words);

    /// <summary>Writes the file.</summary>
    /// <exception cref="IOException">It cannot be written; the old one is as it was.</exception>
    public void Save(string path, Disk? disk = null)
    {
        var header = new JsonObject
        {
            ["format"] = Format,
            ["version"] = Version,
            ["kind"] = _kind,
            ["words"] = _words.DeepClone(),
            ["numbers"] = List(_numbers.Select(number => number.Name)),
            ["sections"] = _sections.DeepClone(),
        };
        if (_numbers.Count > 0)
        {
            _written.Add(new(NumbersEntry, Tensor.From([.. _numbers.Select(number => number.Value)])));
        }

        NumpyFile.WriteArchive(path, Encoding.UTF8.GetBytes(header.ToJsonString()), _written, disk);
    }

    /// <summary>A number.</summary>
    public double Number(string name)
    {
        int at = _numbers.FindIndex(number => number.Name == name);
        return at < 0 ? throw Damaged($"it has no number {name}") : _numbers[at].Value;
    }

    /// <summary>Words.</summary>
    public string Words(string name) => WordsOrNull(name) ?? throw Damaged($"it does not say its {name}");

    /// <summary>Words that may be missing.</summary>
    public string? WordsOrNull(string name) => (string?)_words[name];

    /// <summary>The tensors of a part.</summary>
    public Tensor[] Tensors(string section) => Array.ConvertAll(Strings(Part(section), "entries"), Entry);

    /// <summary>The leaves of a part, for a structure that they must fit.</summary>
    /// <param name="section">The part.</param>
    /// <param name="like">A structure of the same leaves.</param>
    /// <exception cref="ArgumentException">They do not fit it.</exception>
    public FlatTree Tree(string section, FlatTree like)
    {
        JsonObject part = Part(section);
        (string[] leaves, string[] statics) = (Strings(part, "leaves"), Strings(part, "statics"));
        Tensor[] tensors = Tensors(section);
        string[] names = [.. like.Leaves.Select(leaf => leaf.Name)];
        if (!leaves.SequenceEqual(names))
        {
            throw Foreign(section, $"it has the leaves {string.Join(", ", leaves)}, and {string.Join(", ", names)} are expected");
        }

        string[] expected = [.. like.Statics.Select(Written)];
        if (!statics.SequenceEqual(expected))
        {
            throw Foreign(section, $"its static members are {string.Join(", ", statics)}, and {string.Join(", ", expected)} are expected");
        }

        for (int i = 0; i < tensors.Length; i++)
        {
            if (!tensors[i].Type.IsLike(like.Leaves[i].Value.Type))
            {
                throw Foreign(section, $"leaf {names[i]} is {tensors[i].Type} there, and {like.Leaves[i].Value.Type} is expected");
            }
        }

        return like.With(tensors);
    }

    /// <summary>What to throw for a file of something else than what is asked for.</summary>
    public ArgumentException Foreign(string section, string why) => new($"{_source} is of another {section}: {why}.");

    private void Add(string section, string[] leaves, IReadOnlyList<Tensor> tensors, string[] statics)
    {
        var entries = new List<string>();
        for (int i = 0; i < leaves.Length; i++)
        {
            // keys of dictionaries may be anything, and two ways to a leaf may read alike
            string name = $"{section}/{leaves[i].Replace('/', '_').Replace('\\', '_')}";
            string entry = _written.Exists(other => other.Key == name) ? $"{name}~{i}" : name;
            entries.Add(entry);
            _written.Add(new(entry, tensors[i]));
        }

        _sections.Add(section, new JsonObject { ["leaves"] = List(leaves), ["entries"] = List(entries), ["statics"] = List(statics) });
    }

    private static string Written(object member) => FormattableString.Invariant($"{member}");

    private static JsonArray List(IEnumerable<string> items) => [.. items.Select(item => (JsonNode)item)];

    private JsonObject Part(string section) => _sections[section] as JsonObject ?? throw Damaged($"it has no part {section}");

    private string[] Strings(JsonObject holder, string name) => holder[name] is JsonArray array
        ? [.. array.Select(item => (string?)item ?? throw Damaged($"a name in {name} is missing"))] : throw Damaged($"it has no list of {name}");

    private Tensor Entry(string name) => _tensors.GetValueOrDefault(name) ?? throw Damaged($"the array {name} is missing");

    private InvalidDataException Damaged(string why) => new($"{_source}: {why}; the file is damaged.");
}
