using System.Collections.Immutable;
using Hyperdiff.Generators.Analyzers.Effects;
using Hyperdiff.Generators.Diagnostics;
using Hyperdiff.Generators.Emission;
using Hyperdiff.Generators.Parsing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Hyperdiff.Generators.Analyzers;

/// <summary>Finds attributes where they have no effect, and calls that would throw because a type has no tree.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class PlacementAnalyzer : DiagnosticAnalyzer
{
    private static readonly string[] s_methodAttributes =
        [KnownNames.FixedPointMap, KnownNames.RootCondition, KnownNames.InnerObjective, KnownNames.OuterObjective, KnownNames.Differentiable,
            KnownNames.GradientOf, KnownNames.HessianProductOf];

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
        [PlacementDescriptors.Frozen, PlacementDescriptors.Batch, PlacementDescriptors.Lambda, PlacementDescriptors.NoTree];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(static start =>
        {
            if (AnnotatedMethods.CanOccurIn(start.Compilation))
            {
                start.RegisterSymbolAction(static action => Parameters(action, (IMethodSymbol)action.Symbol), SymbolKind.Method);
                start.RegisterSymbolAction(static action => Property(action, (IPropertySymbol)action.Symbol), SymbolKind.Property);
                start.RegisterSyntaxNodeAction(Lambda, SyntaxKind.ParenthesizedLambdaExpression, SyntaxKind.SimpleLambdaExpression);
                string registered = start.Compilation.SyntaxTrees
                    .FirstOrDefault(static tree => tree.FilePath.EndsWith(RegistrationEmitter.File, StringComparison.Ordinal))
                    ?.GetText(start.CancellationToken).ToString() ?? string.Empty;
                start.RegisterOperationAction(action => Invocation(action, registered), OperationKind.Invocation);
            }
        });
    }

    private static void Parameters(SymbolAnalysisContext context, IMethodSymbol method)
    {
        if (method.PartialDefinitionPart is not null)
        {
            return;
        }

        bool ofTree = method.MethodKind == MethodKind.Constructor && method.ContainingType is { IsRecord: true } record
            && KnownNames.Has(record, KnownNames.Tree);
        bool objective = AnnotatedMethods.IsObjective(method) || KnownNames.IsDerivative(method);
        foreach (IParameterSymbol parameter in method.Parameters)
        {
            if (!ofTree && KnownNames.Has(parameter, KnownNames.Frozen))
            {
                context.ReportDiagnostic(Diagnostic.Create(PlacementDescriptors.Frozen, parameter.Locations[0], $"Parameter {parameter.Name}",
                    SourceNames.Of(method),
                    "take x.StopGradient() of what is not to be differentiated"));
            }

            if (!objective && KnownNames.Has(parameter, KnownNames.Batch))
            {
                context.ReportDiagnostic(Diagnostic.Create(PlacementDescriptors.Batch, parameter.Locations[0], parameter.Name, SourceNames.Of(method)));
            }
        }
    }

    private static void Property(SymbolAnalysisContext context, IPropertySymbol property)
    {
        if (KnownNames.Has(property, KnownNames.Frozen) && !KnownNames.Has(property.ContainingType, KnownNames.Tree))
        {
            context.ReportDiagnostic(Diagnostic.Create(PlacementDescriptors.Frozen, property.Locations[0], property.Name, property.ContainingType.Name,
                "mark the record [Tree]"));
        }
    }

    private static void Lambda(SyntaxNodeAnalysisContext context)
    {
        if (((LambdaExpressionSyntax)context.Node).AttributeLists is { Count: > 0 } lists
            && context.SemanticModel.GetSymbolInfo(context.Node, context.CancellationToken).Symbol is IMethodSymbol lambda
            && s_methodAttributes.FirstOrDefault(attribute => KnownNames.Has(lambda, attribute)) is { } found)
        {
            context.ReportDiagnostic(Diagnostic.Create(PlacementDescriptors.Lambda, lists[0].GetLocation(),
                found.Substring(0, found.Length - "Attribute".Length)));
        }
    }

    // a structure is looked up by its type where no tree is passed
    private static void Invocation(OperationAnalysisContext context, string registered)
    {
        var invocation = (IInvocationOperation)context.Operation;
        IMethodSymbol method = invocation.TargetMethod;
        if (!StructureCalls.IsOfLibrary(method))
        {
            return;
        }

        for (int i = 0; i < method.TypeArguments.Length; i++)
        {
            ITypeParameterSymbol parameter = method.OriginalDefinition.TypeParameters[i];
            bool given = invocation.Arguments.Any(argument => argument.ArgumentKind == ArgumentKind.Explicit
                && argument.Parameter?.OriginalDefinition.Type is INamedTypeSymbol { Name: "Tree", TypeArguments: { Length: 1 } of }
                && SymbolEqualityComparer.Default.Equals(of[0], parameter));
            bool isFree = LiftedTypes.HasNumbers(method.TypeArguments[i]) && !HandsOver(method.OriginalDefinition, parameter);
            if (!given && !isFree && (Remedy(method.TypeArguments[i]) ?? Remedy(method.TypeArguments[i], registered)) is { } remedy)
            {
                context.ReportDiagnostic(Diagnostic.Create(PlacementDescriptors.NoTree, invocation.Syntax.GetLocation(),
                    $"{method.ContainingType.Name}.{method.Name}",
                    method.TypeArguments[i].ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat), remedy));
                return;
            }
        }
    }

    // a form over plain numbers brings its trees; a function over them would be traced
    private static bool HandsOver(IMethodSymbol method, ITypeParameterSymbol type) => method.Parameters.Any(parameter =>
        parameter.Type is INamedTypeSymbol { DelegateInvokeMethod: not null, TypeArguments: var arguments }
            && arguments.Contains(type, SymbolEqualityComparer.Default));

    // the generator finds what is called, as long as it can tell its type without what it emits itself
    private static string? Remedy(ITypeSymbol type, string registered) =>
        StructureCalls.Structure(type, static _ => true) is { } structure
            && !registered.Contains(RegistrationEmitter.Registration(structure))
            ? "write the type down, as that of a parameter of the lambda or a type argument, where the generator finds it" : null;

    private static string? Remedy(ITypeSymbol type) => type switch
    {
        { SpecialType: SpecialType.System_Single } or IArrayTypeSymbol { ElementType.SpecialType: SpecialType.System_Single } => "take a Tensor",

        // there is a tree, for forms; a function that is traced would read the numbers
        _ when LiftedTypes.HasNumbers(type) => "take a Tensor",
        INamedTypeSymbol { TypeKind: TypeKind.Class or TypeKind.Struct, IsTupleType: false, IsAnonymousType: false } named when ProgramBodies.IsWritten(named)
            && !KnownNames.Has(named, KnownNames.Tree) && !named.AllInterfaces.Any(KnownNames.IsTreeInterface) => named.IsRecord
                ? $"mark {named.Name} with [Tree]" : $"make {named.Name} a partial record marked [Tree]",
        _ => null,
    };
}
