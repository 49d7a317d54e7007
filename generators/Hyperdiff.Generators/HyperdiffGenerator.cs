using Hyperdiff.Generators.Emission;
using Hyperdiff.Generators.Lifting;
using Hyperdiff.Generators.Model;
using Hyperdiff.Generators.Parsing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Hyperdiff.Generators;

/// <summary>Emits the trees of <c>[Tree]</c> records, the forms of annotated methods, and the gradients of objectives.</summary>
/// <remarks>
/// Find by attribute, parse to a model, print. Only models travel between steps; what is wrong with a declaration is said by <c>UsageAnalyzer</c>, which calls
/// the same parsers.
/// </remarks>
[Generator(LanguageNames.CSharp)]
public sealed class HyperdiffGenerator : IIncrementalGenerator
{
    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValuesProvider<TreeModel> trees = Find(
            context, KnownNames.Tree, TrackingNames.Trees,
            static (found, cancellation) => found.TargetSymbol is INamedTypeSymbol type ? Emittable.Tree(type, cancellation) : null);
        IncrementalValuesProvider<FormModel> maps = Find(
            context, KnownNames.FixedPointMap, TrackingNames.Maps, static (found, cancellation) => Form(found, FormKind.Map, cancellation));
        IncrementalValuesProvider<FormModel> conditions = Find(
            context, KnownNames.RootCondition, TrackingNames.Conditions, static (found, cancellation) => Form(found, FormKind.Condition, cancellation));
        IncrementalValuesProvider<FormModel> inner = Find(
            context, KnownNames.InnerObjective, TrackingNames.Objectives, static (found, cancellation) => Form(found, FormKind.Objective, cancellation));

        // a method may be both kinds of objective; it has one form
        IncrementalValuesProvider<FormModel> outer = Find(
            context,
            KnownNames.OuterObjective,
            TrackingNames.Objectives,
            static (found, cancellation) => KnownNames.Has(found.TargetSymbol, KnownNames.InnerObjective) ? null : Form(found, FormKind.Objective, cancellation));
        IncrementalValuesProvider<GradientModel> gradients = Find(
            context, KnownNames.GradientOf, TrackingNames.Gradients,
            static (found, cancellation) => found.TargetSymbol is IMethodSymbol method ? Emittable.Gradient(method, cancellation) : null);

        context.RegisterSourceOutput(trees, static (output, model) => Add(output, FileNames.Of(model.Hierarchy, "Tree"), TreeEmitter.Emit(model)));
        foreach (IncrementalValuesProvider<FormModel> forms in (IncrementalValuesProvider<FormModel>[])[maps, conditions, inner, outer])
        {
            context.RegisterSourceOutput(forms,
                static (output, model) => Add(output, FileNames.Of(model.Hierarchy, model.Member), FormEmitter.Emit(model)));
        }

        context.RegisterSourceOutput(
            gradients,
            static (output, model) => Add(output, FileNames.Of(model.Hierarchy, $"{model.Method}.Gradient", model.Signature), GradientEmitter.Emit(model)));
        IncrementalValueProvider<Registrations> registrations = trees.Collect()
            .Combine(maps.Collect()).Combine(conditions.Collect()).Combine(inner.Collect()).Combine(outer.Collect())
            .Select(static (all, _) => Registrations.Of(all.Left.Left.Left.Left,
                [.. all.Left.Left.Left.Right, .. all.Left.Left.Right, .. all.Left.Right, .. all.Right]))
            .WithTrackingName(TrackingNames.Registrations);
        context.RegisterSourceOutput(registrations, static (output, model) =>
        {
            if (model.Types.Count > 0)
            {
                Add(output, "Hyperdiff.TreeRegistrations.g.cs", RegistrationEmitter.Emit(model));
            }
        });
    }

    private static IncrementalValuesProvider<T> Find<T>(
        IncrementalGeneratorInitializationContext context, string attribute, string trackingName,
        Func<GeneratorAttributeSyntaxContext, CancellationToken, T?> parse)
        where T : class => context.SyntaxProvider
        .ForAttributeWithMetadataName(
            KnownNames.MetadataName(attribute),
            static (node, _) => node is MethodDeclarationSyntax or TypeDeclarationSyntax,
            (found, cancellation) => IsMarkedHere(found) ? parse(found, cancellation) : null)
        .Where(static model => model is not null)
        .Select(static (model, _) => model!)
        .WithTrackingName(trackingName);

    // a declaration in several parts is found at each that bears the attribute; it is emitted for the first
    private static bool IsMarkedHere(GeneratorAttributeSyntaxContext found)
    {
        INamedTypeSymbol? attribute = found.Attributes[0].AttributeClass;
        SyntaxReference? first = found.TargetSymbol.GetAttributes()
            .First(candidate => SymbolEqualityComparer.Default.Equals(candidate.AttributeClass, attribute)).ApplicationSyntaxReference;
        return first is not null && ReferenceEquals(first.SyntaxTree, found.TargetNode.SyntaxTree) && found.TargetNode.FullSpan.Contains(first.Span);
    }

    private static FormModel? Form(GeneratorAttributeSyntaxContext found, FormKind kind, CancellationToken cancellation) =>
        found.TargetSymbol is not IMethodSymbol method || Emittable.Form(method, kind, cancellation) is not { } form ? null
            : !form.IsLifted ? form : LiftedForm.Of(method, form, found.SemanticModel.Compilation, cancellation).Model;

    private static void Add(SourceProductionContext output, string file, string source)
    {
        output.CancellationToken.ThrowIfCancellationRequested();
        output.AddSource(file, source);
    }
}
