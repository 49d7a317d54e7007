using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hyperdiff.Reports;

/// <summary>Writes a JSON object per step and line, with everything that the step was, at once: a run that is killed loses none. A run that was resumed goes on
/// with the file of the run before; <see cref="Read"/> has the records back.</summary>
public sealed partial class JsonLinesLog : IProgress<StepRecord>, IDisposable
{
    private readonly StepFile _file;

    /// <summary>Opens the file, or makes it. A step that is in it already, as after a run that was resumed from before, replaces what is there from it
    /// on.</summary>
    /// <param name="path">The file, as a rule <c>.jsonl</c>.</param>
    /// <exception cref="IOException">It cannot be written there, or another process writes it.</exception>
    /// <exception cref="InvalidDataException">There is a file that is no such log; it is left as it is.</exception>
    public JsonLinesLog(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        _file = new StepFile(path, """{"step":""", StepOf);
    }

    /// <summary>Whether λ is written with every step, as the tensors of its leaves.</summary>
    public bool WritesHyper { get; init; } = true;

    /// <summary>Reads the steps of a log. A line that was cut off when its run was killed is left out.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="InvalidDataException">A line is no step: the message names it.</exception>
    public static IReadOnlyList<StepRecord> Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var records = new List<StepRecord>();
        string text = File.ReadAllText(path);
        string[] lines = text.Split('\n');
        for (int i = 0; i < lines.Length - 1; i++)
        {
            try
            {
                records.Add(JsonSerializer.Deserialize(lines[i], Context.Default.StepRecord) ?? throw new JsonException("null is no step."));
            }
            catch (JsonException exception)
            {
                throw new InvalidDataException($"{path}, line {i + 1}: {exception.Message} Take the line out, or read another file.", exception);
            }
        }

        return records;
    }

    /// <summary>Writes the line of a step.</summary>
    /// <param name="value">The step.</param>
    /// <exception cref="IOException">The disk is full: the lines before are whole.</exception>
    public void Report(StepRecord value)
    {
        ArgumentNullException.ThrowIfNull(value);
        StepRecord written = WritesHyper ? value : value with { Hyper = [] };
        _file.Append(value.Step, JsonSerializer.Serialize(written, Context.Default.StepRecord), header: null);
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();

    /// <inheritdoc/>
    public override string ToString() => $"JSON lines log {_file}";

    private static int? StepOf(string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("step", out JsonElement step)
                && step.ValueKind == JsonValueKind.Number && step.TryGetInt32(out int number) ? number : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    [JsonSerializable(typeof(StepRecord))]
    private sealed partial class Context : JsonSerializerContext;
}
