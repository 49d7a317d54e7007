namespace Hyperdiff.Tests.Values;

/// <summary>Values agree with those of NumPy, SciPy and PyTorch, kept in <c>values.json</c>; <c>make_values.py</c> says what they were made with, and where the
/// bounds come from.</summary>
public sealed class ValueTests
{
    /// <summary>Every operation of the table, in both types.</summary>
    public static TheoryData<string, DType> Operations
    {
        get
        {
            var data = new TheoryData<string, DType>();
            foreach (string operation in ValueCase.All.Select(item => item.Operation).Distinct())
            {
                data.Add(operation, DType.Float64);
                data.Add(operation, DType.Float32);
            }

            return data;
        }
    }

    [Fact]
    public void Table_IsWhole() => Assert.True(ValueCase.All.Count >= 800);

    [Theory]
    [MemberData(nameof(Operations))]
    public void Values_AgreeWithOtherSystems(string operation, DType dtype)
    {
        IEnumerable<ValueCase> cases = ValueCase.All.Where(item => item.Operation == operation && (dtype == DType.Float64 || item.IsSingle));

        Assert.Empty(cases.SelectMany(item => Differences(item, dtype)));
    }

    private static IEnumerable<string> Differences(ValueCase item, DType dtype)
    {
        Tensor[] actual = ValueOperations.Apply(item, [.. item.Operands.Select(operand => operand.DType.IsFloating() ? operand.To(dtype) : operand)]);
        if (actual.Length != item.Results.Length)
        {
            return [$"line {item.Line}: {actual.Length} results, not {item.Results.Length}"];
        }

        return actual.Zip(item.Results).SelectMany(pair => Differences(item, dtype, pair.First, pair.Second));
    }

    private static IEnumerable<string> Differences(ValueCase item, DType dtype, Tensor actual, Tensor expected)
    {
        if (actual.Shape != expected.Shape || actual.DType.IsFloating() != expected.DType.IsFloating())
        {
            return [$"line {item.Line}: {actual.Type}, not {expected.Type}"];
        }

        // the table holds the result for float64, which float32 rounds once more
        double ulp = dtype == DType.Float32 ? item.Ulp + 0.5 : item.Ulp;
        double epsilon = dtype.Epsilon();
        return ValueCase.Numbers(actual).Zip(ValueCase.Numbers(expected))
            .Select((pair, i) => (Actual: pair.First, Expected: pair.Second, Place: i))
            .Where(pair => !Agrees(pair.Actual, pair.Expected, epsilon * ((ulp * Math.Abs(pair.Expected)) + item.Bound),
                signs: item.Bound == 0 && !item.Unsigned))
            .Select(pair => $"line {item.Line}, element {pair.Place}: {pair.Actual:R}, not {pair.Expected:R}");
    }

    // a zero has a sign where the result is not a sum that may round to either
    private static bool Agrees(double actual, double expected, double tolerance, bool signs) => double.IsFinite(expected)
        ? Math.Abs(actual - expected) <= tolerance && (!signs || expected != 0 || double.IsNegative(actual) == double.IsNegative(expected))
        : actual.Equals(expected);
}
