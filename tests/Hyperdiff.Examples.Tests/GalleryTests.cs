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
        string[] listed = Run().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(GalleryJob.All.Select(job => job.Name), listed.Select(line => line[..line.IndexOf("  ", StringComparison.Ordinal)]));
        (int code, string output, string error) = Run("none");
        Assert.Equal((2, string.Empty), (code, output));
        Assert.StartsWith("error: none: no such job; there are ", error, StringComparison.Ordinal);
        Assert.Equal((2, string.Empty, $"error: --report: the name of the file is empty{Environment.NewLine}"), Run("--report", string.Empty));
    }

    [Fact]
    public void EveryJob_IsOneFileOfAtMost120Lines_AndInTheReadme()
    {
        string folder = Path.Combine(Root(), "examples", "Gallery"), readme = File.ReadAllText(Path.Combine(folder, "README.md"));

        Assert.Equal(GalleryJob.All.Count, Directory.GetFiles(folder, "*Job.cs").Length - 1);
        Assert.All(Directory.GetFiles(folder, "*Job.cs"), file => Assert.InRange(File.ReadAllLines(file).Length, 1, 120));
        Assert.All(GalleryJob.All, job => Assert.Contains($"`{job.Name}`", readme, StringComparison.Ordinal));
    }

    [Fact]
    public void Data_HaveThePublishedSizesAndClasses()
    {
        Dataset digits = Setting.Digits();
        Tensor letters = IdxFile.Read(Path.Combine(AppContext.BaseDirectory, "data", "letter-recognition.idx.gz"));

        Assert.Equal((new Shape(1797, 64), 0.0, 1.0), (digits.X.Shape, digits.X.Min().ToScalar(), digits.X.Max().ToScalar()));
        Assert.Equal([178, 182, 177, 183, 181, 182, 181, 179, 174, 180], Counts(digits.Y));

        // as many of every letter as the UCI repository states
        Assert.Equal((new Shape(20_000, 17), 15), (letters.Shape, letters[.., ..16].Max().ToArray<int>()[0]));
        Assert.Equal(
            [789, 766, 736, 805, 768, 775, 773, 734, 755, 747, 739, 761, 792, 783, 753, 803, 783, 758, 748, 796, 813, 764, 752, 787, 786, 734],
            Counts(letters[.., 16]));
    }

    private static int[] Counts(Tensor labels) => [.. labels.ToArray<int>().CountBy(y => y).OrderBy(pair => pair.Key).Select(pair => pair.Value)];

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
