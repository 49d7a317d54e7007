namespace Hyperdiff.Reports.Tests;

/// <summary>Places that cannot be written are refused when a watcher is made, before any work, with the place and a remedy.</summary>
public sealed class DestinationTests
{
    private static readonly Dictionary<string, Func<string, IDisposable>> s_watchers = new()
    {
        ["csv"] = path => new CsvLog(path),
        ["jsonl"] = path => new JsonLinesLog(path),
        ["html"] = path => new HtmlReport(path),
        ["tensorboard"] = path => new TensorBoardLog(path),
    };

    public static TheoryData<string> Watchers => [.. s_watchers.Keys];

    [Theory]
    [MemberData(nameof(Watchers))]
    public void AFolderThatIsAFile_IsRefused(string kind)
    {
        using TemporaryFolder folder = SampleRun.Folder();
        File.WriteAllText(folder["file"], "not a folder");

        Refused(kind, Path.Combine(folder["file"], "log"));
    }

    [Theory]
    [MemberData(nameof(Watchers))]
    public void AFolderWithoutTheRight_IsRefused(string kind)
    {
        // where nobody can make files, the administrator included
        Skip.IfNot(Directory.Exists("/proc/self"), "there is no /proc");

        Refused(kind, "/proc/hyperdiff/log");
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("jsonl")]
    [InlineData("html")]
    public void AFolderInsteadOfAFile_IsRefused(string kind)
    {
        using TemporaryFolder folder = SampleRun.Folder();
        Directory.CreateDirectory(folder["folder"]);

        Refused(kind, folder["folder"]);
    }

    [Theory]
    [MemberData(nameof(Watchers))]
    public void AMissingFolder_IsMade(string kind)
    {
        using TemporaryFolder folder = SampleRun.Folder();
        using (IDisposable watcher = s_watchers[kind](folder[Path.Combine("a", "b", "log")]))
        {
            ((IProgress<StepRecord>)watcher).Report(SampleRun.Of(1)[0]);
        }

        Assert.NotEmpty(Directory.EnumerateFiles(folder["a"], "*", SearchOption.AllDirectories));
        Assert.Empty(Directory.EnumerateFiles(folder["a"], "*.tmp", SearchOption.AllDirectories));
    }

    [Theory]
    [MemberData(nameof(Watchers))]
    public void Nothing_IsRefused(string kind)
    {
        Assert.ThrowsAny<ArgumentException>(() => s_watchers[kind](string.Empty));
        using TemporaryFolder folder = SampleRun.Folder();
        using IDisposable watcher = s_watchers[kind](folder["log"]);
        Assert.Throws<ArgumentNullException>(() => ((IProgress<StepRecord>)watcher).Report(null!));
    }

    private static void Refused(string kind, string path)
    {
        var exception = Assert.Throws<IOException>(() => s_watchers[kind](path));

        Assert.StartsWith($"{path}: cannot be written: ", exception.Message, StringComparison.Ordinal);
        Assert.EndsWith("choose another place.", exception.Message, StringComparison.Ordinal);
    }
}
