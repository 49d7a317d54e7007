using System.Collections.Immutable;
using Hyperdiff.Generators.Diagnostics;
using Hyperdiff.Generators.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Hyperdiff.Generators.Parsing;

/// <summary>Reads a partial <c>[GradientOf]</c> or <c>[HessianProductOf]</c> method and finds what it differentiates.</summary>
internal static class DerivativeParser
{
    /// <summary>The derivative that is to be implemented; neither model nor issue if the user implemented it.</summary>
    /// <param name="method">The method.</param>
    /// <param name="attribute">Which of the two attributes it bears.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public static Parsed<DerivativeModel> Parse(IMethodSymbol method, string attribute, CancellationToken cancellation)
    {
        if (method.PartialImplementationPart is { } written && !GeneratedCode.IsOurs(written))
        {
            return new Parsed<DerivativeModel>(null, []);
        }

        string target = KnownNames.Attribute(method, attribute)?.ConstructorArguments.FirstOrDefault().Value as string ?? string.Empty;
        (IMethodSymbol? function, FormKind kind) = Function(method.ContainingType, target);
        DerivativeKind derivative = Kind(attribute, kind);
        string? reason = Reason(method, target, (function, kind), derivative, cancellation);
        if (reason is not null)
        {
            return new Parsed<DerivativeModel>(null, [new Issue(
                attribute == KnownNames.HessianProductOf ? DiagnosticDescriptors.HessianProductOf : DiagnosticDescriptors.GradientOf, method.Locations[0],
                method.Name, reason)]);
        }

        // a function with issues of its own has no form to call; they are reported there
        if (function is null || FormParser.Parse(function, kind, cancellation).Model is not { } form)
        {
            return new Parsed<DerivativeModel>(null, []);
        }

        var model = new DerivativeModel(
            Hierarchies.Of(method.ContainingType),
            Modifiers(method, cancellation),
            method.Name,
            TypeNames.Qualified(method.ReturnType),
            new EquatableArray<DerivativeParameter>(
                method.Parameters.Select(parameter => new DerivativeParameter(parameter.Name, TypeNames.Qualified(parameter.Type)))),
            method.IsExtensionMethod,
            form.Form,
            derivative);
        return new Parsed<DerivativeModel>(model, []);
    }

    /// <summary>What a method that is marked as it should be differentiates, and how; null otherwise.</summary>
    public static (IMethodSymbol Method, DerivativeKind Kind)? FunctionOf(IMethodSymbol method, string attribute, CancellationToken cancellation)
    {
        if (KnownNames.Attribute(method, attribute)?.ConstructorArguments.FirstOrDefault().Value is not string target)
        {
            return null;
        }

        (IMethodSymbol? function, FormKind kind) = Function(method.ContainingType, target);
        return function is { Parameters.Length: >= 2 } && Reason(method, target, (function, kind), Kind(attribute, kind), cancellation) is null
            ? (function, Kind(attribute, kind)) : null;
    }

    private static DerivativeKind Kind(string attribute, FormKind kind) => attribute == KnownNames.HessianProductOf ? DerivativeKind.HessianProduct
        : kind == FormKind.Objective ? DerivativeKind.Gradient : DerivativeKind.Pullback;

    private static (IMethodSymbol? Method, FormKind Kind) Function(INamedTypeSymbol type, string target)
    {
        IMethodSymbol[] overloads = [.. type.GetMembers(target).OfType<IMethodSymbol>()];
        foreach (FormKind kind in (FormKind[])[FormKind.Objective, FormKind.Map, FormKind.Condition, FormKind.Function])
        {
            if (overloads.FirstOrDefault(candidate => GeneratedNames.IsAnnotated(candidate, kind)) is { } found)
            {
                return (found, kind);
            }
        }

        return (null, FormKind.Objective);
    }

