using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;

namespace Hyperdiff.Packages.Tests;

/// <summary>What stands in the packages.</summary>
[Collection(SharedPackedFeed.Name)]
public sealed class PackageContentTests(PackedFeed feed)
{
#if DEBUG
    private const string? Skip = "paths of sources are mapped in Release builds";
#else
    private const string? Skip = null;
#endif

    [Fact]
    public void Pack_MakesThesePackages() => Assert.Equal(
        ["Hyperdiff", "Hyperdiff.Data", "Hyperdiff.FSharp", "Hyperdiff.Logging", "Hyperdiff.Mpi", "Hyperdiff.Reports", "Hyperdiff.Templates",
            "Hyperdiff.Testing"],
        Directory.EnumerateFiles(feed.Packages, "*.nupkg").Select(path => Path.GetFileName(path)[..^$".{feed.Version}.nupkg".Length])
            .Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("Hyperdiff", "README.md", "analyzers/dotnet/cs/Hyperdiff.CodeFixes.dll", "analyzers/dotnet/cs/Hyperdiff.Generators.dll",
        "build/Hyperdiff.targets", "buildTransitive/Hyperdiff.targets", "icon.png",
        "lib/net10.0/Hyperdiff.Abstractions.dll", "lib/net10.0/Hyperdiff.Abstractions.xml", "lib/net10.0/Hyperdiff.dll", "lib/net10.0/Hyperdiff.xml")]
    [InlineData("Hyperdiff.Data", "README.md", "icon.png", "lib/net10.0/Hyperdiff.Data.dll", "lib/net10.0/Hyperdiff.Data.xml")]
    [InlineData("Hyperdiff.FSharp", "README.md", "content/Hyperdiff.FSharp.fsx", "icon.png",
        "lib/net10.0/Hyperdiff.FSharp.dll", "lib/net10.0/Hyperdiff.FSharp.xml")]
    [InlineData("Hyperdiff.Logging", "README.md", "icon.png", "lib/net10.0/Hyperdiff.Logging.dll", "lib/net10.0/Hyperdiff.Logging.xml")]
    [InlineData("Hyperdiff.Mpi", "README.md", "icon.png", "lib/net10.0/Hyperdiff.Mpi.dll", "lib/net10.0/Hyperdiff.Mpi.xml")]
    [InlineData("Hyperdiff.Reports", "README.md", "icon.png", "lib/net10.0/Hyperdiff.Reports.dll", "lib/net10.0/Hyperdiff.Reports.xml")]
    [InlineData("Hyperdiff.Testing", "README.md", "icon.png", "lib/net10.0/Hyperdiff.Testing.dll", "lib/net10.0/Hyperdiff.Testing.xml")]
    public void Library_HoldsAssembliesDocumentationAndNothingElse(string package, params string[] files) =>
        Assert.Equal(files, Entries($"{package}.{feed.Version}.nupkg")
            .Where(entry => !IsBookkeeping(entry) && !entry.StartsWith("runtimes/", StringComparison.Ordinal)).Order(StringComparer.Ordinal));

