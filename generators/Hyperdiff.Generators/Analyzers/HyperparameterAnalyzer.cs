using System.Collections.Immutable;
using Hyperdiff.Generators.Analyzers.Calls;
using Hyperdiff.Generators.Diagnostics;
using Hyperdiff.Generators.Model;
using Hyperdiff.Generators.Parsing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Hyperdiff.Generators.Analyzers;

/// <summary>Finds hyperparameters that no annotated method reads: their hypergradient is structurally zero.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class HyperparameterAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [HyperparameterDescriptors.NeverRead];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(static start =>
        {
            if (AnnotatedMethods.CanOccurIn(start.Compilation))
            {
                var graph = new CallGraph<MemberReads>();
                var roots = new AnnotatedMethods();
                start.RegisterOperationBlockAction(block => Collect(block, graph, roots));
                start.RegisterCompilationEndAction(end => Report(end, graph, roots));
            }
        });
    }

    private static void Collect(OperationBlockAnalysisContext context, CallGraph<MemberReads> graph, AnnotatedMethods roots)
    {
        var walker = new MemberReadWalker();
        foreach (IOperation block in context.OperationBlocks)
        {
            walker.Visit(block);
        }

        graph.Add(context.OwningSymbol, walker.Callees, walker.Reads);
        roots.AddIfAnnotated(context.OwningSymbol);
    }

    private static void Report(CompilationAnalysisContext context, CallGraph<MemberReads> graph, AnnotatedMethods roots)
    {
        var read = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
        var users = new Dictionary<INamedTypeSymbol, IMethodSymbol>(SymbolEqualityComparer.Default);
        foreach (IMethodSymbol root in roots.InOrder())
        {
            if (root.Parameters.Length > 1 && root.Parameters[1].Type is INamedTypeSymbol hyper && !users.ContainsKey(hyper))
            {
                users.Add(hyper, root);
            }

            foreach ((_, MemberReads reads) in graph.From(root, AnnotatedMethods.Contains))
            {
                read.UnionWith(reads.Members);
                read.UnionWith(reads.Escaped);
            }
        }

        foreach (KeyValuePair<INamedTypeSymbol, IMethodSymbol> user in users.Where(
            user => KnownNames.Has(user.Key, KnownNames.Tree) && !read.Contains(user.Key)))
        {
            IEnumerable<TreeMember> members = TreeParser.Parse(user.Key, context.CancellationToken).Model?.Members ?? EquatableArray<TreeMember>.Empty;
            foreach (TreeMember member in members.Where(member => member is { Tree: not null, Frozen: false }))
            {
                ISymbol? symbol = user.Key.GetMembers(member.Name).FirstOrDefault(candidate => candidate is IPropertySymbol or IFieldSymbol);
                if (symbol is not null && !read.Contains(symbol) && symbol.Locations[0].IsInSource)
                {
                    context.ReportDiagnostic(Diagnostic.Create(HyperparameterDescriptors.NeverRead, symbol.Locations[0], user.Key.Name, member.Name,
                        user.Value.Name));
                }
            }
        }
    }
}
