using Hyperdiff.Generators.Diagnostics;
using Hyperdiff.Generators.Model;
using Microsoft.CodeAnalysis;

namespace Hyperdiff.Generators.Parsing;

/// <summary>Reads the signature of a <c>[FixedPointMap]</c>, <c>[RootCondition]</c>, <c>[InnerObjective]</c> or <c>[OuterObjective]</c> method. Bodies are the
/// analyzers' business.</summary>
internal static class FormParser
{
    public static Parsed<FormModel> Parse(
        IMethodSymbol method, FormKind kind, CancellationToken cancellation, Func<ITypeSymbol, bool>? hasNumbers = null)
    {
        method = GeneratedNames.Definition(method);
        List<Issue> issues = Declaration(method, kind, cancellation);
        Location location = method.Locations[0];
        if (!IsOrdinary(method))
        {
            return new Parsed<FormModel>(null, issues);
        }

        if (method.Parameters.Length < 2)
        {
            issues.Add(new Issue(
                DiagnosticDescriptors.TooFewParameters, location, method.Name, method.Parameters.Length == 0 ? "none" : "only " + method.Parameters[0].Name));
            return new Parsed<FormModel>(null, issues);
        }

        cancellation.ThrowIfCancellationRequested();
        issues.AddRange(method.Parameters.Where(parameter => KnownNames.Has(parameter, KnownNames.Batch)).Select(parameter => BatchIssue(parameter, method))
            .OfType<Issue>());
        TreeType? state = Present(method.Parameters[0], method, issues);
        TreeType? hyper = Present(method.Parameters[1], method, issues);
        var documentation = Documentation.Of(method, cancellation);
        DataParameter[] data = [.. method.Parameters.Skip(2).Select(parameter => Data(parameter, method, documentation, issues))];
        AuxiliaryOutput? auxiliary = Returned(method, kind, issues);
        if (state is null || hyper is null || issues.Count > 0)
        {
            return new Parsed<FormModel>(null, issues);
        }

        Visibility types = Hierarchies.Least([.. method.Parameters.Select(parameter => Hierarchies.VisibilityOf(parameter.Type)),
            Hierarchies.VisibilityOf(method.ReturnType)]);
        var model = new FormModel(
            Hierarchies.Of(method.ContainingType), kind, method.Name, state, hyper, new EquatableArray<DataParameter>(data), auxiliary,
            Accessibilities.Of(method, types, cancellation), types,
            GeneratedNames.Free(method.ContainingType, FormModel.MemberOf(method.Name, kind) + "Form"), documentation.Summary, CallContexts.Of(method));
        return new Parsed<FormModel>(model with { IsLifted = Types(method).Any(hasNumbers ?? LiftedTypes.HasNumbers) }, issues);
    }

    /// <summary>What stands against a form, whatever the types in the signature.</summary>
    public static List<Issue> Declaration(IMethodSymbol method, FormKind kind, CancellationToken cancellation)
    {
        Location location = method.Locations[0];
        if (!IsOrdinary(method))
        {
            return [new Issue(DiagnosticDescriptors.NotStatic, location, method.Name)];
        }

        List<Issue> issues = [.. Hierarchies.Issues(method.ContainingType, method.Name, cancellation)];
        if (method.Arity > 0)
        {
            issues.Insert(0, new Issue(DiagnosticDescriptors.Generic, location, method.Name));
        }

        issues.AddRange(method.Parameters.Select(parameter => ParameterKinds.Issue(parameter, method.Name)).OfType<Issue>());
        if (method.IsVararg)
        {
            issues.Add(new Issue(DiagnosticDescriptors.ParameterKind, location, "list", method.Name, "__arglist"));
        }

        if (GeneratedNames.Conflict(method, kind) is { } conflict)
        {
            issues.Add(conflict);
        }

        return issues;
    }

    /// <summary>Whether a method has plain numbers among its arguments or as its result.</summary>
    public static bool IsOverNumbers(IMethodSymbol method) => Types(method).Any(LiftedTypes.HasNumbers);

    private static IEnumerable<ITypeSymbol> Types(IMethodSymbol method) => method.Parameters.Select(parameter => parameter.Type).Append(method.ReturnType);

    /// <summary>Whether code in another file can call it by its name.</summary>
    /// <remarks>Static members of interfaces that are virtual are called through a type parameter only; those of extension blocks stand in a type without a
    /// name.</remarks>
    public static bool IsOrdinary(IMethodSymbol method) =>
        method is { IsStatic: true, MethodKind: MethodKind.Ordinary, IsAbstract: false, IsVirtual: false, ContainingType.Name.Length: > 0 };

