using System.Text.Json;

namespace Hyperdiff.Golden;

/// <summary>One optimizer of a file that has several, with what was computed through its steps.</summary>
public sealed class GoldenVariant(JsonElement element)
{
    /// <summary>Which optimizer.</summary>
    public string Optimizer => element.GetProperty("optimizer").GetString()!;

    /// <summary>What its memory begins with: <c>zeros</c> or <c>w0</c>; null if it has none.</summary>
    public string? Start => element.GetProperty("aux_init").GetString();

    /// <summary>Both, for the report.</summary>
    public string Name => Start is null ? Optimizer : $"{Optimizer} from {Start}";

    /// <summary>The methods recorded.</summary>
    public IEnumerable<GoldenMethod> Methods => element.GetProperty("methods").EnumerateArray().Select(method => new GoldenMethod(method));

    /// <summary>A list of tensors.</summary>
    public Tensor[] List(string name) => GoldenFile.ToList(element.GetProperty(name));

    /// <summary>A number.</summary>
    public double Number(string name) => element.GetProperty(name).GetDouble();
}
