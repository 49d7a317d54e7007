using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;

namespace Hyperdiff.Packages.Tests;

/// <summary>What stands in the packages.</summary>
[Collection(PackedFeedCollection.Name)]
public sealed class PackageContentTests(PackedFeed feed)
{
    [Fact]
    public void Pack_MakesThesePackages() => Assert.Equal(
        ["Hyperdiff", "Hyperdiff.FSharp", "Hyperdiff.Templates"],
        Directory.EnumerateFiles(feed.Packages, "*.nupkg").Select(path => Path.GetFileName(path)[..^$".{feed.Version}.nupkg".Length]).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("Hyperdiff", "lib/net10.0/Hyperdiff.dll", "lib/net10.0/Hyperdiff.xml", "lib/net10.0/Hyperdiff.Abstractions.dll", "lib/net10.0/Hyperdiff.Abstractions.xml",
        "analyzers/dotnet/cs/Hyperdiff.Generators.dll", "build/Hyperdiff.targets", "buildTransitive/Hyperdiff.targets", "README.md")]
    [InlineData("Hyperdiff.FSharp", "lib/net10.0/Hyperdiff.FSharp.dll", "lib/net10.0/Hyperdiff.FSharp.xml", "README.md")]
    public void Library_HoldsAssembliesAndDocumentation(string package, params string[] files)
    {
        string[] own = [.. Entries($"{package}.{feed.Version}.nupkg").Where(entry => entry.Contains('/', StringComparison.Ordinal) && !entry.StartsWith('_') && !entry.StartsWith("package/", StringComparison.Ordinal))];

        Assert.Equal(files.Where(file => file.Contains('/', StringComparison.Ordinal)).Order(StringComparer.Ordinal), own.Order(StringComparer.Ordinal));
        Assert.Contains("README.md", Entries($"{package}.{feed.Version}.nupkg"));
    }

    [Fact]
    public void Symbols_AreThoseOfEveryLibrary()
    {
        Assert.Equal(["lib/net10.0/Hyperdiff.Abstractions.pdb", "lib/net10.0/Hyperdiff.pdb"], Symbols("Hyperdiff"));
        Assert.Equal(["lib/net10.0/Hyperdiff.FSharp.pdb"], Symbols("Hyperdiff.FSharp"));
    }

    [Theory]
    [InlineData("Hyperdiff", "System.Numerics.Tensors")]
    [InlineData("Hyperdiff.FSharp", "FSharp.Core", "Hyperdiff", "System.Numerics.Tensors")]
    [InlineData("Hyperdiff.Templates")]
    public void Metadata_SaysLicenceReadmeAndDependencies(string package, params string[] dependencies)
    {
        XElement metadata = Metadata(package);
        XNamespace space = metadata.Name.Namespace;

        Assert.Equal("MIT", metadata.Element(space + "license")?.Value);
        Assert.Equal("README.md", metadata.Element(space + "readme")?.Value);
        Assert.NotEqual("Package Description", metadata.Element(space + "description")?.Value);
        Assert.Equal(dependencies, metadata.Descendants(space + "dependency").Select(dependency => dependency.Attribute("id")!.Value).Order(StringComparer.Ordinal));
    }

#if !DEBUG
    [Fact]
    public void Assemblies_AreDeterministic_AndNameNoFolderOfThisMachine()
    {
        foreach (string library in new[] { "Hyperdiff", "Hyperdiff.Abstractions" })
        {
            using ZipArchive package = ZipFile.OpenRead(Path.Combine(feed.Packages, $"Hyperdiff.{feed.Version}.nupkg"));
            using var bytes = new MemoryStream();
            using (Stream entry = package.GetEntry($"lib/net10.0/{library}.dll")!.Open())
            {
                entry.CopyTo(bytes);
            }

            bytes.Position = 0;
            using var assembly = new PEReader(bytes);
            Assert.Contains(assembly.ReadDebugDirectory(), entry => entry.Type == DebugDirectoryEntryType.Reproducible);
        }

        using ZipArchive symbols = ZipFile.OpenRead(Path.Combine(feed.Packages, $"Hyperdiff.{feed.Version}.snupkg"));
        using var pdb = new MemoryStream();
        using (Stream entry = symbols.GetEntry("lib/net10.0/Hyperdiff.pdb")!.Open())
        {
            entry.CopyTo(pdb);
        }

        pdb.Position = 0;
        using MetadataReaderProvider provider = MetadataReaderProvider.FromPortablePdbStream(pdb);
        MetadataReader reader = provider.GetMetadataReader();
        Assert.All(reader.Documents, document => Assert.StartsWith("/_/", reader.GetString(reader.GetDocument(document).Name), StringComparison.Ordinal));
    }
#endif

    private string[] Entries(string file)
    {
        using ZipArchive archive = ZipFile.OpenRead(Path.Combine(feed.Packages, file));
        return [.. archive.Entries.Select(entry => entry.FullName)];
    }

    private IEnumerable<string> Symbols(string package) =>
        Entries($"{package}.{feed.Version}.snupkg").Where(entry => entry.EndsWith(".pdb", StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    private XElement Metadata(string package)
    {
        using ZipArchive archive = ZipFile.OpenRead(Path.Combine(feed.Packages, $"{package}.{feed.Version}.nupkg"));
        using Stream entry = archive.GetEntry($"{package}.nuspec")!.Open();
        return XDocument.Load(entry).Root!.Elements().Single();
    }
}
