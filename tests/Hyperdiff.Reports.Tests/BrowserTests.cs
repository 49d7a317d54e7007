using System.Diagnostics;

namespace Hyperdiff.Reports.Tests;

/// <summary>The report opened in Chromium: it is shown as it is written, light and dark, wide and narrow, and nothing is said on the console of the
/// browser.</summary>
public sealed class BrowserTests
{
    [BrowserFact]
    public void AReport_IsShown()
    {
        using TemporaryFolder folder = SampleRun.Folder();
        File.WriteAllText(folder["a.html"], HtmlReportTests.Written(SampleRun.Of(60)));
        (string dom, string said) = Run(folder, "--enable-logging=stderr", "--v=0", "--dump-dom", folder["a.html"]);

        Assert.DoesNotContain("CONSOLE", said, StringComparison.Ordinal);
        Assert.Contains("</figure>", dom, StringComparison.Ordinal);
        Assert.Equal(dom.Split("<svg").Length, dom.Split("</svg>").Length);
    }

    [BrowserFact]
    public void APicture_IsTakenOfIt_LightWide() => TakePicture(1, 1280);

    [BrowserFact]
    public void APicture_IsTakenOfIt_DarkNarrow() => TakePicture(0, 400);

    private static void TakePicture(int scheme, int width)
    {
        using TemporaryFolder folder = SampleRun.Folder();
        File.WriteAllText(folder["a.html"], HtmlReportTests.Written(SampleRun.Of(60)));
        Run(folder, $"--blink-settings=preferredColorScheme={scheme}", $"--window-size={width},1200", "--hide-scrollbars", $"--screenshot={folder["a.png"]}",
            folder["a.html"]);

        // a page that shows nothing compresses to a few kilobytes
        Assert.InRange(new FileInfo(folder["a.png"]).Length, 20_000, 5_000_000);
    }

    private static (string Output, string Errors) Run(TemporaryFolder folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(BrowserFactAttribute.Browser!) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in (string[])["--headless=new", "--no-sandbox", "--disable-gpu", $"--user-data-dir={folder["profile"]}", .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        Assert.True(process.WaitForExit(60_000), "Chromium did not end within a minute");
        return (output, errors.Result);
    }
}
