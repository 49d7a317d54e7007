using System.Diagnostics;

namespace Hyperdiff.Packages.Tests;

/// <summary>All packages, packed once into a folder outside of the repository, and what a stranger to it has: an empty package cache and home folder, beside
/// the machine's own feeds.</summary>
public sealed class PackedFeed : IDisposable
{
#if DEBUG
    private const string Configuration = "Debug";
#else
    private const string Configuration = "Release";
#endif

    private readonly string _root = Directory.CreateTempSubdirectory("hyperdiff-packages-").FullName;

    public PackedFeed()
    {
        Directory.CreateDirectory(Packages);
        CopyUserConfiguration();
        File.WriteAllText(
            Path.Combine(_root, "nuget.config"),
            $"""<configuration><packageSources><add key="packed" value="{Packages}" /></packageSources></configuration>""");

        // Everything that is packed was built before these tests; of the solution's other projects nothing may be built while they are tested.
        string[] pack = ["pack", Path.Combine(RepositoryRoot(), "Hyperdiff.sln"), "-c", Configuration, "-o", Packages, "--no-build", "--no-restore"];
        var packed = Run(RepositoryRoot(), pack, asStranger: false);
        Assert.True(packed.ExitCode == 0, packed.Output);
        Log = packed.Output;
        Version = Path.GetFileNameWithoutExtension(Directory.EnumerateFiles(Packages, "Hyperdiff.FSharp.*.nupkg").Single())["Hyperdiff.FSharp.".Length..];
    }

    /// <summary>The folder of all packages.</summary>
    public string Packages => Path.Combine(_root, "packages");

    /// <summary>For which code is compiled ahead of time.</summary>
    public static string[] Platforms { get; } = ["linux-arm64", "linux-x64", "osx-arm64", "win-x64"];

    /// <summary>What packing said.</summary>
    public string Log { get; }

    /// <summary>The version that all packages have.</summary>
    public string Version { get; }

    /// <summary>An empty folder outside of the repository; packages are found from it.</summary>
    public string NewFolder(string name) => Directory.CreateDirectory(Path.Combine(_root, name)).FullName;

    /// <summary>A copy of a consumer's sources, outside of the repository.</summary>
    public string CopyOf(string consumer)
    {
        string folder = NewFolder(consumer);
        foreach (string source in Directory.EnumerateFiles(Path.Combine(RepositoryRoot(), "tests", "Hyperdiff.Packages.Tests", "Consumers", consumer)))
        {
            Write(Path.Combine(folder, Path.GetFileName(source)), File.ReadAllText(source));
        }

        return folder;
    }

    /// <summary>A folder of the repository, copied out of it with what stands in it; but not its own way to the packages.</summary>
    public string CopyOfFolder(params string[] path)
    {
        string source = Path.Combine([RepositoryRoot(), .. path]), folder = NewFolder(Path.Combine(path));
        foreach (string file in Directory.EnumerateFiles(source).Where(file => Path.GetFileName(file) != "nuget.config"))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
        }

        return folder;
    }

    /// <summary>Writes a file in which <c>{version}</c> is the packages' version.</summary>
    public void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text.Replace("{version}", Version, StringComparison.Ordinal));
    }

    /// <summary>Skips a test of the code that is compiled ahead of time where packing said why there is none.</summary>
    public void SkipUnlessCompiledFor(string platform)
    {
        Skip.If(Configuration == "Debug", "code is compiled ahead of time in Release builds");
        Skip.IfNot(Platforms.Contains(platform), $"nothing is compiled ahead of time for {platform}");
        string? reason = Log.Split('\n').FirstOrDefault(line => line.Contains($"no code compiled ahead of time for {platform}.", StringComparison.Ordinal));
        Skip.If(reason is not null, reason?.Trim());
    }

    /// <summary>Runs <c>dotnet</c> in a folder as a stranger would.</summary>
    public CommandResult Dotnet(string folder, params string[] arguments) => Run(folder, arguments, asStranger: true);

    /// <summary>What F# Interactive answers, in a folder, to lines that are typed in.</summary>
    public CommandResult Interactive(string folder, string input) => Run(folder, ["fsi", "--nologo"], asStranger: true, input + "\n#quit;;\n");

    /// <summary>Runs a program that was published.</summary>
    /// <param name="path">The program.</param>
    /// <param name="settings">Environment variables that it has besides.</param>
    public static CommandResult Program(string path, params (string Name, string Value)[] settings)
    {
        var start = new ProcessStartInfo(path);
        foreach ((string name, string value) in settings)
        {
            start.Environment[name] = value;
        }

        return Run(start);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private CommandResult Run(string folder, string[] arguments, bool asStranger, string? input = null)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = folder };
        // A node that stayed would hold the pipes open; what the test run itself has set would direct MSBuild to other files.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        foreach (string name in start.Environment.Keys.Where(name => name.StartsWith("MSBuild", StringComparison.Ordinal)).ToArray())
        {
            start.Environment.Remove(name);
        }

        if (asStranger)
        {
            start.Environment["NUGET_PACKAGES"] = Path.Combine(_root, "cache");
            start.Environment["HOME"] = Home;
            start.Environment["DOTNET_CLI_HOME"] = Home;
            start.Environment["DOTNET_GENERATE_ASPNET_CERTIFICATE"] = "false";
            start.Environment["DOTNET_NOLOGO"] = "1";
        }

        return Run(start, input);
    }

    private static CommandResult Run(ProcessStartInfo start, string? input = null)
    {
        start.RedirectStandardInput = input is not null;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        using Process process = Process.Start(start)!;
        if (input is not null)
        {
            process.StandardInput.Write(input);
            process.StandardInput.Close();
        }

        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new(process.ExitCode, output + error.Result);
    }

    private string Home => Path.Combine(_root, "home");

    /// <summary>The machine's feeds stay known where the home folder is another.</summary>
    private void CopyUserConfiguration()
    {
        string folder = Directory.CreateDirectory(Path.Combine(Home, ".nuget", "NuGet")).FullName;
        string file = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "NuGet", "NuGet.Config");
        if (File.Exists(file))
        {
            File.Copy(file, Path.Combine(folder, "NuGet.Config"));
        }
    }

    public static string RepositoryRoot()
    {
        DirectoryInfo folder = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Hyperdiff.sln")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("No folder above the tests holds Hyperdiff.sln.");
        }

        return folder.FullName;
    }
}

/// <summary>One feed for all tests, which run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class SharedPackedFeed : ICollectionFixture<PackedFeed>
{
    public const string Name = "packed feed";
}
