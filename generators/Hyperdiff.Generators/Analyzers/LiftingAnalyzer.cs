using System.Collections.Immutable;
using Hyperdiff.Generators.Diagnostics;
using Hyperdiff.Generators.Lifting;
using Hyperdiff.Generators.Model;
using Hyperdiff.Generators.Parsing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Hyperdiff.Generators.Analyzers;

/// <summary>Says what of a method over plain numbers cannot be lifted. It calls the generator's own lifter, so the two never disagree.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class LiftingAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
        [LiftingDescriptors.NotLiftable, LiftingDescriptors.NotKnown, LiftingDescriptors.Unbounded];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterSymbolAction(Look, SymbolKind.Method);
    }

    private static void Look(SymbolAnalysisContext context)
    {
        if (context.Symbol is not IMethodSymbol { PartialDefinitionPart: null } method || !GeneratedNames.IsAnnotated(method)
            || !FormParser.IsOverNumbers(method))
        {
            return;
        }

        FormKind kind = Array.Find([FormKind.Map, FormKind.Condition, FormKind.Objective, FormKind.Function], kind => GeneratedNames.IsAnnotated(method, kind));
        bool hasForm = kind == FormKind.Function ? FunctionParser.Parse(method, context.CancellationToken).Model is not null
            : FormParser.Parse(method, kind, context.CancellationToken).Model is not null;
        foreach (Issue issue in hasForm ? LiftedForm.Issues(method, context.Compilation, context.CancellationToken) : [])
        {
            context.ReportDiagnostic(issue.ToDiagnostic());
        }
    }
}
