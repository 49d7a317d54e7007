using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Hyperdiff.Generators.Analyzers.Purity;

/// <summary>Which objects a body made itself: those it may change without anyone noticing.</summary>
/// <remarks>
/// A variable owns its object if every value assigned to it is a new one. Copies of structs are owned; whatever comes from parameters, fields and most calls is
/// not. The judgement errs on the side of "not owned".
/// </remarks>
internal sealed class OwnedValues
{
    private readonly Dictionary<ISymbol, List<IOperation>> _assigned = new(SymbolEqualityComparer.Default);
    private readonly HashSet<ISymbol> _visiting = new(SymbolEqualityComparer.Default);
    private readonly bool _constructs;

    public OwnedValues(ISymbol owner, IEnumerable<IOperation> blocks)
    {
        // an object under construction, and one whose setter runs, is judged where the constructor or the setter is called
        _constructs = owner is not IMethodSymbol method || method.MethodKind is MethodKind.Constructor or MethodKind.PropertySet;
        foreach (IOperation operation in blocks.SelectMany(block => block.DescendantsAndSelf()))
        {
            if (operation is IVariableDeclaratorOperation { Symbol: var declared } declarator && declarator.GetVariableInitializer() is { } initializer)
            {
                Assign(declared, initializer.Value);
            }
            else if (operation is ISimpleAssignmentOperation { Target: ILocalReferenceOperation target } assignment)
            {
                Assign(target.Local, assignment.Value);
            }
        }
    }

    /// <summary>Whether the body may change the object that an expression stands for.</summary>
    public bool Contains(IOperation? expression) => expression switch
    {
        null => false,
        IConversionOperation conversion => Contains(conversion.Operand),
        IParenthesizedOperation parenthesized => Contains(parenthesized.Operand),
        IObjectCreationOperation or IArrayCreationOperation or ICollectionExpressionOperation or IAnonymousObjectCreationOperation or IWithOperation => true,
        IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ImplicitReceiver } => true,
        IInstanceReferenceOperation => _constructs,
        IParameterReferenceOperation { Parameter: var parameter } => IsCopy(parameter.Type),
        ILocalReferenceOperation { Local: var local } => !local.IsRef && (IsCopy(local.Type) || IsNew(local)),
        IFieldReferenceOperation { Field.IsStatic: false } field => field.Type is { IsValueType: true } && Contains(field.Instance),
        IPropertyReferenceOperation { Property.ReturnsByRef: true } indexer => Contains(indexer.Instance),
        IArrayElementReferenceOperation element => Contains(element.ArrayReference),
        IInvocationOperation { TargetMethod.Name: "AsSpan" or "Slice" } view => Contains(view.Instance ?? view.Arguments.FirstOrDefault()?.Value),
        IInvocationOperation { TargetMethod: var method } => MakesNew(method),
        ICoalesceOperation coalesce => Contains(coalesce.Value) && Contains(coalesce.WhenNull),
        IConditionalOperation conditional => Contains(conditional.WhenTrue) && Contains(conditional.WhenFalse),
        _ => false,
    };

    private static bool IsCopy(ITypeSymbol? type) => type is { IsValueType: true, IsRefLikeType: false };

    // conversions of the framework and of tensors copy: ToArray, ToList, Clone, Array.ConvertAll
    private static bool MakesNew(IMethodSymbol method) => !method.Locations.Any(location => location.IsInSource)
        && (method.Name.StartsWith("To", StringComparison.Ordinal) || method.Name is "Clone" or "ConvertAll" or "GetRange");

    private void Assign(ISymbol local, IOperation value)
    {
        if (!_assigned.TryGetValue(local, out List<IOperation>? values))
        {
            _assigned[local] = values = [];
        }

        values.Add(value);
    }

    private bool IsNew(ILocalSymbol local)
    {
        if (!_assigned.TryGetValue(local, out List<IOperation>? values))
        {
            return false;
        }

        // a variable assigned from itself owns what the other assignments give it
        if (!_visiting.Add(local))
        {
            return true;
        }

        bool all = values.All(Contains);
        _visiting.Remove(local);
        return all;
    }
}
