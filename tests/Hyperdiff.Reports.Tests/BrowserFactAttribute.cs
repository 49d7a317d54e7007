namespace Hyperdiff.Reports.Tests;

/// <summary>A test that opens Chromium, skipped with the reason where there is none: told before it runs, which every runner of tests knows.</summary>
internal sealed class BrowserFactAttribute : FactAttribute
{
    /// <summary>Chromium; null where there is none.</summary>
    public static string? Browser { get; } =
        ((string[])["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]).FirstOrDefault(File.Exists);

    /// <summary>A test.</summary>
    public BrowserFactAttribute() => Skip = Browser is null ? "there is no Chromium on this machine (Debian: chromium)" : null;
}
