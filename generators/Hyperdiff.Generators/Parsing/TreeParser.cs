using Hyperdiff.Generators.Diagnostics;
using Hyperdiff.Generators.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Hyperdiff.Generators.Parsing;

/// <summary>Reads a <c>[Tree]</c> record.</summary>
/// <remarks>
/// Its members are the parameters of the primary constructor and whatever else can be set: a cached plan must see all that the record holds. What only the constructor computes
/// (read-only members) is computed again when a value is rebuilt.
/// </remarks>
internal static class TreeParser
{
    private const string TreeProperty = "Tree";

    public static Parsed<TreeModel> Parse(INamedTypeSymbol type, CancellationToken cancellation)
    {
        var issues = new List<Issue>();
        Location location = type.Locations[0];
        IMethodSymbol? constructor = PrimaryConstructor(type, cancellation);
        if (!type.IsRecord || constructor is null || type.IsAbstract || type.Arity > 0)
        {
            string reason = !type.IsRecord ? "is not a record: declare it as a partial record with a primary constructor"
                : type.Arity > 0 ? "is generic: declare a record per structure"
                : type.IsAbstract ? "is abstract, so that it cannot be rebuilt: mark the derived records instead"
                : "has no primary constructor: declare its members as its parameters";
            return new Parsed<TreeModel>(null, [new Issue(DiagnosticDescriptors.NotATreeRecord, location, type.Name, reason)]);
        }

        issues.AddRange(Hierarchies.Issues(type, "[Tree]", cancellation));
        if (Hierarchies.VisibilityOf(type) == Visibility.Private)
        {
            issues.Add(new Issue(DiagnosticDescriptors.NotRegistrable, location, type.Name, type.IsFileLocal ? "local to its file" : "private to a type"));
        }

        if (type.Name == TreeProperty || type.GetMembers(TreeProperty).Any(member => !GeneratedCode.IsOurs(member)))
        {
            issues.Add(new Issue(DiagnosticDescriptors.NotATreeRecord, location, type.Name, "declares the name Tree, which is that of the generated property: rename it"));
        }

        var members = new List<TreeMember>();
        foreach (IParameterSymbol parameter in constructor.Parameters)
        {
            cancellation.ThrowIfCancellationRequested();
            ISymbol? property = Find(type, parameter.Name);
            Add(parameter, parameter.Type, positional: true, KnownNames.Has(parameter, KnownNames.Frozen) || (property is not null && KnownNames.Has(property, KnownNames.Frozen)));
            if (ParameterKinds.Issue(parameter, type.Name) is { } issue)
            {
                issues.Add(issue);
            }
        }

        foreach ((ISymbol member, ITypeSymbol memberType) in Settable(type))
        {
            if (!constructor.Parameters.Any(parameter => parameter.Name == member.Name))
            {
                Add(member, memberType, positional: false, KnownNames.Has(member, KnownNames.Frozen));
            }
        }

        var model = new TreeModel(Hierarchies.Of(type), new EquatableArray<TreeMember>(members), WrittenOperators.Of(type), BaseTypes(type).Any(HasTree));
        return new Parsed<TreeModel>(model, issues);

        void Add(ISymbol member, ITypeSymbol memberType, bool positional, bool frozen)
        {
            ITypeSymbol offender = memberType;
            TreeType? tree = TreeTypes.IsStatic(memberType) ? null : TreeTypes.Of(memberType, out offender);
            if (tree is null && !TreeTypes.IsStatic(memberType))
            {
                issues.Add(new Issue(
                    DiagnosticDescriptors.NotATree, member.Locations[0], $"{type.Name}.{member.Name}", TypeNames.Brief(memberType), TreeTypes.Remedy(offender)));
            }

            members.Add(new TreeMember(member.Name, tree, frozen, positional));
        }
    }

    private static bool HasTree(INamedTypeSymbol type) => type.GetMembers(TreeProperty).Length > 0 || KnownNames.Has(type, KnownNames.Tree);

    private static IMethodSymbol? PrimaryConstructor(INamedTypeSymbol type, CancellationToken cancellation) => type.InstanceConstructors.FirstOrDefault(
        constructor => constructor.DeclaringSyntaxReferences.Any(reference => reference.GetSyntax(cancellation) is TypeDeclarationSyntax { ParameterList.Parameters.Count: > 0 }));

    private static ISymbol? Find(INamedTypeSymbol type, string name) => type.GetMembers(name).FirstOrDefault(member => member is IPropertySymbol or IFieldSymbol);

    private static IEnumerable<INamedTypeSymbol> BaseTypes(INamedTypeSymbol type)
    {
        for (INamedTypeSymbol? level = type.BaseType; level is not null && level.SpecialType == SpecialType.None; level = level.BaseType)
        {
            yield return level;
        }
    }

    // base types first, as constructors run; of a property it is the backing field that shows whether it holds anything
    private static IEnumerable<(ISymbol Member, ITypeSymbol Type)> Settable(INamedTypeSymbol type)
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