    [SkippableTheory]
    [InlineData("linux-arm64", Machine.Arm64, 0x7B79)]
    [InlineData("linux-x64", Machine.Amd64, 0x7B79)]
    [InlineData("osx-arm64", Machine.Arm64, 0x4644)]
    [InlineData("win-x64", Machine.Amd64, 0)]
    public void EveryPlatform_HasTheSameAssembliesCompiledForIt(string platform, Machine machine, int system)
    {
        feed.SkipUnlessCompiledFor(platform);
        string file = $"Hyperdiff.{feed.Version}.nupkg", folder = $"runtimes/{platform}/lib/net10.0/";
        string[] libraries = [.. Entries(file).Where(entry => entry.StartsWith(folder, StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

        // all of lib, of which nothing is loaded where there is a folder for the platform
        Assert.Equal([folder + "Hyperdiff.Abstractions.dll", folder + "Hyperdiff.dll"], libraries);
        Assert.All(libraries, library =>
        {
            using var compiled = new PEReader(Copy(file, library));
            using var portable = new PEReader(Copy(file, library.Replace(folder, "lib/net10.0/", StringComparison.Ordinal)));

            Assert.True(compiled.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size > 0, library);
            Assert.Equal(0, portable.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size);
            Assert.Equal((int)machine ^ system, (int)(ushort)compiled.PEHeaders.CoffHeader.Machine);

            // the same code, with the same symbols
            Assert.Equal(Module(portable), Module(compiled));
            Assert.Equal(Symbols(portable), Symbols(compiled));
        });
    }

    [Fact]
    public void NoOtherPlatform_IsPacked() => Assert.Empty(
        Entries($"Hyperdiff.{feed.Version}.nupkg").Where(entry => entry.StartsWith("runtimes/", StringComparison.Ordinal))
            .Select(entry => entry.Split('/')[1]).Except(PackedFeed.Platforms));

    [Fact]
    public void Symbols_AreThoseOfEveryLibrary()
    {
        Assert.Equal(["lib/net10.0/Hyperdiff.Abstractions.pdb", "lib/net10.0/Hyperdiff.pdb"], Symbols("Hyperdiff"));
        Assert.Equal(["lib/net10.0/Hyperdiff.Data.pdb"], Symbols("Hyperdiff.Data"));
        Assert.Equal(["lib/net10.0/Hyperdiff.FSharp.pdb"], Symbols("Hyperdiff.FSharp"));
        Assert.Equal(["lib/net10.0/Hyperdiff.Logging.pdb"], Symbols("Hyperdiff.Logging"));
        Assert.Equal(["lib/net10.0/Hyperdiff.Mpi.pdb"], Symbols("Hyperdiff.Mpi"));
        Assert.Equal(["lib/net10.0/Hyperdiff.Reports.pdb"], Symbols("Hyperdiff.Reports"));
        Assert.Equal(["lib/net10.0/Hyperdiff.Testing.pdb"], Symbols("Hyperdiff.Testing"));
    }

    [Theory]
    [InlineData("Hyperdiff", "System.Numerics.Tensors")]
    [InlineData("Hyperdiff.Data", "CsvHelper", "Hyperdiff", "Parquet.Net", "System.Numerics.Tensors")]
    [InlineData("Hyperdiff.FSharp", "FSharp.Core", "Hyperdiff", "System.Numerics.Tensors")]
    [InlineData("Hyperdiff.Logging", "Hyperdiff", "Microsoft.Extensions.Logging.Abstractions", "System.Numerics.Tensors")]
    [InlineData("Hyperdiff.Mpi", "Hyperdiff", "System.Numerics.Tensors")]
    [InlineData("Hyperdiff.Reports", "CsvHelper", "Hyperdiff", "OxyPlot.Core", "Spectre.Console", "System.Numerics.Tensors")]
    [InlineData("Hyperdiff.Testing", "Hyperdiff", "System.Numerics.Tensors")]
    [InlineData("Hyperdiff.Templates")]
    public void Metadata_SaysLicenceReadmeIconAndDependencies(string package, params string[] dependencies)
    {
        XElement metadata = Metadata(package);
        XNamespace space = metadata.Name.Namespace;

        Assert.Equal("MIT", metadata.Element(space + "license")?.Value);
        Assert.Equal("README.md", metadata.Element(space + "readme")?.Value);
        Assert.Equal("icon.png", metadata.Element(space + "icon")?.Value);
        Assert.NotEqual("Package Description", metadata.Element(space + "description")?.Value);
        Assert.Contains("CHANGELOG.md", metadata.Element(space + "releaseNotes")?.Value, StringComparison.Ordinal);
        Assert.Contains("hypergradient", metadata.Element(space + "tags")?.Value, StringComparison.Ordinal);
        Assert.Equal(
            dependencies, metadata.Descendants(space + "dependency").Select(dependency => dependency.Attribute("id")!.Value).Order(StringComparer.Ordinal));
    }

    [Fact(Skip = Skip)]
    public void Assemblies_AreDeterministic_AndNameNoFolderOfThisMachine()
    {
        foreach (string library in new[] { "Hyperdiff", "Hyperdiff.Abstractions" })
        {
            using var assembly = new PEReader(Copy($"Hyperdiff.{feed.Version}.nupkg", $"lib/net10.0/{library}.dll"));
            Assert.Contains(assembly.ReadDebugDirectory(), entry => entry.Type == DebugDirectoryEntryType.Reproducible);

            using var provider = MetadataReaderProvider.FromPortablePdbStream(Copy($"Hyperdiff.{feed.Version}.snupkg", $"lib/net10.0/{library}.pdb"));
            MetadataReader symbols = provider.GetMetadataReader();
            Assert.All(symbols.Documents, document =>
                Assert.StartsWith("/_", symbols.GetString(symbols.GetDocument(document).Name), StringComparison.Ordinal));
        }
    }

    private static Guid Module(PEReader assembly)
    {
        MetadataReader metadata = assembly.GetMetadataReader();
        return metadata.GetGuid(metadata.GetModuleDefinition().Mvid);
    }

    private static Guid Symbols(PEReader assembly) =>
        assembly.ReadCodeViewDebugDirectoryData(assembly.ReadDebugDirectory().First(entry => entry.Type == DebugDirectoryEntryType.CodeView)).Guid;

    private MemoryStream Copy(string file, string name)
    {
        using ZipArchive archive = ZipFile.OpenRead(Path.Combine(feed.Packages, file));
        using Stream entry = archive.GetEntry(name)!.Open();
        var copy = new MemoryStream();
        entry.CopyTo(copy);
        copy.Position = 0;
        return copy;
    }
    private string[] Entries(string file)
    {
        using ZipArchive archive = ZipFile.OpenRead(Path.Combine(feed.Packages, file));
        return [.. archive.Entries.Select(entry => entry.FullName)];
    }

    // what every package has
    private static bool IsBookkeeping(string entry) => entry.StartsWith("_rels/", StringComparison.Ordinal)
        || entry.StartsWith("package/", StringComparison.Ordinal) || entry.EndsWith(".nuspec", StringComparison.Ordinal) || entry.StartsWith('[');

    private IEnumerable<string> Symbols(string package) =>
        Entries($"{package}.{feed.Version}.snupkg").Where(entry => entry.EndsWith(".pdb", StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    private XElement Metadata(string package)
    {
        using ZipArchive archive = ZipFile.OpenRead(Path.Combine(feed.Packages, $"{package}.{feed.Version}.nupkg"));
        using Stream entry = archive.GetEntry($"{package}.nuspec")!.Open();
        return XDocument.Load(entry).Root!.Elements().Single();
    }
}
