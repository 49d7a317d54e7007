using Hyperdiff.Generators.Diagnostics;
using Hyperdiff.Generators.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Hyperdiff.Generators.Parsing;

/// <summary>Reads a partial <c>[GradientOf]</c> method and finds its objective.</summary>
internal static class GradientParser
{
    /// <summary>The gradient that is to be implemented; neither model nor issue if the user implemented it.</summary>
    public static Parsed<GradientModel> Parse(IMethodSymbol method, CancellationToken cancellation)
    {
        if (method.PartialImplementationPart is { } written && !GeneratedCode.IsOurs(written))
        {
            return new Parsed<GradientModel>(null, []);
        }

        string target = KnownNames.Attribute(method, KnownNames.GradientOf)?.ConstructorArguments.FirstOrDefault().Value as string ?? string.Empty;
        var issues = new List<Issue>();
        IMethodSymbol? objective = Objective(method, target, cancellation, out string? reason);
        if (reason is not null)
        {
            issues.Add(new Issue(DiagnosticDescriptors.GradientOf, method.Locations[0], method.Name, reason));
        }

        if (objective is null || issues.Count > 0)
        {
            return new Parsed<GradientModel>(null, issues);
        }

        // an objective with issues of its own has no form to call; they are reported at the objective
        if (FormParser.Parse(objective, FormKind.Objective, cancellation).Model is not { } form)
        {
            return new Parsed<GradientModel>(null, []);
        }

        var model = new GradientModel(
            Hierarchies.Of(method.ContainingType),
            Modifiers(method, cancellation),
            method.Name,
            TypeNames.Qualified(method.ReturnType),
            new EquatableArray<GradientParameter>(
                method.Parameters.Select(parameter => new GradientParameter(parameter.Name, TypeNames.Qualified(parameter.Type)))),
            method.IsExtensionMethod,
            form.Form)
        {
            IsLifted = form.IsLifted,
        };
        return new Parsed<GradientModel>(model, issues);
    }

    /// <summary>The objective of a method that is marked as it should be; null otherwise.</summary>
    public static IMethodSymbol? ObjectiveOf(IMethodSymbol method, CancellationToken cancellation) =>
        KnownNames.Attribute(method, KnownNames.GradientOf)?.ConstructorArguments.FirstOrDefault().Value is string target
        && Objective(method, target, cancellation, out string? reason) is { Parameters.Length: >= 2 } objective && reason is null ? objective : null;

    private static IMethodSymbol? Objective(IMethodSymbol method, string target, CancellationToken cancellation, out string? reason)
    {
        IMethodSymbol? objective = method.ContainingType.GetMembers(target).OfType<IMethodSymbol>()
            .FirstOrDefault(candidate => GeneratedNames.IsAnnotated(candidate, FormKind.Objective));
        reason =
            Declaration(method, cancellation)?.Modifiers.Any(SyntaxKind.PartialKeyword) != true || !method.IsStatic || method.Arity > 0
                ? "it must be a static partial method without body, and not generic; the generator implements it"
            : objective is null
                ? $"{method.ContainingType.Name} has no method {target} marked [InnerObjective] or [OuterObjective]"
            : objective.Parameters.Length < 2
                ? null
            : !TypeNames.Same(method.ReturnType, objective.Parameters[0].Type)
                ? $"it must return {TypeNames.Brief(objective.Parameters[0].Type)}, the first parameter's type of {target}, and returns "
                    + $"{TypeNames.Brief(method.ReturnType)}"
            : !SameParameters(method, objective)
                ? $"it must have the parameters of {target}: ({string.Join(", ", objective.Parameters.Select(parameter => TypeNames.Brief(parameter.Type)))})"
            : null;
        return objective;
    }

    private static bool SameParameters(IMethodSymbol method, IMethodSymbol objective) =>
        method.Parameters.Length == objective.Parameters.Length
        && method.Parameters.Zip(objective.Parameters, (a, b) => a.RefKind == b.RefKind && TypeNames.Same(a.Type, b.Type) && IsNullable(a) == IsNullable(b))
            .All(same => same);

    private static bool IsNullable(IParameterSymbol parameter) => parameter.Type.NullableAnnotation == NullableAnnotation.Annotated;

    // the implementation repeats the modifiers of the declaration, in their order
    private static string Modifiers(IMethodSymbol method, CancellationToken cancellation) =>
        string.Join(" ", Declaration(method, cancellation)!.Modifiers.Select(modifier => modifier.Text));

    private static MethodDeclarationSyntax? Declaration(IMethodSymbol method, CancellationToken cancellation) =>
        method.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellation) as MethodDeclarationSyntax;
}