    private static string? Reason(IMethodSymbol method, string target, (IMethodSymbol? Method, FormKind Kind) of, DerivativeKind derivative,
        CancellationToken cancellation)
    {
        if (Declaration(method, cancellation)?.Modifiers.Any(SyntaxKind.PartialKeyword) != true || !method.IsStatic || method.Arity > 0)
        {
            return "it must be a static partial method without body, and not generic; the generator implements it";
        }

        if (of.Method is not { } function)
        {
            return $"{method.ContainingType.Name} has no method {target} marked [InnerObjective] or [OuterObjective]";
        }

        if (of.Kind == FormKind.Function)
        {
            return $"{target} is [Differentiable], and has its derivatives already: call {FormModel.MemberOf(target, FormKind.Function)}";
        }

        if (derivative == DerivativeKind.HessianProduct && of.Kind != FormKind.Objective)
        {
            return $"{target} is {(of.Kind == FormKind.Map ? "a map" : "a condition")}, and only objectives have a Hessian";
        }

        if (IsDerivativeOf(function, method))
        {
            return $"{target} is its derivative, and neither can be computed before the other";
        }

        if (function.Parameters.Length < 2)
        {
            return null;
        }

        ITypeSymbol state = function.Parameters[0].Type;
        return !TypeNames.Same(method.ReturnType, state)
                ? $"it must return {TypeNames.Brief(state)}, the first parameter's type of {target}, and returns {TypeNames.Brief(method.ReturnType)}"
            : derivative == DerivativeKind.Gradient
                ? SameParameters(method, function.Parameters) ? null : $"it must have the parameters of {target}: ({Types(function.Parameters)})"
            : SameParameters(method, [.. function.Parameters, function.Parameters[0]]) ? null
            : $"it must have the parameters of {target}, and {Vector(of.Kind)} as the last one: ({Types([.. function.Parameters, function.Parameters[0]])})";
    }

    // an objective may be a derivative itself, of another one
    private static bool IsDerivativeOf(IMethodSymbol function, IMethodSymbol method)
    {
        var seen = new HashSet<IMethodSymbol>(SymbolEqualityComparer.Default);
        for (IMethodSymbol? next = function; next is not null && seen.Add(next);)
        {
            if (SymbolEqualityComparer.Default.Equals(GeneratedNames.Definition(next), GeneratedNames.Definition(method)))
            {
                return true;
            }

            AttributeData? derivative = KnownNames.Attribute(next, KnownNames.GradientOf) ?? KnownNames.Attribute(next, KnownNames.HessianProductOf);
            next = derivative?.ConstructorArguments.FirstOrDefault().Value is string name ? Function(method.ContainingType, name).Method : null;
        }

        return false;
    }

    private static string Vector(FormKind kind) => kind == FormKind.Objective ? "the vector that the Hessian is multiplied by"
        : "the cotangent that is pulled back";

    private static string Types(IEnumerable<IParameterSymbol> parameters) => string.Join(", ", parameters.Select(parameter => TypeNames.Brief(parameter.Type)));

    private static bool SameParameters(IMethodSymbol method, ImmutableArray<IParameterSymbol> parameters) =>
        method.Parameters.Length == parameters.Length
        && method.Parameters.Zip(parameters, (a, b) => a.RefKind == b.RefKind && TypeNames.Same(a.Type, b.Type) && IsNullable(a) == IsNullable(b))
            .All(same => same);

    private static bool IsNullable(IParameterSymbol parameter) => parameter.Type.NullableAnnotation == NullableAnnotation.Annotated;

    // the implementation repeats the modifiers of the declaration, in their order
    private static string Modifiers(IMethodSymbol method, CancellationToken cancellation) =>
        string.Join(" ", Declaration(method, cancellation)!.Modifiers.Select(modifier => modifier.Text));

    private static MethodDeclarationSyntax? Declaration(IMethodSymbol method, CancellationToken cancellation) =>
        method.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellation) as MethodDeclarationSyntax;
}
