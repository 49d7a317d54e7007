using System.Diagnostics;
using System.Globalization;
using Spectre.Console;

namespace Hyperdiff.Examples.Tests;

/// <summary>What a run leaves behind when it fails or is interrupted, and how it ends.</summary>
public sealed class FilesAndEndsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ends-").FullName;

    /// <summary>The programs, with arguments that make them compute.</summary>
    public static TheoryData<string> Programs => ["LogisticRegression", "Gallery cleaning", "QuadraticBenchmark"];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("history.csv")]
    [InlineData("./history.csv")]
    [InlineData("folder/../history.csv")]
    [InlineData("link.csv")]
    [InlineData("linked/history.csv")]
    public void TheHistory_IsNeverTheData(string name)
    {
        string data = Path.Combine(_folder, "history.csv");
        File.Copy(Path.Combine(AppContext.BaseDirectory, "data", "breast-cancer-wisconsin-diagnostic.csv"), data);
        Directory.CreateDirectory(Path.Combine(_folder, "folder"));
        File.CreateSymbolicLink(Path.Combine(_folder, "link.csv"), data);
        Directory.CreateSymbolicLink(Path.Combine(_folder, "linked"), _folder);
        byte[] before = File.ReadAllBytes(data);

        (int code, string error) = Run("--data", data, "--history", Path.Combine(_folder, name), "--steps", "1");

        Assert.Equal(2, code);
        Assert.Contains("this is the file of the data", error, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(data));
    }

    [Fact]
    public void AFailedRun_LeavesTheEarlierHistory()
    {
        string history = Path.Combine(_folder, "history.csv");
        File.WriteAllText(history, "earlier");
        string single = Path.Combine(_folder, "single.csv");
        File.WriteAllLines(single, ["x,class", .. Enumerable.Range(0, 30).Select(i => $"{i},1")]);

        (int code, string error) = Run("--data", single, "--history", history);

        Assert.Equal(2, code);
        Assert.Contains("all 30 samples are of one class", error, StringComparison.Ordinal);
        Assert.Equal("earlier", File.ReadAllText(history));
        Assert.Equal(2, Directory.GetFiles(_folder).Length);
    }

    [Fact]
    public void OutputFiles_AreReplacedWhenTheyAreKept_AndOnlyThen()
    {
        string path = Path.Combine(_folder, "file.csv");
        File.WriteAllText(path, "earlier");
        using (OutputFile file = OutputFile.Open("--csv", path))
        {
            Assert.Throws<InvalidOperationException>(() => file.Keep(writer => { writer.Write("half"); throw new InvalidOperationException(); }));
        }

        Assert.Equal("earlier", File.ReadAllText(path));
        using (OutputFile file = OutputFile.Open("--csv", path))
        {
            file.Keep(writer => writer.Write("whole"));
        }

        Assert.Equal("whole", File.ReadAllText(path));
        Assert.Single(Directory.GetFiles(_folder));
        Assert.Throws<OutputException>(() => OutputFile.Open("--csv", string.Empty));
        Assert.Throws<OutputException>(() => OutputFile.Open("--csv", _folder));
    }

    [Fact]
    public void AFullDisk_IsAMessage()
    {
        if (File.Exists("/dev/full"))
        {
            (int code, string error) = Run("--steps", "1", "--history", "/dev/full");
            Assert.Equal(2, code);
            Assert.StartsWith("error: /dev/full: ", error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public void BadVariables_AreAMessage(string program)
    {
        foreach ((string variable, string value) in new[] { ("HYPERDIFF_THREADS", "many"), ("HYPERDIFF_BLAS", "/no/such/library.so") })
        {
            (int code, string error) = Start(program, variable, value);
            Assert.Equal(2, code);
            Assert.StartsWith("error: ", error, StringComparison.Ordinal);
            Assert.Contains(variable, error, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        }
    }

    [SkippableTheory]
    [InlineData("LogisticRegression --steps 100000 --history", "files are as they were", true)]
    [InlineData("QuadraticBenchmark --calls 100000000 --csv", "files are as they were", true)]
    [InlineData("Gallery letters --report", "a report, if one was asked for, shows the steps until then", false)]
    public void AnInterruptedRun_SaysWhatIsLeft(string program, string left, bool earlier)
    {
        Skip.If(OperatingSystem.IsWindows(), "processes are not sent signals there");
        string path = Path.Combine(_folder, "file");
        File.WriteAllText(path, "earlier");
        using Process process = Begin($"{program} {path}");
        Task<string> error = process.StandardError.ReadToEndAsync();
        if (program.StartsWith("Quadratic", StringComparison.Ordinal))
        {
            // the file beside, which is made before the work begins
            Assert.True(SpinWait.SpinUntil(() => Directory.GetFiles(_folder).Length > 1, TimeSpan.FromMinutes(1)));
        }
        else
        {
            // the first step
            Assert.NotNull(process.StandardOutput.ReadLine());
        }

        using (Process kill = Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)]))
        {
            kill.WaitForExit();
        }

        process.StandardOutput.ReadToEnd();
        process.WaitForExit();

        Assert.Equal((130, $"error: interrupted; {left}\n"), (process.ExitCode, error.Result));
        Assert.Equal([path], Directory.GetFiles(_folder));
        Assert.Equal(earlier, File.ReadAllText(path) == "earlier");
    }

    [Theory]
    [InlineData(20)]
    [InlineData(40)]
    [InlineData(200)]
    public void ATable_IsReadableAtEveryWidth(int width)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture);
        IAnsiConsole console = Terminal.Over(text);
        console.Profile.Width = width;
        var table = new ReportTable("What changed", "change of", "lower quartile", "upper quartile");
        table.AddRow("validation loss", "-0.1234", "0.5678");
        table.Write(console);

        Assert.All(["-0.1234", "0.5678"], number => Assert.Contains(number, text.ToString(), StringComparison.Ordinal));
        Assert.Equal(width == 200, text.ToString().Contains('│', StringComparison.Ordinal));
        Assert.All(text.ToString().Split('\n'), line => Assert.True(line.Length <= width));
    }

    private static (int Code, string Error) Run(params string[] args)
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        using var error = new StringWriter(CultureInfo.InvariantCulture);
        return (LogisticRegression.CommandLine.Run(args, output, error), error.ToString());
    }

    // in a process of its own, since the backend reads its variables once
    private (int Code, string Error) Start(string program, string variable, string value)
    {
        using Process process = Begin(program, (variable, value));
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        string error = process.StandardError.ReadToEnd();
        output.Wait();
        process.WaitForExit();
        return (process.ExitCode, error);
    }

    private Process Begin(string program, params ReadOnlySpan<(string Variable, string Value)> environment)
    {
        string[] words = program.Split(' ');
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, $"{words[0]}.dll"), .. words[1..]])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            WorkingDirectory = _folder
        };
        foreach ((string variable, string value) in environment)
        {
            start.Environment[variable] = value;
        }

        return Process.Start(start)!;
    }
}
