using System.Reflection.PortableExecutable;
using System.Runtime.InteropServices;

namespace Hyperdiff.Packages.Tests;

/// <summary>Programs load the code that was compiled ahead of time for this platform, however they are started, and compute the same bits by it.</summary>
[Collection(SharedPackedFeed.Name)]
public sealed class StartTests(PackedFeed feed)
{
    [SkippableFact]
    public void BuiltProgram_LoadsCompiledCode_AndComputesTheBitsOfPortableCode()
    {
        feed.SkipUnlessCompiledFor(RuntimeInformation.RuntimeIdentifier);
        string folder = feed.CopyOf("Start");
        feed.Dotnet(folder, "build", "-c", "Release").Succeeded();
        string program = Path.Combine(folder, "bin", "Release", "net10.0", OperatingSystem.IsWindows() ? "Start.exe" : "Start");

        string[] compiled = Lines(PackedFeed.Program(program, ("HYPERDIFF_BLAS", "managed")));
        AssertIsCompiled(compiled[0]);

        // the runtime may take no code that is compiled ahead of time, not even its own; and everything may be optimized from the start
        foreach (string setting in (string[])["DOTNET_ReadyToRun=0", "DOTNET_TieredCompilation=0"])
        {
            string[] parts = setting.Split('=');
            Assert.Equal(compiled[1..^1], Lines(PackedFeed.Program(program, ("HYPERDIFF_BLAS", "managed"), (parts[0], parts[1])))[1..^1]);
        }
    }

    [SkippableFact]
    public void CompiledCode_SparesMostOfTheCompilation()
    {
        feed.SkipUnlessCompiledFor(RuntimeInformation.RuntimeIdentifier);
        string folder = feed.CopyOf("Start");
        feed.Dotnet(folder, "build", "-c", "Release").Succeeded();
        string built = Path.Combine(folder, "bin", "Release", "net10.0"), program = Path.Combine(built, OperatingSystem.IsWindows() ? "Start.exe" : "Start");
        int compiled = int.Parse(Lines(PackedFeed.Program(program))[^1], null);

        // the portable assembly in its place
        foreach (string library in Directory.EnumerateFiles(Path.Combine(built, "runtimes", RuntimeInformation.RuntimeIdentifier, "lib", "net10.0")))
        {
            File.Copy(Path.Combine(built, Path.GetFileName(library)), library, overwrite: true);
        }

        int portable = int.Parse(Lines(PackedFeed.Program(program))[^1], null);

        // where the image holds the framework's generic code over our types as well, three quarters
        Assert.InRange(compiled, 1, RuntimeInformation.RuntimeIdentifier == "linux-x64" ? portable / 4 : portable / 2);
    }

    [SkippableFact]
    public void PublishedProgram_LoadsCompiledCode()
    {
        feed.SkipUnlessCompiledFor(RuntimeInformation.RuntimeIdentifier);
        string folder = feed.CopyOf("Start"), output = Path.Combine(folder, "published");
        feed.Dotnet(folder, "publish", "-c", "Release", "-r", RuntimeInformation.RuntimeIdentifier, "--self-contained", "false", "-o", output).Succeeded();

        AssertIsCompiled(Lines(PackedFeed.Program(Path.Combine(output, OperatingSystem.IsWindows() ? "Start.exe" : "Start")))[0]);
    }

    [SkippableFact]
    public void Script_LoadsCompiledCode()
    {
        feed.SkipUnlessCompiledFor(RuntimeInformation.RuntimeIdentifier);
        string folder = feed.NewFolder("ScriptStart");
        feed.Write(Path.Combine(folder, "where.fsx"), "#r \"nuget: Hyperdiff.FSharp, {version}\"\nprintfn \"%s\" typeof<Hyperdiff.Tensor>.Assembly.Location");

        AssertIsCompiled(Lines(feed.Dotnet(folder, "fsi", "where.fsx"))[0]);
    }

    private static string[] Lines(CommandResult ended) => ended.Succeeded().Trim().Split('\n', StringSplitOptions.TrimEntries);

    private static void AssertIsCompiled(string assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly));
        Assert.True(file.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size > 0, assembly);
    }
}
