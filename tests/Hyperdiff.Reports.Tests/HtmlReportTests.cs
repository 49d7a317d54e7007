using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Hyperdiff.Reports.Tests;

/// <summary>The report as a file: what stands in it, and what does not.</summary>
public sealed partial class HtmlReportTests
{
    [Fact]
    public void TheFile_LoadsNothing()
    {
        string html = Written(SampleRun.Of(100));

        Assert.DoesNotContain("http", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotMatch(Loading(), html);
    }

    [Fact]
    public void Text_IsTextAndWhatUsersWrite_IsEscaped()
    {
        string html = Written(SampleRun.Of(100), report =>
        {
            report.Attach("Check <1>", "PASS: a < b && c > \"d\"\n  second line \u0001");
        });

        Assert.Contains("Net&lt;b&gt;.&quot;W&quot;, &amp; ℓ", html, StringComparison.Ordinal);
        Assert.Contains("in &lt;3&gt; of 128 elements &amp; &quot;more&quot;", html, StringComparison.Ordinal);
        Assert.Contains("<h2>Check &lt;1&gt;</h2><pre tabindex=\"0\">PASS: a &lt; b &amp;&amp; c &gt; &quot;d&quot;\n  second line \uFFFD</pre>", html,
            StringComparison.Ordinal);
        Assert.DoesNotContain("Net<b>", html, StringComparison.Ordinal);
        Assert.Contains("‖∇ℓ‖", html, StringComparison.Ordinal);

        // labels of axes are text, not outlines of letters
        Assert.Contains(Drawings(html)[0].Descendants("text"), text => text.Value == "20");
        Assert.Empty(Drawings(html).SelectMany(svg => svg.Descendants("path")));
    }

    [Fact]
    public void EveryDrawing_HasATitleADescriptionAndNamesOfItsOwn()
    {
        string html = Written(SampleRun.Of(100));
        XElement[] drawings = Drawings(html);

        Assert.True(drawings.Length >= 8);
        Assert.All(drawings, svg =>
        {
            string[] named = ((string)svg.Attribute("aria-labelledby")!).Split(' ');
            Assert.Equal(named, (string[])[(string)svg.Element("title")!.Attribute("id")!, (string)svg.Element("desc")!.Attribute("id")!]);
            Assert.NotEmpty(svg.Element("title")!.Value);
            Assert.NotEmpty(svg.Element("desc")!.Value);
            Assert.All(svg.Descendants().Attributes("clip-path"), clip =>
                Assert.Contains(svg.Descendants("clipPath"), path => clip.Value == $"url(#{(string)path.Attribute("id")!})"));
        });
        string[] ids = [.. drawings.SelectMany(svg => svg.DescendantsAndSelf().Attributes("id")).Select(id => id.Value)];
        Assert.Equal(ids.Distinct(), ids);
    }

    [Fact]
    public void Colors_AreThoseOfThePage()
    {
        string[] colors = [.. Drawings(Written(SampleRun.Of(100))).SelectMany(svg => svg.Descendants().Attributes())
            .Where(attribute => attribute.Name.LocalName is "style" or "fill" or "stroke").SelectMany(attribute => Color().Matches(attribute.Value))
            .Select(match => match.Value).Distinct()];

        // transparency is drawn, and seen by nobody
        Assert.NotEmpty(colors);
        Assert.All(colors, color => Assert.StartsWith("var(", color, StringComparison.Ordinal));
    }

    [Fact]
    public void TheSummary_SaysWhatIsToBeTrusted()
    {
        string html = Written(SampleRun.Of(100));

        Assert.Matches(@"Trusted steps</th><td class=""n""><span class=""bad"">98 of 100", html);
        Assert.Contains("<td class=\"bad\">MaxIterations</td><td class=\"n\">2</td><td>36, 73</td>", html, StringComparison.Ordinal);
        Assert.Contains("rolled back", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void ShortRuns_HaveAReport(int steps)
    {
        string html = Written(SampleRun.Of(steps));

        Assert.Equal(steps > 0, Drawings(html).Length > 0);
        Assert.Contains(steps == 0 ? "no steps yet" : $"Ridge: {steps} step", html, StringComparison.Ordinal);
    }

    [Fact]
    public void NumbersOfEverySize_AreDrawn()
    {
        double[] hostile =
        [
            double.NaN, double.PositiveInfinity, double.NegativeInfinity, 0, -1, 1e308, -1e308, 5e-324, -0.0, double.MaxValue, double.MinValue, 1,
            1e-300, 1e300,
        ];
        foreach (Func<int, double> value in (Func<int, double>[])[
            k => hostile[k % hostile.Length], k => double.NaN, k => 0, k => -1e299 + k, k => 1e299 * k, k => double.PositiveInfinity, k => 5e-324 * k,
            k => 1 + (k * 1e-16), k => k == 0 ? 1e-300 : 1e299])
        {
            StepRecord[] run = [.. Enumerable.Range(0, 30).Select(k => new StepRecord
            {
                Step = k, Value = value(k), GradientNorm = value(k + 1), GradientError = value(k + 2), Validation = value(k + 3),
                Reports = [new SolveReport("inner, f", SolveStatus.Converged, k, value(k), value(k), 0, 0, value(k))],
                Hyper = [new Leaf("a", Tensor.From([value(k), 1.0]), false), new Leaf("b", Tensor.Full([20], value(k)), false)],
            })];

            Assert.Equal(7, Drawings(Written(run)).Length + (run.All(step => step.IsTrusted) ? 1 : 0));
        }
    }

    [Fact]
    public void ALongRun_GivesAFileOfReasonableSize()
    {
        string html = Written(SampleRun.Of(10_000));

        // two points per column of pixels and curve, some twenty characters each
        Assert.InRange(html.Length, 10_000, 1_200_000);
    }

    [Fact]
    public void Decimation_KeepsExtremesAndGaps()
    {
        OxyPlot.DataPoint[] points = [.. Enumerable.Range(0, 100_000).Select(i => new OxyPlot.DataPoint(
            i, i == 54_321 ? 1e9 : i == 12_345 ? -1e9 : i == 77_777 ? double.NaN : Math.Sin(i)))];
        OxyPlot.DataPoint[] kept = [.. Decimation.ByColumn(points, 500)];

        Assert.InRange(kept.Length, 500, 1502);
        Assert.Contains(points[54_321], kept);
        Assert.Contains(points[12_345], kept);
        Assert.Contains(kept, point => double.IsNaN(point.Y));
        Assert.Equal(kept.OrderBy(point => point.X), kept);
    }

    [Fact]
    public void TwoRuns_StandBesideEachOther()
    {
        using TemporaryFolder folder = SampleRun.Folder();
        HtmlReport.Write(folder["both.html"], "Adam & SGD", RunHistory.Of("Adam", SampleRun.Of(50)), RunHistory.Of("SGD <0.1>", SampleRun.Of(80, seed: 2)));
        string html = File.ReadAllText(folder["both.html"]);

        Assert.Contains("<th class=\"n\" scope=\"col\">SGD &lt;0.1&gt;</th>", html, StringComparison.Ordinal);
        Assert.Contains("value, SGD &lt;0.1&gt;", html, StringComparison.Ordinal);
        Assert.Contains("<h3>Adam</h3>", html, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => HtmlReport.Write(folder["none.html"], "none"));
    }

    [Fact]
    public void TheFile_IsReplacedWholeAndNowAndThen()
    {
        using TemporaryFolder folder = SampleRun.Folder();
        File.WriteAllText(folder["a.html"], "the report of yesterday");
        using var report = new HtmlReport(folder["a.html"], "first") { Interval = TimeSpan.Zero };
        Assert.Equal("the report of yesterday", File.ReadAllText(folder["a.html"]));

        report.Report(SampleRun.Of(1)[0]);
        report.Report(SampleRun.Of(2)[1]);
        Assert.EndsWith("</body></html>\n", File.ReadAllText(folder["a.html"]), StringComparison.Ordinal);
        Assert.Single(Directory.EnumerateFiles(Path.GetDirectoryName(folder["a.html"])!));
    }

    [Fact]
    public void AFullDisk_IsNamed()
    {
        Skip.IfNot(File.Exists("/dev/full"), "there is no /dev/full");
        var exception = Assert.Throws<IOException>(() => HtmlReport.Write("/dev/full", "a", RunHistory.Of("a", SampleRun.Of(3))));

        Assert.StartsWith("/dev/full: the report could not be written: ", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AResumedRun_ReplacesItsSteps()
    {
        StepRecord[] run = SampleRun.Of(60), again = SampleRun.Of(60, seed: 2);

        Assert.Equal(
            ReportPage.Of("a", [RunHistory.Of("a", [.. run[..40], .. again[40..]])]), ReportPage.Of("a", [RunHistory.Of("a", [.. run[..44], .. again[40..]])]));
    }

    internal static string Written(IEnumerable<StepRecord> run, Action<HtmlReport>? attach = null)
    {
        using TemporaryFolder folder = SampleRun.Folder();
        using (var report = new HtmlReport(folder["a.html"], "Ridge") { Title = "Ridge <regression>" })
        {
            foreach (StepRecord step in run)
            {
                report.Report(step);
            }

            attach?.Invoke(report);
        }

        return File.ReadAllText(folder["a.html"]);
    }

    private static XElement[] Drawings(string html) => [.. Svg().Matches(html).Select(match => XElement.Parse(match.Value))];

    [GeneratedRegex("<svg.*?</svg>", RegexOptions.Singleline)]
    private static partial Regex Svg();

    [GeneratedRegex(@"rgb\([^)]*\)|var\([^)]*\)|black|white")]
    private static partial Regex Color();

    [GeneratedRegex(@"<(script|link|img|iframe|object|embed|image|use)\b|@import|url\((?!#)|\b(src|href)=", RegexOptions.IgnoreCase)]
    private static partial Regex Loading();
}
