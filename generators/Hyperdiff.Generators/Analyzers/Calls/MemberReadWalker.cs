using Hyperdiff.Generators.Parsing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Hyperdiff.Generators.Analyzers.Calls;

/// <summary>Collects which members of structures a body reads.</summary>
internal sealed class MemberReadWalker : CallWalker
{
    private readonly HashSet<ISymbol> _members = new(SymbolEqualityComparer.Default);
    private readonly HashSet<ISymbol> _escaped = new(SymbolEqualityComparer.Default);

    public MemberReads Reads => new(_members, _escaped);

    public override void VisitPropertyReference(IPropertyReferenceOperation operation)
    {
        _members.Add(operation.Property.OriginalDefinition);
        base.VisitPropertyReference(operation);
    }

    public override void VisitFieldReference(IFieldReferenceOperation operation)
    {
        _members.Add(operation.Field.OriginalDefinition);
        base.VisitFieldReference(operation);
    }

    public override void DefaultVisit(IOperation operation)
    {
        if (operation.Type is INamedTypeSymbol type && KnownNames.Has(type, KnownNames.Tree) && !IsFollowed(operation))
        {
            _escaped.Add(type);
        }

        base.DefaultVisit(operation);
    }

    // a structure stays in sight where a member is taken from it, where a written method gets it (its body is seen as well), and where a [GradientOf] method
    // gets it (its objective is annotated, and seen); an operator, a copy or a call into a library may read all of it
    private static bool IsFollowed(IOperation structure) => structure.Parent switch
    {
        IMemberReferenceOperation member => ReferenceEquals(member.Instance, structure),
        IArgumentOperation { Parent: IInvocationOperation invocation } =>
            KnownNames.Has(invocation.TargetMethod, KnownNames.GradientOf) || IsWritten(invocation.TargetMethod),
        IInvocationOperation invocation => IsWritten(invocation.TargetMethod),
        _ => false,
    };

    private static bool IsWritten(IMethodSymbol method) =>
        method is { IsAbstract: false, IsVirtual: false, IsOverride: false, IsImplicitlyDeclared: false }
        && CallWalker.Key(method) is var key && key.Locations.Any(location => location.IsInSource) && !GeneratedCode.IsOurs(key);
}
