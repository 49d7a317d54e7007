using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Hyperdiff.Generators.Analyzers.Effects;

/// <summary>The bodies of a compilation and who implements what, each found when it is asked for the first time: what no annotated method reaches costs
/// nothing.</summary>
internal sealed class ProgramBodies(Compilation compilation)
{
    private const string Checked = "op_Checked";

    private readonly ConcurrentDictionary<ISymbol, Body?> _bodies = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<ISymbol, IReadOnlyList<IMethodSymbol>> _implementations = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<SyntaxTree, SemanticModel> _models = new();
    private readonly Lazy<IReadOnlyList<INamedTypeSymbol>> _types = new(() => [.. TypesIn(compilation.Assembly.GlobalNamespace)]);

    public Compilation Compilation => compilation;

    /// <summary>The types that this compilation declares.</summary>
    public IReadOnlyList<INamedTypeSymbol> Types => _types.Value;

    /// <summary>A method as the key of its body: definition, not construction; the part that is implemented, not the one that is declared.</summary>
    public static IMethodSymbol Key(IMethodSymbol method)
    {
        IMethodSymbol original = (method.ReducedFrom ?? method).OriginalDefinition;
        return original.PartialImplementationPart ?? original;
    }

    /// <summary>Whether a symbol is declared in this compilation. A tuple stands in source wherever it is mentioned, and is the framework's all the
    /// same.</summary>
    public static bool IsWritten(ISymbol symbol) => symbol is not INamedTypeSymbol { IsTupleType: true } && symbol.ContainingType is not { IsTupleType: true }
        && symbol.Locations.Any(location => location.IsInSource);

    // the compiler shares these models among analyzers; the bodies of callees stand in other trees than the method that is looked at
#pragma warning disable RS1030
    public SemanticModel Model(SyntaxTree tree) => _models.GetOrAdd(tree, key => compilation.GetSemanticModel(key));
#pragma warning restore RS1030

    /// <summary>The body of a method, or null if it has none in this compilation.</summary>
    public Body? Of(IMethodSymbol method) => _bodies.GetOrAdd(Key(method), key => Make((IMethodSymbol)key));

    /// <summary>The body of a function within another body.</summary>
    public Body? Of(IMethodSymbol function, Body around, ControlFlowGraph graph) => _bodies.GetOrAdd(function, _ => new Body([graph], around.Shared));

    /// <summary>The initializer of a static field or property.</summary>
    public Body? OfInitializer(ISymbol member) => _bodies.GetOrAdd(member, key => InitializerOf(key) is { } graph ? Body.Of([graph]) : null);

    /// <summary>The static constructor that is written for a type.</summary>
    public static IMethodSymbol? StaticConstructor(INamedTypeSymbol type) =>
        type.OriginalDefinition.StaticConstructors.FirstOrDefault(constructor => !constructor.IsImplicitlyDeclared && IsWritten(constructor));

    /// <summary>The methods of this compilation that a call of a virtual, abstract or interface method may reach.</summary>
    public IReadOnlyList<IMethodSymbol> Implementations(IMethodSymbol method) => _implementations.GetOrAdd(method.OriginalDefinition, key =>
        [.. Types.Select(type => Implementation((IMethodSymbol)key, type)).OfType<IMethodSymbol>().Select(Key)
            .Distinct<IMethodSymbol>(SymbolEqualityComparer.Default)]);

    /// <summary>The method that runs when a virtual, abstract or interface method is called on an object of exactly this type.</summary>
    public static IMethodSymbol? Implementation(IMethodSymbol method, ITypeSymbol type)
    {
        if (method.ContainingType.TypeKind == TypeKind.Interface)
        {
            return OfInterface(method, type);
        }

        for (ITypeSymbol? declaring = type; declaring is not null; declaring = declaring.BaseType)
        {
            if (declaring.GetMembers(method.Name).OfType<IMethodSymbol>().FirstOrDefault(candidate => Overrides(candidate, method)) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private static IMethodSymbol? OfInterface(IMethodSymbol method, ITypeSymbol type)
    {
        INamedTypeSymbol? implemented = type.AllInterfaces.FirstOrDefault(
            candidate => SymbolEqualityComparer.Default.Equals(candidate.OriginalDefinition, method.ContainingType.OriginalDefinition));
        ISymbol? member = implemented?.GetMembers(method.Name).FirstOrDefault(candidate => IsOf(candidate, method));
        ISymbol? found = member is null ? null : type.FindImplementationForInterfaceMember(member);

        // by default a checked operator of the framework is the unchecked one
        return found is { ContainingType.TypeKind: TypeKind.Interface } && method.Name.StartsWith(Checked, StringComparison.Ordinal)
            && implemented!.GetMembers("op_" + method.Name.Substring(Checked.Length)).FirstOrDefault() is { } plain
                ? type.FindImplementationForInterfaceMember(plain) as IMethodSymbol : found as IMethodSymbol;
    }

    private static bool Overrides(IMethodSymbol candidate, IMethodSymbol method)
    {
        IMethodSymbol? overridden = candidate;
        while (overridden is not null && !IsOf(overridden, method))
        {
            overridden = overridden.OverriddenMethod;
        }

        return overridden is not null;
    }

    private static bool IsOf(ISymbol symbol, IMethodSymbol method) =>
        SymbolEqualityComparer.Default.Equals(symbol.OriginalDefinition, method.OriginalDefinition);

    private static IEnumerable<INamedTypeSymbol> TypesIn(INamespaceOrTypeSymbol container)
    {
        foreach (INamespaceOrTypeSymbol member in container.GetMembers().OfType<INamespaceOrTypeSymbol>())
        {
            if (member is INamedTypeSymbol type)
            {
                yield return type;
            }

            foreach (INamedTypeSymbol inner in TypesIn(member))
            {
                yield return inner;
            }
        }
    }

    private Body? Make(IMethodSymbol method)
    {
        var graphs = new List<ControlFlowGraph>();
        SyntaxNode? declaration = method.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax();
        if (method.MethodKind == MethodKind.Constructor && !(declaration is ConstructorDeclarationSyntax { Initializer: { } initializer }
            && initializer.ThisOrBaseKeyword.ValueText == "this"))
        {
            graphs.AddRange(method.ContainingType.GetMembers().Where(member => !member.IsStatic).Select(InitializerOf).OfType<ControlFlowGraph>());
        }

        if (declaration is not null && !method.IsAbstract && !method.IsExtern && Graph(declaration) is { } graph)
        {
            graphs.Add(graph);
        }

        return graphs.Count > 0 ? Body.Of(graphs) : null;
    }

    private ControlFlowGraph? InitializerOf(ISymbol member) =>
        member.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() switch
        {
            VariableDeclaratorSyntax { Initializer: { } field } => Graph(field),
            PropertyDeclarationSyntax { Initializer: { } property } => Graph(property),
            _ => null,
        };

    private ControlFlowGraph? Graph(SyntaxNode node)
    {
        switch (Model(node.SyntaxTree).GetOperation(node))
        {
            case IMethodBodyOperation method:
                return ControlFlowGraph.Create(method);
            case IConstructorBodyOperation constructor:
                return ControlFlowGraph.Create(constructor);
            case IBlockOperation { Parent: null } block:
                return ControlFlowGraph.Create(block);
            case IFieldInitializerOperation field:
                return ControlFlowGraph.Create(field);
            case IPropertyInitializerOperation property:
                return ControlFlowGraph.Create(property);
            default:
                return null;
        }
    }
}
