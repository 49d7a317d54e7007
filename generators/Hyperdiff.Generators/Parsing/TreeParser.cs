using System.Collections.Immutable;
using Hyperdiff.Generators.Diagnostics;
using Hyperdiff.Generators.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Hyperdiff.Generators.Parsing;

/// <summary>Reads a <c>[Tree]</c> record.</summary>
/// <remarks>
/// Its members are the parameters of the primary constructor and whatever else can be set: a cached plan must see all that the record holds. What only the
/// constructor computes (read-only members) is computed again when a value is rebuilt.
/// </remarks>
internal static class TreeParser
{
    private const string TreeProperty = "Tree";

    public static Parsed<TreeModel> Parse(INamedTypeSymbol type, CancellationToken cancellation)
    {
        var issues = new List<Issue>();
        Location location = type.Locations[0];
        IMethodSymbol? constructor = Constructor(type, cancellation);
        if (constructor is null || type.IsAbstract || type.Arity > 0 || type.IsRefLikeType)
        {
            string reason = type.Arity > 0 ? "is generic: declare a type per structure"
                : type.IsRefLikeType ? "is a ref struct, which cannot be stored: declare a struct"
                : type.IsStatic ? "is static, and has no values: remove the attribute"
                : type.IsAbstract ? "is abstract, so that it cannot be rebuilt: mark the derived types instead"
                : "cannot be rebuilt: declare a record with a primary constructor, or settable members and a constructor without parameters";
            return new Parsed<TreeModel>(null, [new Issue(DiagnosticDescriptors.NotATreeRecord, location, type.Name, reason)]);
        }

        if (!Members(type, cancellation).Any())
        {
            issues.Add(new Issue(DiagnosticDescriptors.NotATreeRecord, location, type.Name,
                "has no members that can be set: declare them as parameters of a primary constructor, or with init or set"));
        }

        issues.AddRange(Hierarchies.Issues(type, "[Tree]", cancellation));
        if (Hierarchies.VisibilityOf(type) == Visibility.Private && !Hierarchies.Chain(type).Any(level => level.IsFileLocal))
        {
            issues.Add(new Issue(DiagnosticDescriptors.NotRegistrable, location, type.Name));
        }

        if (type.Name == TreeProperty || type.GetMembers(TreeProperty).Any(member => !GeneratedCode.IsOurs(member)))
        {
            issues.Add(new Issue(DiagnosticDescriptors.NotATreeRecord, location, type.Name,
                "declares the name Tree, which is that of the generated property: rename it"));
        }

        issues.AddRange(constructor.Parameters.Select(parameter => ParameterKinds.Issue(parameter, type.Name)).OfType<Issue>());
        issues.AddRange(Members(type, cancellation).Where(member => !IsReachable(member.Symbol, type)).Select(member => new Issue(
            DiagnosticDescriptors.NotATreeRecord, location, type.Name,
            $"holds {member.Symbol.Name}, which its emitted part cannot name: make it accessible, or read-only")));
        issues.AddRange(Settable(type).Where(member => IsHidden(member.Symbol, type)).Select(member => new Issue(
            DiagnosticDescriptors.NotATreeRecord, location, type.Name,
            $"hides {member.Symbol.ContainingType.Name}.{member.Symbol.Name}, which is part of the value and could not be set: rename one of them")));
        issues.AddRange(Constructed(type, constructor, cancellation).Select(name => new Issue(
            DiagnosticDescriptors.NotATreeRecord, location, type.Name,
            $"holds {name}, which a constructor sets that rebuilding does not call: make it settable")));
        issues.AddRange(Computed(type, constructor).Select(property => new Issue(
            DiagnosticDescriptors.NotATreeRecord, location, type.Name,
            $"requires {property.Name}, which has no storage of its own: give it some, or do not require it")));
        TreeMember[] members = [.. Members(type, cancellation).Select(member => Member(member.Symbol, member.Type, type, issues))];

        (TreeOperators written, TreeOperators byReference, TreeOperators otherResult) = WrittenOperators.Of(type);
        var model = new TreeModel(
            Hierarchies.Of(type), new EquatableArray<TreeMember>(members), written, byReference, otherResult, BaseTypes(type).Any(HasTree),
            GeneratedNames.Free(type, "GeneratedTree"));
        return new Parsed<TreeModel>(model, issues);
    }

    /// <summary>The parameters of the primary constructor, and then what can be set besides, inherited members first.</summary>
    public static IEnumerable<(ISymbol Symbol, ITypeSymbol Type)> Members(INamedTypeSymbol type, CancellationToken cancellation)
    {
        ImmutableArray<IParameterSymbol> parameters = Constructor(type, cancellation)?.Parameters ?? [];
        return parameters.Select(parameter => ((ISymbol)parameter, parameter.Type))
            .Concat(Settable(type).Where(member => !parameters.Any(parameter => parameter.Name == member.Symbol.Name)).GroupBy(member => member.Symbol.Name)
                .Select(overrides => overrides.Last()));
    }

    private static TreeMember Member(ISymbol member, ITypeSymbol memberType, INamedTypeSymbol type, List<Issue> issues)
    {
        ITypeSymbol offender = memberType;
        TreeType? tree = TreeTypes.IsStatic(memberType) ? null : TreeTypes.Of(memberType, out offender);
        if (tree is null && !TreeTypes.IsStatic(memberType))
        {
            Location location = member.Locations[0].IsInSource ? member.Locations[0] : type.Locations[0];
            issues.Add(new Issue(DiagnosticDescriptors.NotATree, location, $"{type.Name}.{member.Name}", TypeNames.Brief(memberType),
                TreeTypes.Remedy(offender)));
        }

        return new TreeMember(member.Name, tree, IsFrozen(member, type), member is IParameterSymbol);
    }

