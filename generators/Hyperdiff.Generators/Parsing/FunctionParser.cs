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

        bool isLifted = FormParser.IsOverNumbers(method);
        if (isLifted && method.ReturnType.SpecialType != SpecialType.System_Double && !KnownNames.IsTensor(method.ReturnType))
        {
            issues.Add(new Issue(DiagnosticDescriptors.NotATree, location, $"The result of {method.Name}", TypeNames.Brief(method.ReturnType),
                "a function over plain numbers returns double or Tensor"));
            return new Parsed<FunctionModel>(null, issues);
        }

        var documentation = Documentation.Of(method, cancellation);
        DataParameter[] arguments = [.. method.Parameters.Select(parameter => FormParser.Data(parameter, method, documentation, issues))];
        if (issues.Count == 0 && !arguments.Any(argument => argument.Tree is { Kind: not TreeKind.Unit }))
        {
            issues.Add(new Issue(DiagnosticDescriptors.NothingToDifferentiate, location, method.Name));
        }

        TreeType? result = isLifted ? new TreeType(TreeKind.Tensor, "global::Hyperdiff.Tensor", EquatableArray<TreeType>.Empty)
            : FormParser.Structure(method.ReturnType, location, $"The result of {method.Name}", issues);
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
            CallContexts.Of(method))
        {
            IsLifted = isLifted,
        };
        return new Parsed<FunctionModel>(model, issues);
    }
}
