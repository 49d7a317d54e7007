using System.Globalization;
using System.Text.Json;
using Hyperdiff.Tests.Formalities;

namespace Hyperdiff.Tests.Scale;

/// <summary>Elementwise functions and their first two derivatives, in both modes and types, at arguments of every magnitude, against values of mpmath with 800
/// digits.</summary>
public sealed class AccuracyTests
{
    /// <summary>Roundings of a value: a kernel is within 5 units of its definition, that within 1 to 2 of the function.</summary>
    private const double ValueUnits = 8;

    /// <summary>Roundings of a derivative: those of each of up to three functions and the products of them.</summary>
    private const double DerivativeUnits = 24;

    /// <summary>Units where the argument itself is rounded before an exponential of it is taken: half the square of the largest argument that counts.</summary>
    private static readonly Dictionary<string, double> s_conditions = new() { ["Gelu"] = 40 * 40 };

    private static readonly Dictionary<string, JsonElement> s_lines =
        JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "tests", "Hyperdiff.Tests", "Scale", "accuracy.json")))
        .RootElement.EnumerateArray().ToDictionary(line => line.GetProperty("op").GetString()!);

    public static TheoryData<string, DType> Functions
    {
        get
        {
            var data = new TheoryData<string, DType>();
            foreach (string name in s_lines.Keys)
            {
                data.Add(name, DType.Float64);
                data.Add(name, DType.Float32);
            }

            return data;
        }
    }

    [Fact]
    public void EveryLine_HasItsFunction() => Assert.Empty(s_lines.Keys.Except(ElementwiseFunctions.All.Keys));

    [Theory]
    [MemberData(nameof(Functions))]
    public void Function_AndItsDerivatives_AreRightAtEveryMagnitude(string name, DType dtype)
    {
        Func<Tensor, Tensor> f = ElementwiseFunctions.All[name];
        JsonElement line = s_lines[name];
        double[] arguments = Numbers(line, "x"), y = Numbers(line, "y"), d = Numbers(line, "d"), dd = Numbers(line, "dd");
        (double[] sd, double[] sdd) = (line.TryGetProperty("sd", out _) ? Numbers(line, "sd") : d,
            line.TryGetProperty("sdd", out _) ? Numbers(line, "sdd") : dd);
        int[] held = [.. Enumerable.Range(0, arguments.Length)
            .Where(i => dtype == DType.Float64 || (float.IsNormal((float)arguments[i]) && (float)arguments[i] == arguments[i]))];
        Tensor x = Tensor.From(Array.ConvertAll(held, i => arguments[i])).To(dtype), ones = Tensor.OnesLike(x);
        double extra = s_conditions.GetValueOrDefault(name);
        var errors = new List<string>();

        Compare("value", f(x), y, y, ValueUnits + extra);
        Compare("reverse", Diff.Grad(a => f(a).Sum(), x), d, sd, DerivativeUnits + extra);
        Compare("forward", Diff.Jvp(f, x, ones).Tangent, d, sd, DerivativeUnits + extra);
        Compare("reverse over reverse", Diff.Grad(a => Diff.Grad(b => f(b).Sum(), a).Sum(), x), dd, sdd, (2 * DerivativeUnits) + extra);
        Compare("forward over reverse", Diff.Jvp(a => Diff.Grad(b => f(b).Sum(), a), x, ones).Tangent, dd, sdd, (2 * DerivativeUnits) + extra);
        Compare("forward over forward", Diff.Jvp(a => Diff.Jvp(f, a, Tensor.OnesLike(a)).Tangent, x, ones).Tangent, dd, sdd, (2 * DerivativeUnits) + extra);
        Assert.True(errors.Count == 0, $"{errors.Count} of {6 * held.Length}:\n{string.Join('\n', errors.Take(30))}");

        void Compare(string what, Tensor actual, double[] right, double[] size, double units)
        {
            double[] found = actual.To(DType.Float64).ToArray<double>();
            for (int k = 0; k < found.Length; k++)
            {
                double expected = right[held[k]];
                if (!Allowed(found[k], expected, size[held[k]], units, dtype, Math.Max(1, Math.Abs(arguments[held[k]]))))
                {
                    errors.Add(
                        $"{what} at {arguments[held[k]]:R}: {found[k]:R}, not {expected:R}, {(found[k] - expected) / expected / dtype.Epsilon():G3} units");
                }
            }
        }
    }

    // Below the normal numbers the spacing no longer shrinks, also for what is multiplied by the argument then; beyond the largest one infinity is right, and
    // just below it is within rounding.
    private static bool Allowed(double actual, double expected, double size, double units, DType dtype, double factor)
    {
        (double least, double greatest) = dtype == DType.Float32 ? (Math.ScaleB(1, -126), float.MaxValue) : (Math.ScaleB(1, -1022), double.MaxValue);
        double relative = units * dtype.Epsilon();
        if (Math.Abs(expected) >= greatest * (1 - relative) && Math.Abs(actual) >= greatest * (1 - relative))
        {
            return Math.Sign(actual) == Math.Sign(expected);
        }

        return Math.Abs(actual - expected) <= relative * Math.Max(Math.Abs(size), factor < 1e3 ? least * factor : least);
    }

    private static double[] Numbers(JsonElement line, string name) =>
        [.. line.GetProperty(name).EnumerateArray()
            .Select(y => y.ValueKind == JsonValueKind.String ? double.Parse(y.GetString()!, CultureInfo.InvariantCulture) : y.GetDouble())];
}
