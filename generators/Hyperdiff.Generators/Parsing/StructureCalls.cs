using Hyperdiff.Generators.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Hyperdiff.Generators.Parsing;

/// <summary>Calls of the library's functions that look trees up by types: arrays and tuples in them get theirs, without standing in a signature.</summary>
internal static class StructureCalls
{
    /// <summary>The static classes of these functions.</summary>
    public static readonly ISet<string> Classes = new HashSet<string>
    {
        "Bilevel", "Diff", "DifferentiableFunction", "Dynamics", "FiniteSum", "FixedPointMap", "Level", "Loop", "Objective", "Optimizer", "RootCondition",
        "SampledObjective", "Tree", "TreeFile", "WarmStart",
    };

    /// <summary>Methods of objects that do so too.</summary>
    public static readonly ISet<string> InstanceMethods = new HashSet<string> { "In", "On", "Start" };

    /// <summary>Whether an expression may be such a call, by its words alone.</summary>
    public static bool IsCandidate(SyntaxNode node) => node is InvocationExpressionSyntax call && call.Expression switch
    {
        MemberAccessExpressionSyntax { Name.Identifier.ValueText: var name } access =>
            InstanceMethods.Contains(name) || (LastName(access.Expression) is { } receiver && (Classes.Contains(receiver) || IsAlias(receiver, call))),
        SimpleNameSyntax => HasStaticUsing(call),
        _ => false,
    };

    /// <summary>The arrays, tuples and the like that are structures, in the types of a call.</summary>
    public static EquatableArray<TreeType> Of(InvocationExpressionSyntax call, SemanticModel model, Func<IEnumerable<ITypeSymbol>, bool> areSound,
        CancellationToken cancellation)
    {
        // operators of [Tree] records are not there yet, and a call that uses one is not resolved
        SymbolInfo info = model.GetSymbolInfo(call, cancellation);
        IMethodSymbol[] methods = [.. (info.Symbol is { } known ? [known] : info.CandidateSymbols).OfType<IMethodSymbol>().Where(IsOfLibrary)];
        if (methods.Length == 0)
        {
            return EquatableArray<TreeType>.Empty;
        }

        IEnumerable<ITypeSymbol?> types = methods.SelectMany(method => method.TypeArguments)
            .Concat(call.ArgumentList.Arguments.SelectMany(argument => Types(argument.Expression, model, cancellation)));
        return new EquatableArray<TreeType>([.. types.OfType<ITypeSymbol>().Select(type => Structure(type, areSound)).OfType<TreeType>().Distinct()]);
    }

    /// <summary>The structure of a type if it needs to be registered, and can be: it is not a single tensor or record, and can be named in its
    /// assembly.</summary>
    public static TreeType? Structure(ITypeSymbol type, Func<IEnumerable<ITypeSymbol>, bool> areSound) =>
        type is IArrayTypeSymbol or INamedTypeSymbol { IsGenericType: true, IsUnboundGenericType: false } && !LiftedTypes.HasNumbers(type)
        && TreeTypes.Of(type, out _) is { Kind: not (TreeKind.Optional or TreeKind.Nullable) } tree
        && Hierarchies.VisibilityOf(type) != Visibility.Private && areSound([type]) ? tree : null;

    /// <summary>Whether a method of the library looks up the trees of its type arguments.</summary>
    public static bool IsOfLibrary(IMethodSymbol method) => method.IsGenericMethod
        && (method.IsStatic ? Classes : InstanceMethods).Contains(method.IsStatic ? method.ContainingType.Name : method.Name)
        && method.ContainingNamespace is { Name: KnownNames.Namespace, ContainingNamespace.IsGlobalNamespace: true };

    // of a lambda, what its parameters say, and what its expressions are
    private static IEnumerable<ITypeSymbol?> Types(ExpressionSyntax argument, SemanticModel model, CancellationToken cancellation)
    {
        if (argument is not AnonymousFunctionExpressionSyntax function)
        {
            return [TypeOf(argument, model, cancellation)];
        }

        IEnumerable<ITypeSymbol?> parameters = model.GetSymbolInfo(function, cancellation).Symbol is IMethodSymbol lambda
            ? lambda.Parameters.Select(parameter => parameter.Type).Append(lambda.ReturnType) : [];
        IEnumerable<ExpressionSyntax?> results = function.ExpressionBody is { } body
            ? [body]
            : function.Block!.DescendantNodes(node => node is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax))
                .OfType<ReturnStatementSyntax>().Select(statement => statement.Expression);
        return parameters.Concat(results.OfType<ExpressionSyntax>().Select(result => TypeOf(result, model, cancellation)));
    }

    // of what is not resolved yet: sums, differences and multiples of a [Tree] type are of that type
    private static ITypeSymbol? TypeOf(ExpressionSyntax expression, SemanticModel model, CancellationToken cancellation)
    {
        switch (expression)
        {
            case ParenthesizedExpressionSyntax inner:
                return TypeOf(inner.Expression, model, cancellation);
            case TupleExpressionSyntax tuple:
                ITypeSymbol?[] elements = [.. tuple.Arguments.Select(argument => TypeOf(argument.Expression, model, cancellation))];
                return elements.All(element => element is not (null or IErrorTypeSymbol))
                    ? model.Compilation.CreateTupleTypeSymbol([.. elements.OfType<ITypeSymbol>()]) : null;
            case BinaryExpressionSyntax sum when IsLinear(sum.Kind()) && model.GetTypeInfo(sum, cancellation).Type is (null or IErrorTypeSymbol):
                return new[] { sum.Left, sum.Right }.Select(operand => TypeOf(operand, model, cancellation))
                    .FirstOrDefault(type => type is not null && KnownNames.Has(type, KnownNames.Tree));
            default:
                return model.GetTypeInfo(expression, cancellation).Type;
        }
    }

    private static bool IsLinear(SyntaxKind kind) => kind is SyntaxKind.AddExpression or SyntaxKind.SubtractExpression or SyntaxKind.MultiplyExpression;

    private static string? LastName(ExpressionSyntax receiver) => receiver switch
    {
        IdentifierNameSyntax name => name.Identifier.ValueText,
        MemberAccessExpressionSyntax { Name: IdentifierNameSyntax name } => name.Identifier.ValueText,
        AliasQualifiedNameSyntax { Name: IdentifierNameSyntax name } => name.Identifier.ValueText,
        _ => null,
    };

    private static bool IsAlias(string name, SyntaxNode node) => Usings(node).Any(directive =>
        directive.Alias?.Name.Identifier.ValueText == name && IsOfClass(directive));

    private static bool HasStaticUsing(SyntaxNode node) => Usings(node).Any(directive => directive.StaticKeyword.RawKind != 0 && IsOfClass(directive));

    private static bool IsOfClass(UsingDirectiveSyntax directive) => directive.Name is { } name
        && Classes.Contains(name.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().Last().Identifier.ValueText);

    private static IEnumerable<UsingDirectiveSyntax> Usings(SyntaxNode node) => node.SyntaxTree.GetRoot() is CompilationUnitSyntax unit
        ? unit.Usings.Concat(node.Ancestors().OfType<BaseNamespaceDeclarationSyntax>().SelectMany(scope => scope.Usings)) : [];
}
