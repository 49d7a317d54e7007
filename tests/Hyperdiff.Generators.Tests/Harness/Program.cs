using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Emit;

namespace Hyperdiff.Generators.Tests.Harness;

/// <summary>Compiles sources with what is emitted for them, refusing every warning, and runs a method.</summary>
internal static class Program
{
    /// <summary>The result of <c>Run.Now()</c>, a static method without parameters.</summary>
    public static double[] Run(params string[] sources)
    {
        Compilation compilation = GeneratorRun.Of(sources).After;
        AssertClean(compilation);
        using var image = new MemoryStream();
        EmitResult emitted = compilation.Emit(image);
        Assert.True(emitted.Success, string.Join("\n", emitted.Diagnostics));
        image.Position = 0;
        var context = new AssemblyLoadContext("Program", isCollectible: true);
        try
        {
            MethodInfo now = context.LoadFromStream(image).GetType("Run", throwOnError: true)!.GetMethod("Now", BindingFlags.Public | BindingFlags.Static)!;
            return (double[])now.Invoke(null, null)!;
        }
        finally
        {
            context.Unload();
        }
    }

    /// <summary>Fails on anything that the compiler has to say about emitted files, and on errors in the written ones.</summary>
    public static void AssertClean(Compilation compilation)
    {
        string[] remarks = [.. compilation.GetDiagnostics()
            .Where(diagnostic => diagnostic.Severity > DiagnosticSeverity.Hidden)
            .Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error
                || diagnostic.Location.SourceTree?.FilePath.EndsWith(".g.cs", StringComparison.Ordinal) == true)
            .Select(remark => remark.ToString())];
        Assert.True(remarks.Length == 0, string.Join("\n", remarks));
    }
}
