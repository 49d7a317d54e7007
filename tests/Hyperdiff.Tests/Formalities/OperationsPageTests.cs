namespace Hyperdiff.Tests.Formalities;

/// <summary><c>docs/operations.md</c> is current, and everything in it is documented.</summary>
public sealed class OperationsPageTests
{
    private const string WriteVariable = "HYPERDIFF_WRITE_DOCS";

    [Fact]
    public void Page_IsCurrent()
    {
        string page = OperationsPage.Render();
        if (Environment.GetEnvironmentVariable(WriteVariable) == "1")
        {
            File.WriteAllText(OperationsPage.File, page);
        }

        Assert.True(
            File.Exists(OperationsPage.File) && File.ReadAllText(OperationsPage.File) == page,
            $"docs/operations.md is not what sources and primitives say; write it: {WriteVariable}=1 dotnet test tests/Hyperdiff.Tests -c Release --filter "
                + $"OperationsPage");
    }

    [Fact]
    public void EveryOperation_IsDocumented() => Assert.Empty(OperationsPage.Operations
        .GroupBy(member => (member.Type, member.Name))
        .Where(overloads => overloads.All(member => member.Summary.Length == 0))
        .Select(overloads => $"{overloads.Key.Type}.{overloads.Key.Name} says nowhere what it computes"));

    [Fact]
    public void EveryOverload_HasAComment() => Assert.Empty(OperationsPage.Operations
        .Where(member => member.Documentation is null).Select(member => $"{member.Type}: {member.Signature}"));

    [Fact]
    public void EveryPrimitive_IsDocumented() =>
        Assert.Empty(OperationsPage.Primitives.Where(item => item.Documented.Summary.Length == 0).Select(item => item.Documented.Name));

    [Fact]
    public void EveryTopicOfTensor_StandsUnderAHeading() => Assert.Empty(OperationsPage.Ungrouped);
}
