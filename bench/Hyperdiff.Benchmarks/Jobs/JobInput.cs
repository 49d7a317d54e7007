using System.Text.Json;

namespace Hyperdiff.Benchmarks.Jobs;

/// <summary>What both sides of a job read: arrays and settings in a folder.</summary>
/// <param name="Folder">The folder.</param>
internal sealed record JobInput(string Folder)
{
    private readonly Dictionary<string, double> _settings =
        JsonSerializer.Deserialize<Dictionary<string, double>>(File.ReadAllText(Path.Combine(Folder, SettingsFile)))!;

    private const string SettingsFile = "settings.json";

    /// <summary>A setting.</summary>
    public double this[string name] => _settings[name];

    /// <summary>A setting that is a whole number.</summary>
    public int Count(string name) => (int)_settings[name];

    /// <summary>An array.</summary>
    public Tensor Tensor(string name) => NumpyFile.Read(Path.Combine(Folder, $"{name}.npy"));

    /// <summary>Writes the folder.</summary>
    public static void Write(string folder, Dictionary<string, double> settings, params ReadOnlySpan<(string Name, Tensor Value)> arrays)
    {
        foreach ((string name, Tensor value) in arrays)
        {
            NumpyFile.Write(Path.Combine(folder, $"{name}.npy"), value);
        }

        File.WriteAllText(Path.Combine(folder, SettingsFile), JsonSerializer.Serialize(settings));
    }
}
