using System.Globalization;
using Gallery;

namespace Hyperdiff.Examples.Tests;

/// <summary>Every job of the gallery shows, on a small setting, what it is to show.</summary>
public sealed class GalleryTests
{
    /// <summary>The jobs.</summary>
    public static TheoryData<string> Jobs => [.. GalleryJob.All.Select(job => job.Name)];

    [Theory]
    [MemberData(nameof(Jobs))]
    public void Job_ShowsWhatItIsToShow(string job)
    {
        (int code, string output, string error) = Run(job, "--quick");

        Assert.Equal((0, string.Empty), (code, error));
        Assert.Contains("holds: ", output, StringComparison.Ordinal);
    }

    [Fact]
    public void NoName_ListsTheJobs_AndAWrongOneSaysSo()
    {
        Assert.Equal(GalleryJob.All.Count, Run().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        (int code, string output, string error) = Run("none");
        Assert.Equal((2, string.Empty), (code, output));
        Assert.StartsWith("error: none: no such job; there are ", error, StringComparison.Ordinal);
    }

    [Fact]
    public void EveryJob_IsOneFileOfAtMost120Lines_AndInTheReadme()
    {
        string folder = Path.Combine(Root(), "examples", "Gallery"), readme = File.ReadAllText(Path.Combine(folder, "README.md"));

        Assert.Equal(GalleryJob.All.Count, Directory.GetFiles(folder, "*Job.cs").Length - 1);
        Assert.All(Directory.GetFiles(folder, "*Job.cs"), file => Assert.InRange(File.ReadAllLines(file).Length, 1, 120));
        Assert.All(GalleryJob.All, job => Assert.Contains($"`{job.Name}`", readme, StringComparison.Ordinal));
    }

    private static string Root()
    {
        DirectoryInfo folder = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Hyperdiff.sln")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("No folder above the tests holds Hyperdiff.sln.");
        }

        return folder.FullName;
    }

    private static (int Code, string Output, string Error) Run(params string[] args)
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        using var error = new StringWriter(CultureInfo.InvariantCulture);
        int code = Gallery.CommandLine.Run(args, output, error);
        return (code, output.ToString(), error.ToString());
    }
}
