using System.Globalization;
using System.Text;
using Spectre.Console;

namespace Hyperdiff.Reports.Tests;

/// <summary>The line on a terminal, and the lines elsewhere.</summary>
public sealed class ConsoleProgressTests
{
    private const string Hide = "\u001b[?25l";
    private const string Show = "\u001b[?25h";
    private const string Erase = "\r\u001b[2K";

    [Theory]
    [InlineData(100, 120)]
    [InlineData(null, 120)]
    [InlineData(100, 60)]
    [InlineData(100, 20)]
    [InlineData(null, 3)]
    [InlineData(0, 80)]
    public void OnATerminal_OneLineIsDrawnAnew(int? steps, int width)
    {
        var written = new StringWriter(CultureInfo.InvariantCulture);
        using (ConsoleProgress progress = new(steps, Terminal(written, width)) { Interval = TimeSpan.Zero })
        {
            Report(progress, SampleRun.Of(30).Select(step => step with { Warnings = [] }));
        }

        string text = written.ToString();
        Assert.Equal(30, text.Split(Erase).Length - 1);
        Assert.All(text.Split(Erase)[1..], line => Assert.True(Plain(line).TrimEnd('\n').Length < width, line));
        Assert.EndsWith($"\n{Show}", text, StringComparison.Ordinal);
        Assert.Equal(2, text.Split('\n').Length);
        string made = steps is null ? "30 steps" : string.Create(CultureInfo.InvariantCulture, $"30/{steps} steps");
        Assert.Contains(made[..Math.Min(made.Length, width - 1)], text.Split(Erase)[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void TheCursor_IsHiddenOnce_AndComesBack()
    {
        var written = new StringWriter(CultureInfo.InvariantCulture);
        var progress = new ConsoleProgress(100, Terminal(written, 100)) { Interval = TimeSpan.Zero };
        Report(progress, SampleRun.Of(3));
        Assert.Equal(1, Count(written, Hide));
        Assert.Equal(0, Count(written, Show));

        progress.Dispose();
        progress.Dispose();
        Assert.Equal(1, Count(written, Show));
        Assert.EndsWith(Show, written.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void AfterAnException_TheCursorIsBack()
    {
        var written = new StringWriter(CultureInfo.InvariantCulture);
        Action fails = () =>
        {
            using ConsoleProgress progress = new(100, Terminal(written, 100));
            Report(progress, SampleRun.Of(1));
            throw new TimeoutException();
        };
        Assert.Throws<TimeoutException>(fails);

        Assert.EndsWith(Show, written.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void WithoutSteps_NothingIsWritten()
    {
        var written = new StringWriter(CultureInfo.InvariantCulture);
        new ConsoleProgress(10, Terminal(written, 80)).Dispose();

        Assert.Empty(written.ToString());
    }

    [Fact]
    public void Elsewhere_LinesAreWritten_WithoutEscapes()
    {
        var written = new StringWriter(CultureInfo.InvariantCulture);
        using (ConsoleProgress progress = new(40, Redirected(written)) { Interval = TimeSpan.Zero })
        {
            Report(progress, SampleRun.Of(40));
        }

        string text = written.ToString();
        Assert.DoesNotContain('\u001b', text);
        Assert.DoesNotContain('\r', text);
        Assert.Contains("1/40 steps  value 0.75", text, StringComparison.Ordinal);
        Assert.Contains("step 36 Skipped: inner, Newton-CG of Train: MaxIterations at iteration", text, StringComparison.Ordinal);

        // in one line however long it is, and of a kind of warning only the first
        Assert.Contains("step 3 warning Kink: `Relu` at 0 in <3> of 128 elements & \"more\"\n", text, StringComparison.Ordinal);
        Assert.Equal(2, text.Split("warning").Length);
    }

    [Fact]
    public void Elsewhere_LinesAreFew_AndTheLastStepIsAmongThem()
    {
        var written = new StringWriter(CultureInfo.InvariantCulture);
        using (ConsoleProgress progress = new(null, Redirected(written)))
        {
            Report(progress, SampleRun.Of(30).Select(step => step with { Warnings = [] }));
        }

        Assert.Equal(2, written.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains("30 steps", written.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new[] { 1.0, 2, 3, 4, 5, 6, 7, 8 }, "▁▂▃▄▅▆▇█")]
    [InlineData(new[] { 1.0, 10, 100, 1000 }, "▁▃▆█")]
    [InlineData(new[] { 5.0, 5, 5 }, "▁▁▁")]
    [InlineData(new[] { 1.0, double.NaN, 2, double.PositiveInfinity }, "▁×█×")]
    [InlineData(new[] { double.NaN }, "×")]
    [InlineData(new double[0], "")]
    [InlineData(new[] { -1e308, 1e308 }, "▁█")]
    public void Sparklines_AreHeights(double[] values, string line) => Assert.Equal(line, Sparkline.Of(values, 10));

    [Fact]
    public void Sparklines_AreAsWideAsAsked() => Assert.Equal(24, Sparkline.Of([.. Enumerable.Range(0, 10000).Select(i => (double)i)], 24).Length);

    private static void Report(ConsoleProgress progress, IEnumerable<StepRecord> run)
    {
        foreach (StepRecord step in run)
        {
            progress.Report(step);
        }
    }

    private static int Count(StringWriter written, string part) => written.ToString().Split(part).Length - 1;

    // without what colors and cursors take
    private static string Plain(string text) => System.Text.RegularExpressions.Regex.Replace(text, "\u001b\\[[0-9;?]*[a-zA-Z]", string.Empty);

    private static IAnsiConsole Terminal(StringWriter written, int width) => On(new Output(written, width, IsTerminal: true), AnsiSupport.Yes);

    internal static IAnsiConsole Redirected(StringWriter written) => On(new Output(written, 80, IsTerminal: false), AnsiSupport.No);

    private static IAnsiConsole On(Output output, AnsiSupport ansi)
    {
        IAnsiConsole console = AnsiConsole.Create(
            new AnsiConsoleSettings { Out = output, Ansi = ansi, ColorSystem = ColorSystemSupport.NoColors, Interactive = InteractionSupport.No });
        console.Profile.Capabilities.Unicode = true;
        return console;
    }

    private sealed record Output(TextWriter Writer, int Width, bool IsTerminal) : IAnsiConsoleOutput
    {
        public int Height => 24;

        public void SetEncoding(Encoding encoding)
        {
        }
    }
}
