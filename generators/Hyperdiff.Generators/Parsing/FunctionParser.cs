using Hyperdiff.Generators.Diagnostics;
using Hyperdiff.Generators.Model;
using Microsoft.CodeAnalysis;

namespace Hyperdiff.Generators.Parsing;

/// <summary>Reads the signature of a <c>[Differentiable]</c> method.</summary>
internal static class FunctionParser
{
    public static Parsed<FunctionModel> Parse(IMethodSymbol method, CancellationToken cancellation)
    {
        method = GeneratedNames.Definition(method);
        List<Issue> issues = FormParser.Declaration(method, FormKind.Function, cancellation);
        Location location = method.Locations[0];
        if (!FormParser.IsOrdinary(method))
        {
            return new Parsed<FunctionModel>(null, issues);
        }

        // numbers would be read while the method is traced
        issues.AddRange(method.Parameters.Where(parameter => LiftedTypes.HasNumbers(parameter.Type)).Select(parameter =>
            Numbers(parameter.Type, parameter.Locations[0], $"Parameter {parameter.Name} of {method.Name}")));
        if (LiftedTypes.HasNumbers(method.ReturnType))
        {
            issues.Add(Numbers(method.ReturnType, location, $"The result of {method.Name}"));
        }

        var documentation = Documentation.Of(method, cancellation);
        DataParameter[] arguments = [.. method.Parameters.Select(parameter => FormParser.Data(parameter, method, documentation, issues))];
        if (issues.Count == 0 && !arguments.Any(argument => argument.Tree is { Kind: not TreeKind.Unit }))
        {
            issues.Add(new Issue(DiagnosticDescriptors.NothingToDifferentiate, location, method.Name));
        }

        TreeType? result = FormParser.Structure(method.ReturnType, location, $"The result of {method.Name}", issues);
        if (result is { Kind: TreeKind.Optional or TreeKind.Nullable })
        {
            issues.Add(new Issue(DiagnosticDescriptors.NotATree, location, $"The result of {method.Name}", TypeNames.Brief(method.ReturnType),
                "a function has a result; remove the question mark"));
        }

        if (result is null || issues.Count > 0)
        {
            return new Parsed<FunctionModel>(null, issues);
        }

        Visibility types = Hierarchies.Least([.. method.Parameters.Select(parameter => Hierarchies.VisibilityOf(parameter.Type)),
            Hierarchies.VisibilityOf(method.ReturnType)]);
        var model = new FunctionModel(
            Hierarchies.Of(method.ContainingType), method.Name, new EquatableArray<DataParameter>(arguments), result,
            Accessibilities.Of(method, types, cancellation), types,
            GeneratedNames.Free(method.ContainingType, FormModel.MemberOf(method.Name, FormKind.Function) + "Form"), documentation.Summary,
            CallContexts.Of(method));
        return new Parsed<FunctionModel>(model, issues);
    }

    private static Issue Numbers(ITypeSymbol type, Location location, string what) => new(DiagnosticDescriptors.NotATree, location, what, TypeNames.Brief(type),
        "only maps, conditions and objectives are lifted from numbers; use Tensor");
}
