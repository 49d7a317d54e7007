using System.Collections.Immutable;
using Hyperdiff.Generators.Analyzers.Calls;
using Hyperdiff.Generators.Analyzers.Purity;
using Hyperdiff.Generators.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Hyperdiff.Generators.Analyzers;

/// <summary>Proves that annotated methods are pure, with the methods of the same compilation that they call, or says where they are not.</summary>
/// <remarks>
/// Purity is what makes caching sound: a form is traced once per combination of shapes and static arguments. Calls through interfaces, delegates that come from
/// elsewhere, and methods of other assemblies that are not in <see cref="FrameworkImpurities"/> are trusted.
/// </remarks>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class PurityAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
        [PurityDescriptors.StaticState, PurityDescriptors.InputOutput, PurityDescriptors.Clock, PurityDescriptors.Randomness, PurityDescriptors.Mutation];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(static start =>
        {
            if (AnnotatedMethods.CanOccurIn(start.Compilation))
            {
                var graph = new CallGraph<IReadOnlyList<Impurity>>();
                var roots = new AnnotatedMethods();
                start.RegisterOperationBlockAction(block => Collect(block, graph, roots));
                start.RegisterCompilationEndAction(end => ReportIndirect(end, graph, roots));
            }
        });
    }

    private static void Collect(OperationBlockAnalysisContext context, CallGraph<IReadOnlyList<Impurity>> graph, AnnotatedMethods roots)
    {
        var walker = new ImpurityWalker(new OwnedValues(context.OwningSymbol, context.OperationBlocks));
        foreach (IOperation block in context.OperationBlocks)
        {
            walker.Visit(block);
        }

        graph.Add(context.OwningSymbol, walker.Callees, walker.Found);

        // what an annotated method does itself is said at once, while the user types
        if (roots.AddIfAnnotated(context.OwningSymbol))
        {
            foreach (Impurity impurity in walker.Found)
            {
                context.ReportDiagnostic(impurity.ToDiagnostic([context.OwningSymbol]));
            }
        }
    }

    private static void ReportIndirect(CompilationAnalysisContext context, CallGraph<IReadOnlyList<Impurity>> graph, AnnotatedMethods roots)
    {
        var reported = new HashSet<(string Id, Location Location)>();
        foreach (IMethodSymbol root in roots.InOrder())
        {
            foreach ((IReadOnlyList<ISymbol> path, IReadOnlyList<Impurity> found) in graph.From(root, AnnotatedMethods.Contains))
            {
                foreach (Impurity impurity in found.Where(impurity => path.Count > 1 && reported.Add((impurity.Rule.Id, impurity.Location))))
                {
                    context.ReportDiagnostic(impurity.ToDiagnostic(path));
                }
            }
        }
    }
}
