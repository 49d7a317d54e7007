using System.Text.Json;
using Hyperdiff.Tests.Formalities;

namespace Hyperdiff.Tests.Values;

/// <summary>One line of <c>values.json</c>: an operation, its operands and options, and the results that another system computed in float64.</summary>
/// <param name="Line">Where it stands in the file.</param>
/// <param name="Operation">A name in <see cref="ValueOperations"/>.</param>
/// <param name="Operands">The operands; floating ones in float64.</param>
/// <param name="Results">The results.</param>
/// <param name="Options">What else the operation takes.</param>
/// <param name="Ulp">Errors relative to each element, in ε.</param>
/// <param name="Bound">Absolute errors, in ε.</param>
/// <param name="Unsigned">Whether the signs of zeros are left to each system.</param>
public sealed record ValueCase(int Line, string Operation, Tensor[] Operands, Tensor[] Results, JsonElement Options, double Ulp, double Bound, bool Unsigned)
{
    /// <summary>All cases.</summary>
    public static IReadOnlyList<ValueCase> All { get; } = Read();

    /// <summary>Whether float32 holds the operands exactly, so that the results are right for it too, and neither overflow nor underflow.</summary>
    public bool IsSingle =>
        Operands.All(operand => Numbers(operand).All(x => double.IsNaN(x) || (float)x == x)) &&
        Results.All(result => Numbers(result).All(y => y == 0 || !double.IsFinite(y) || float.IsNormal((float)y)));

    /// <summary>The elements in double precision.</summary>
    public static double[] Numbers(Tensor tensor) => tensor.To(DType.Float64).ToArray<double>();

    /// <summary>A whole number among the options.</summary>
    public int Int(string name) => Options.GetProperty(name).GetInt32();

    /// <summary>A yes or no among the options.</summary>
    public bool Flag(string name) => Options.GetProperty(name).GetBoolean();

    /// <summary>A text among the options.</summary>
    public string Text(string name) => Options.GetProperty(name).GetString()!;

    /// <summary>A number among the options.</summary>
    public double Number(string name) => Number(Options.GetProperty(name));

    /// <summary>Whole numbers among the options.</summary>
    public int[] Ints(string name) => [.. Options.GetProperty(name).EnumerateArray().Select(item => item.GetInt32())];

    private static ValueCase[] Read()
    {
        using FileStream file = File.OpenRead(Path.Combine(Repository.Root, "tests", "Hyperdiff.Tests", "Values", "values.json"));
        using var document = JsonDocument.Parse(file);
        return [.. document.RootElement.GetProperty("cases").EnumerateArray().Select((item, i) => new ValueCase(
            i + 2,
            item.GetProperty("op").GetString()!,
            [.. item.GetProperty("in").EnumerateArray().Select(ReadTensor)],
            [.. item.GetProperty("out").EnumerateArray().Select(ReadTensor)],
            item.TryGetProperty("with", out JsonElement options) ? options.Clone() : default,
            item.TryGetProperty("ulp", out JsonElement ulp) ? ulp.GetDouble() : 0,
            item.TryGetProperty("bound", out JsonElement bound) ? bound.GetDouble() : 0,
            item.TryGetProperty("unsigned", out _)))];
    }

    private static Tensor ReadTensor(JsonElement item)
    {
        var shape = new Shape([.. item.GetProperty("s").EnumerateArray().Select(size => size.GetInt32())]);
        JsonElement[] values = [.. item.GetProperty("v").EnumerateArray()];
        return (item.TryGetProperty("t", out JsonElement type) ? type.GetString() : null) switch
        {
            "bool" => Tensor.From<bool>([.. values.Select(value => value.GetBoolean())], shape),
            "int32" => Tensor.From<int>([.. values.Select(value => value.GetInt32())], shape),
            _ => Tensor.From<double>([.. values.Select(Number)], shape),
        };
    }

    private static double Number(JsonElement value) => value.ValueKind == JsonValueKind.Number
        ? value.GetDouble()
        : value.GetString() switch
        {
            "NaN" => double.NaN,
            "Infinity" => double.PositiveInfinity,
            "-Infinity" => double.NegativeInfinity,
            string text => throw new FormatException($"{text} is not a number."),
            null => throw new FormatException("A number is missing."),
        };
}
