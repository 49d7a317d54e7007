using Hyperdiff.Generators.Caching;
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
        var cache = new ModelCache();
        IncrementalValuesProvider<TreeModel> trees = Find(
            context, cache, KnownNames.Tree, TrackingNames.Trees,
            static (symbol, emittable) => symbol is INamedTypeSymbol type ? emittable.Tree(type) : null);
        IncrementalValuesProvider<FormModel> maps = Find(
            context, cache, KnownNames.FixedPointMap, TrackingNames.Maps, static (symbol, emittable) => Form(symbol, FormKind.Map, emittable));
        IncrementalValuesProvider<FormModel> conditions = Find(
            context, cache, KnownNames.RootCondition, TrackingNames.Conditions, static (symbol, emittable) => Form(symbol, FormKind.Condition, emittable));
        IncrementalValuesProvider<FormModel> inner = Find(
            context, cache, KnownNames.InnerObjective, TrackingNames.Objectives, static (symbol, emittable) => Form(symbol, FormKind.Objective, emittable));

        // a method may be both kinds of objective; it has one form
        IncrementalValuesProvider<FormModel> outer = Find(
            context,
            cache,
            KnownNames.OuterObjective,
            TrackingNames.Objectives,
            static (symbol, emittable) => KnownNames.Has(symbol, KnownNames.InnerObjective) ? null : Form(symbol, FormKind.Objective, emittable));
        IncrementalValuesProvider<FunctionModel> functions = Find(
            context, cache, KnownNames.Differentiable, TrackingNames.Functions,
            static (symbol, emittable) => symbol is IMethodSymbol method ? emittable.Function(method) : null);
        IncrementalValuesProvider<DerivativeModel> gradients = Find(
            context, cache, KnownNames.GradientOf, TrackingNames.Derivatives,
            static (symbol, emittable) => Derivative(symbol, KnownNames.GradientOf, KnownNames.HessianProductOf, emittable));
        IncrementalValuesProvider<DerivativeModel> products = Find(
            context, cache, KnownNames.HessianProductOf, TrackingNames.Derivatives,
            static (symbol, emittable) => Derivative(symbol, KnownNames.HessianProductOf, KnownNames.GradientOf, emittable));
        IncrementalValuesProvider<EquatableArray<TreeType>> calls = context.SyntaxProvider
            .CreateSyntaxProvider(
                static (node, _) => StructureCalls.IsCandidate(node),
                (found, cancellation) => cache.Of(found.Node, found.SemanticModel.Compilation,
                    () => new Emittable(cache, found.SemanticModel.Compilation, cancellation)
                        .Structures((InvocationExpressionSyntax)found.Node, found.SemanticModel),
                    cancellation))
            .Where(static structures => structures.Count > 0)
            .WithTrackingName(TrackingNames.Calls);

        context.RegisterSourceOutput(trees, static (output, model) => Add(output, FileNames.Of(model.Hierarchy, "Tree"), TreeEmitter.Emit(model)));
        foreach (IncrementalValuesProvider<FormModel> forms in (IncrementalValuesProvider<FormModel>[])[maps, conditions, inner, outer])
        {
            context.RegisterSourceOutput(forms,
                static (output, model) => Add(output, FileNames.Of(model.Hierarchy, model.Member), FormEmitter.Emit(model)));
        }

        context.RegisterSourceOutput(
            functions, static (output, model) => Add(output, FileNames.Of(model.Hierarchy, model.Member), FunctionEmitter.Emit(model)));
        foreach (IncrementalValuesProvider<DerivativeModel> derivatives in (IncrementalValuesProvider<DerivativeModel>[])[gradients, products])
        {
            context.RegisterSourceOutput(derivatives, static (output, model) => Add(
                output, FileNames.Of(model.Hierarchy, $"{model.Method}.{model.Kind}", model.Signature), DerivativeEmitter.Emit(model)));
        }

        IncrementalValueProvider<Registrations> registrations = trees.Collect()
            .Combine(maps.Collect()).Combine(conditions.Collect()).Combine(inner.Collect()).Combine(outer.Collect())
            .Combine(functions.SelectMany(static (function, _) => function.Structures).Collect())
            .Combine(calls.SelectMany(static (structures, _) => structures).Collect())
            .Select(static (all, _) => Registrations.Of(all.Left.Left.Left.Left.Left.Left,
                [.. all.Left.Left.Left.Left.Left.Right, .. all.Left.Left.Left.Left.Right, .. all.Left.Left.Left.Right, .. all.Left.Left.Right],
                [.. all.Left.Right, .. all.Right]))
            .WithTrackingName(TrackingNames.Registrations);
        context.RegisterSourceOutput(registrations, static (output, model) =>
        {
            if (model.Types.Count > 0)
            {
                Add(output, RegistrationEmitter.File, RegistrationEmitter.Emit(model));
            }
        });
    }

    private static IncrementalValuesProvider<T> Find<T>(
        IncrementalGeneratorInitializationContext context, ModelCache cache, string attribute, string trackingName, Func<ISymbol, Emittable, T?> parse)
        where T : class => context.SyntaxProvider
        .ForAttributeWithMetadataName(
            KnownNames.MetadataName(attribute),
            static (node, _) => node is MethodDeclarationSyntax or TypeDeclarationSyntax,
            (found, cancellation) => Lifted(found, cache.Of(
                found, attribute, () => IsMarkedHere(found)
                    ? parse(found.TargetSymbol, new Emittable(cache, found.SemanticModel.Compilation, cancellation)) : null,
                cancellation), cancellation))
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

    // a lifted body depends on bodies anywhere: it is made anew after every edit
    private static T? Lifted<T>(GeneratorAttributeSyntaxContext found, T? model, CancellationToken cancellation)
        where T : class => model switch
        {
            FormModel { IsLifted: true } form =>
                (T)(object)LiftedForm.Of((IMethodSymbol)found.TargetSymbol, form, found.SemanticModel.Compilation, cancellation),
            FunctionModel { IsLifted: true } function =>
                (T)(object)LiftedForm.Of((IMethodSymbol)found.TargetSymbol, function, found.SemanticModel.Compilation, cancellation),
            _ => model,
        };

    private static FormModel? Form(ISymbol symbol, FormKind kind, Emittable emittable) => symbol is IMethodSymbol method ? emittable.Form(method, kind) : null;

    // a method with both attributes fits one of them at most, and the analyzer says which it does not
    private static DerivativeModel? Derivative(ISymbol symbol, string attribute, string other, Emittable emittable) =>
        symbol is IMethodSymbol method && !KnownNames.Has(method, other) ? emittable.Derivative(method, attribute) : null;

    private static void Add(SourceProductionContext output, string file, string source)
    {
        output.CancellationToken.ThrowIfCancellationRequested();
        output.AddSource(file, source);
    }
}