    private static TreeType? Present(IParameterSymbol parameter, IMethodSymbol method, List<Issue> issues)
    {
        TreeType? tree = Structure(parameter, method, issues);
        if (tree is not { Kind: TreeKind.Optional or TreeKind.Nullable })
        {
            return tree;
        }

        issues.Add(new Issue(DiagnosticDescriptors.NotATree, parameter.Locations[0], $"Parameter {parameter.Name} of {method.Name}",
            TypeNames.Brief(parameter.Type),
            "a problem has a state and hyperparameters; remove the question mark"));
        return null;
    }

    private static TreeType? Structure(IParameterSymbol parameter, IMethodSymbol method, List<Issue> issues) =>
        Structure(parameter.Type, parameter.Locations[0], $"Parameter {parameter.Name} of {method.Name}", issues);

    /// <summary>The structure of a type, or an issue.</summary>
    public static TreeType? Structure(ITypeSymbol type, Location location, string what, List<Issue> issues)
    {
        TreeType? tree = TreeTypes.Of(type, out ITypeSymbol offender);
        if (tree is null)
        {
            issues.Add(new Issue(DiagnosticDescriptors.NotATree, location, what, TypeNames.Brief(type), TreeTypes.Remedy(offender)));
        }

        return tree;
    }

    private static Issue? BatchIssue(IParameterSymbol parameter, IMethodSymbol method)
    {
        string? role = parameter.Ordinal == 0
            ? "the state is" : parameter.Ordinal == 1 ? "the hyperparameters are" : TreeTypes.IsStatic(parameter.Type) ? "a static argument is" : null;
        return role is null ? null : new Issue(DiagnosticDescriptors.BatchWithoutSamples, parameter.Locations[0], parameter.Name, method.Name, role);
    }

    /// <summary>A parameter that may be a structure or a static argument.</summary>
    public static DataParameter Data(IParameterSymbol parameter, IMethodSymbol method, Documentation documentation, List<Issue> issues) => new(
        parameter.Name,
        TypeNames.Qualified(parameter.Type),
        TreeTypes.IsStatic(parameter.Type) ? null : Structure(parameter, method, issues),
        KnownNames.Has(parameter, KnownNames.Batch),
        documentation.Of(parameter.Name),
        DefaultValues.Of(parameter));

    // the first result is the state, or a scalar; further elements of a tuple are auxiliary, which a condition has none of
    private static AuxiliaryOutput? Returned(IMethodSymbol method, FormKind kind, List<Issue> issues)
    {
        ITypeSymbol returned = method.ReturnType;
        ITypeSymbol state = method.Parameters[0].Type;
        if (IsFirst(returned))
        {
            return null;
        }

        Location location = method.Locations[0];
        if (kind == FormKind.Condition || IsOverNumbers(method) || returned is not INamedTypeSymbol { IsTupleType: true } tuple
            || !IsFirst(tuple.TupleElements[0].Type))
        {
            issues.Add(kind switch
            {
                FormKind.Map => new Issue(DiagnosticDescriptors.MapReturn, location, method.Name, TypeNames.Brief(state), TypeNames.Brief(returned)),
                FormKind.Condition => new Issue(DiagnosticDescriptors.ConditionReturn, location, method.Name, TypeNames.Brief(state),
                    TypeNames.Brief(returned)),
                _ => new Issue(DiagnosticDescriptors.ObjectiveReturn, location, method.Name, TypeNames.Brief(returned)),
            });
            return null;
        }

        TreeType?[] parts = [.. tuple.TupleElements.Skip(1)
            .Select((element, i) => Structure(element.Type, location, $"Auxiliary output {i + 1} of {method.Name}", issues))];
        if (parts.Any(part => part is null))
        {
            return null;
        }

        TreeType[] trees = [.. parts.OfType<TreeType>()];
        string name = "(" + string.Join(", ", tuple.TupleElements.Skip(1).Select(element =>
            TypeNames.Qualified(element.Type) + (element.IsExplicitlyNamedTupleElement ? " " + TypeNames.Escape(element.Name) : string.Empty))) + ")";
        return new AuxiliaryOutput(trees.Length == 1 ? trees[0] : new TreeType(TreeKind.Tuple, name, new EquatableArray<TreeType>(trees)), trees.Length);

        bool IsFirst(ITypeSymbol type) =>
            type.NullableAnnotation != NullableAnnotation.Annotated && (kind == FormKind.Objective
                ? KnownNames.IsTensor(type) || type.SpecialType == SpecialType.System_Double : TypeNames.Same(type, state));
    }
}