    /// <summary>Whether a member is marked: the attribute may stand on a parameter, or on the property that it becomes.</summary>
    public static bool IsFrozen(ISymbol member, INamedTypeSymbol type) => KnownNames.Has(member, KnownNames.Frozen)
        || (Find(type, member.Name) is { } property && KnownNames.Has(property, KnownNames.Frozen));

    /// <summary>Whether values can be made from their members.</summary>
    public static bool CanBeRebuilt(INamedTypeSymbol type) => Constructor(type, default) is not null;

    private static bool IsReachable(ISymbol member, INamedTypeSymbol type)
    {
        ISymbol? setter = member is IPropertySymbol property ? property.SetMethod : member;
        return member is IParameterSymbol || SymbolEqualityComparer.Default.Equals(member.ContainingType, type)
            ? member is not IPropertySymbol { ExplicitInterfaceImplementations.Length: > 0 }
            : setter?.DeclaredAccessibility switch
            {
                Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal => true,
                Accessibility.Internal or Accessibility.ProtectedAndInternal =>
                    SymbolEqualityComparer.Default.Equals(member.ContainingAssembly, type.ContainingAssembly),
                _ => false,
            };
    }

    // overrides share a name and what they stand for; what is hidden does not
    private static bool IsHidden(ISymbol member, INamedTypeSymbol type)
    {
        ISymbol seen = BaseTypes(type).Prepend(type).SelectMany(level => level.GetMembers(member.Name))
            .First(candidate => candidate is IPropertySymbol or IFieldSymbol);
        while (seen is IPropertySymbol { OverriddenProperty: { } overridden } && !SymbolEqualityComparer.Default.Equals(seen, member))
        {
            seen = overridden;
        }

        return !SymbolEqualityComparer.Default.Equals(seen, member);
    }

    // what a constructor computes is computed again, by the one that rebuilds; what another one was given would be lost
    private static IEnumerable<string> Constructed(INamedTypeSymbol type, IMethodSymbol constructor, CancellationToken cancellation)
    {
        string[] assigned = [.. type.InstanceConstructors.Where(other => !SymbolEqualityComparer.Default.Equals(other, constructor))
            .SelectMany(other => other.DeclaringSyntaxReferences)
            .SelectMany(reference => reference.GetSyntax(cancellation).DescendantNodes().OfType<AssignmentExpressionSyntax>())
            .Select(assignment => assignment.Left)
            .SelectMany(left => left is TupleExpressionSyntax tuple ? tuple.Arguments.Select(argument => argument.Expression) : [left])
            .Select(left => left is MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax } member ? member.Name : left)
            .OfType<IdentifierNameSyntax>().Select(name => name.Identifier.ValueText)];
        return type.GetMembers().OfType<IFieldSymbol>().Where(field => field is { IsReadOnly: true, IsStatic: false })
            .Select(field => field.AssociatedSymbol is IPropertySymbol { SetMethod: null } property ? property.Name : field.Name)
            .Where(assigned.Contains);
    }

    // what is required is set, and what is set is a leaf: one that is stored elsewhere would be there twice
    private static IEnumerable<IPropertySymbol> Computed(INamedTypeSymbol type, IMethodSymbol constructor) =>
        constructor.GetAttributes().Any(attribute => attribute.AttributeClass is { Name: "SetsRequiredMembersAttribute" })
            ? []
            : BaseTypes(type).Prepend(type).SelectMany(level => level.GetMembers().OfType<IPropertySymbol>())
                .Where(property => property.IsRequired && !Settable(type).Any(member => SymbolEqualityComparer.Default.Equals(member.Symbol, property)));

    private static bool HasTree(INamedTypeSymbol type) => type.GetMembers(TreeProperty).Length > 0 || KnownNames.Has(type, KnownNames.Tree);

    // the primary constructor of a record, whose parameters are its members; otherwise one that leaves all members to be set
    private static IMethodSymbol? Constructor(INamedTypeSymbol type, CancellationToken cancellation)
    {
        IMethodSymbol? primary = type.InstanceConstructors.FirstOrDefault(constructor => constructor.DeclaringSyntaxReferences.Any(
            reference => reference.GetSyntax(cancellation) is TypeDeclarationSyntax { ParameterList.Parameters.Count: > 0 }));
        return primary is null ? type.InstanceConstructors.FirstOrDefault(constructor => constructor.Parameters.Length == 0) : type.IsRecord ? primary : null;
    }

    private static ISymbol? Find(INamedTypeSymbol type, string name) =>
        type.GetMembers(name).FirstOrDefault(member => member is IPropertySymbol or IFieldSymbol);

    private static IEnumerable<INamedTypeSymbol> BaseTypes(INamedTypeSymbol type)
    {
        for (INamedTypeSymbol? level = type.BaseType; level is not null && level.SpecialType == SpecialType.None; level = level.BaseType)
        {
            yield return level;
        }
    }

    // base types first, as constructors run; of a property it is the backing field that shows whether it holds anything
    private static IEnumerable<(ISymbol Symbol, ITypeSymbol Type)> Settable(INamedTypeSymbol type)
    {
        foreach (INamedTypeSymbol level in BaseTypes(type).Reverse().Append(type))
        {
            foreach (IFieldSymbol field in level.GetMembers().OfType<IFieldSymbol>().Where(field => !field.IsStatic && !field.IsConst))
            {
                if (field.AssociatedSymbol is IPropertySymbol { SetMethod: not null } property)
                {
                    yield return (property, property.Type);
                }
                else if (field.AssociatedSymbol is null && !field.IsReadOnly)
                {
                    yield return (field, field.Type);
                }
            }
        }
    }
}
