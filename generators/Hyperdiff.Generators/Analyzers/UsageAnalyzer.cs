using System.Collections.Immutable;
using Hyperdiff.Generators.Diagnostics;
using Hyperdiff.Generators.Model;
using Hyperdiff.Generators.Parsing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Hyperdiff.Generators.Analyzers;

/// <summary>Says why the generator emits nothing for an annotated declaration. It calls the generator's own parsers, so the two never disagree.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UsageAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
    [
        DiagnosticDescriptors.NotPartial, DiagnosticDescriptors.NotStatic, DiagnosticDescriptors.Generic, DiagnosticDescriptors.MapReturn,
        DiagnosticDescriptors.ObjectiveReturn, DiagnosticDescriptors.TooFewParameters, DiagnosticDescriptors.NotATree, DiagnosticDescriptors.GradientOf,
        DiagnosticDescriptors.NotATreeRecord, DiagnosticDescriptors.NotRegistrable, DiagnosticDescriptors.ParameterKind, DiagnosticDescriptors.SameMember,
        DiagnosticDescriptors.BatchWithoutSamples, DiagnosticDescriptors.ConditionReturn, DiagnosticDescriptors.FileLocal, DiagnosticDescriptors.Language,
        DiagnosticDescriptors.NothingToDifferentiate, DiagnosticDescriptors.HessianProductOf,
    ];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterSymbolAction(static action => Report(TypeIssues((INamedTypeSymbol)action.Symbol, action.CancellationToken), action.ReportDiagnostic),
            SymbolKind.NamedType);
        context.RegisterSymbolAction(static action => Report(MethodIssues((IMethodSymbol)action.Symbol, action.CancellationToken), action.ReportDiagnostic),
            SymbolKind.Method);
        context.RegisterSyntaxNodeAction(LocalFunction, SyntaxKind.LocalFunctionStatement);
    }

    private static IEnumerable<Issue> TypeIssues(INamedTypeSymbol type, CancellationToken cancellation) =>
        KnownNames.Has(type, KnownNames.Tree) ? TreeParser.Parse(type, cancellation).Issues : [];

    private static IEnumerable<Issue> MethodIssues(IMethodSymbol method, CancellationToken cancellation)
    {
        if (method.PartialDefinitionPart is not null)
        {
            yield break;
        }

        foreach (FormKind kind in (FormKind[])[FormKind.Map, FormKind.Condition, FormKind.Objective])
        {
            if (GeneratedNames.IsAnnotated(method, kind))
            {
                foreach (Issue issue in FormParser.Parse(method, kind, cancellation).Issues)
                {
                    yield return issue;
                }
            }
        }

        if (GeneratedNames.IsAnnotated(method, FormKind.Function))
        {
            foreach (Issue issue in FunctionParser.Parse(method, cancellation).Issues)
            {
                yield return issue;
            }
        }

        foreach (string attribute in (string[])[KnownNames.GradientOf, KnownNames.HessianProductOf])
        {
            foreach (Issue issue in KnownNames.Has(method, attribute) ? DerivativeParser.Parse(method, attribute, cancellation).Issues : [])
            {
                yield return issue;
            }
        }
    }

    // symbol actions do not visit local functions, which an attribute for methods may mark too
    private static void LocalFunction(SyntaxNodeAnalysisContext context)
    {
        if (((LocalFunctionStatementSyntax)context.Node).AttributeLists.Count > 0
            && context.SemanticModel.GetDeclaredSymbol(context.Node, context.CancellationToken) is IMethodSymbol function
            && (GeneratedNames.IsAnnotated(function) || KnownNames.IsDerivative(function)))
        {
            context.ReportDiagnostic(new Issue(DiagnosticDescriptors.NotStatic, function.Locations[0], function.Name).ToDiagnostic());
        }
    }

    private static void Report(IEnumerable<Issue> issues, Action<Diagnostic> report)
    {
        foreach (Issue issue in issues)
        {
            report(issue.ToDiagnostic());
        }
    }
}
