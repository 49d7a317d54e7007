using Hyperdiff.Generators.Analyzers.Effects;
using Hyperdiff.Generators.Tests.Harness;
using Microsoft.CodeAnalysis;

namespace Hyperdiff.Generators.Tests.Analyzers;

/// <summary>Every parameter of the library that takes a function is known as one that is traced, or as one that is only called.</summary>
public sealed class TracingFunctionsTests
{
    // what runs on values: black boxes, solvers and samplers of one's own
    private static readonly string[] s_called =
    [
        "Bilevel.Problem(inner)", "Bilevel.Problem(value)", "OuterLoop.Over(problem)", "OuterLoop.Over(problems)", "OuterLoop.Validating(metric)",
        "RandomProcess.From(sampler)", "Root.SolvedBy(by)", "Stop.When(condition)",
    ];

    [Fact]
    public void FunctionParameters_AllOfThem_AreTracedUnlessTheyAreKnownToBeCalled()
    {
        Compilation compilation = Source.Compile("class A;");
        IAssemblySymbol library = compilation.GetTypeByMetadataName("Hyperdiff.Tensor")!.ContainingAssembly;
        (string Name, bool Traces)[] all = [.. Types(library.GlobalNamespace).Where(type => type.DeclaredAccessibility == Accessibility.Public)
            .SelectMany(type => type.GetMembers().OfType<IMethodSymbol>())
            .Where(method => method.DeclaredAccessibility == Accessibility.Public && method.MethodKind is MethodKind.Ordinary or MethodKind.Constructor)
            .SelectMany(method => method.Parameters.Where(parameter => parameter.Type is INamedTypeSymbol { DelegateInvokeMethod.ReturnsVoid: false })
                .Select(parameter => ($"{method.ContainingType.Name}.{method.Name}({parameter.Name})", TracingFunctions.Traces(method, parameter))))];

        Assert.True(all.Length > 50);
        Assert.Equal(s_called, all.Where(item => !item.Traces).Select(item => item.Name).Distinct().Order(StringComparer.Ordinal));
    }

    private static IEnumerable<INamedTypeSymbol> Types(INamespaceSymbol space) =>
        space.GetTypeMembers().Concat(space.GetNamespaceMembers().SelectMany(Types));
}
