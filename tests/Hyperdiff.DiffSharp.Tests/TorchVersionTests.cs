namespace Hyperdiff.DiffSharp.Tests;

public class TorchVersionTests
{
    private const string Theirs = "DiffSharp.Backends.Torch";
    private const string Ours = "Hyperdiff.TorchSharp";

    [Fact]
    public void BothInOneApplicationAreRefusedWithBothVersions()
    {
        string message = Assert.Throws<InvalidOperationException>(() => TorchVersions.RequireOne(new Dictionary<string, Version?>
        {
            [Theirs] = new Version(0, 100, 3, 0), [Ours] = new Version(0, 108, 1, 0), ["TorchSharp"] = null,
        })).Message;
        Assert.Contains("TorchSharp 0.100.3", message, StringComparison.Ordinal);
        Assert.Contains("TorchSharp 0.108.1", message, StringComparison.Ordinal);
    }

    [Fact]
    public void SoAreTheyWhereNeitherIsLoadedYet()
    {
        string message = Assert.Throws<InvalidOperationException>(
            () => TorchVersions.RequireOne(new Dictionary<string, Version?> { [Theirs] = null, [Ours] = null })).Message;
        Assert.Contains("0.100.3", message, StringComparison.Ordinal);
        Assert.Contains("0.107.0", message, StringComparison.Ordinal);
    }

    [Fact]
    public void OneAloneOrBothOfOneVersionAreNot()
    {
        var version = new Version(0, 107, 0, 0);
        TorchVersions.RequireOne(new Dictionary<string, Version?> { [Theirs] = null, ["TorchSharp"] = null });
        TorchVersions.RequireOne(new Dictionary<string, Version?> { [Ours] = null, ["TorchSharp"] = null });
        TorchVersions.RequireOne(new Dictionary<string, Version?> { [Theirs] = version, [Ours] = version });
        TorchVersions.RequireOne();
    }

    [Fact]
    public void NothingHereDependsOnTorchSharp() => Assert.DoesNotContain(
        typeof(DiffSharpBackend).Assembly.GetReferencedAssemblies(), reference => reference.Name!.Contains("TorchSharp", StringComparison.Ordinal));
}
