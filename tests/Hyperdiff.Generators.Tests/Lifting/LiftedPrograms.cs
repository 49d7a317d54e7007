using System.Reflection;
using System.Runtime.Loader;
using Hyperdiff.Generators.Tests.Analyzers;
using Hyperdiff.Generators.Tests.Harness;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Emit;

namespace Hyperdiff.Generators.Tests.Lifting;

/// <summary>Methods over plain numbers, compiled together and loaded: each in a namespace of its own.</summary>
public sealed class LiftedPrograms : IDisposable
{
    private readonly AssemblyLoadContext _context = new("Lifted", isCollectible: true);
    private readonly Assembly _assembly;
    private readonly IReadOnlyList<CorpusCase> _cases;

    /// <summary>Those of the files of what can be lifted.</summary>
    public LiftedPrograms()
        : this(LiftedCase.Liftable)
    {
    }

    internal LiftedPrograms(IReadOnlyList<CorpusCase> cases)
    {
        _cases = cases;
        Compilation compilation = GeneratorRun.Of([.. _cases.Select((item, i) => LiftedCase.Source(item, Home(i)))]).After;
        Program.AssertClean(compilation);
        using var image = new MemoryStream();
        EmitResult emitted = compilation.Emit(image);
        Assert.True(emitted.Success, string.Join("\n", emitted.Diagnostics));
        image.Position = 0;
        _assembly = _context.LoadFromStream(image);
    }

    public void Dispose() => _context.Unload();

    /// <summary>The method itself.</summary>
    internal double Call(string title, double x, double y) => (double)Model(title).GetMethod("F")!.Invoke(null, [x, y, LiftedCase.N])!;

    /// <summary>The lifted method.</summary>
    internal Tensor Lifted(string title, Tensor x, Tensor y)
    {
        Type form = Model(title).GetNestedType("FObjectiveForm", BindingFlags.NonPublic)!;
        var writer = new LeafWriter(string.Empty);
        form.GetNestedType("Lifted", BindingFlags.NonPublic)!.GetMethod("Run", BindingFlags.NonPublic | BindingFlags.Static)!
            .Invoke(null, BindingFlags.DoNotWrapExceptions, null, [0.0, 0.0, ValueTuple.Create(LiftedCase.N), new LeafReader([x, y]), writer], null);
        return Assert.Single(writer.Leaves).Value;
    }

    private Type Model(string title) => _assembly.GetType($"{Home(Array.FindIndex([.. _cases], item => item.Title == title))}.Model", throwOnError: true)!;

    private static string Home(int i) => $"Case{i}";
}
