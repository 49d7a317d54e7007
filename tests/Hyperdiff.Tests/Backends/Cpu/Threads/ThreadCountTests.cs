using Hyperdiff.Backends.Cpu.Threads;

namespace Hyperdiff.Tests.Backends.Cpu.Threads;

public sealed class ThreadCountTests
{
    [Theory]
    [InlineData(null)]
    [InlineData(" ")]
    public void Parse_Unset_IsOnePerProcessor(string? value) => Assert.Equal(Environment.ProcessorCount, ThreadCount.Parse(value));

    [Theory]
    [InlineData("1", 1)]
    [InlineData(" 12 ", 12)]
    [InlineData("1024", 1024)]
    public void Parse_Number_IsTaken(string value, int expected) => Assert.Equal(expected, ThreadCount.Parse(value));

    [Theory]
    [InlineData("0")]
    [InlineData("-2")]
    [InlineData("1025")]
    [InlineData("two")]
    [InlineData("2.0")]
    [InlineData("99999999999")]
    public void Parse_AnythingElse_ThrowsWithVariableAndValue(string value)
    {
        string message = Assert.Throws<InvalidOperationException>(() => ThreadCount.Parse(value)).Message;

        Assert.Contains(ThreadCount.Variable, message, StringComparison.Ordinal);
        Assert.Contains(value, message, StringComparison.Ordinal);
    }
}
