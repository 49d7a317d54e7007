using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Hyperdiff.Generators.Lifting;

/// <summary>Which variables an operation writes.</summary>
internal static class Assigned
{
    /// <summary>The variables that are written within, and declared before: in the order in which they are first written.</summary>
    public static IReadOnlyList<ISymbol> In(IEnumerable<IOperation> operations)
    {
        IOperation[] all = [.. operations.SelectMany(operation => operation.DescendantsAndSelf())];
        var declared = new HashSet<ISymbol>(
            all.Select(Declared).OfType<ISymbol>().Concat(all.OfType<ILoopOperation>().SelectMany(loop => loop.Locals)), SymbolEqualityComparer.Default);
        return [.. all.SelectMany(Targets).Select(Variable).OfType<ISymbol>().Where(variable => !declared.Contains(variable))
            .Distinct(SymbolEqualityComparer.Default)];
    }

    /// <inheritdoc cref="In(IEnumerable{IOperation})"/>
    public static IReadOnlyList<ISymbol> In(IOperation operation) => In([operation]);

    /// <summary>What an operation writes to, by itself.</summary>
    public static IEnumerable<IOperation> Targets(IOperation operation) => operation switch
    {
        IDeconstructionAssignmentOperation { Target: ITupleOperation tuple } => Elements(tuple),
        IAssignmentOperation { Target: { } target } => [target],
        IIncrementOrDecrementOperation { Target: { } target } => [target],
        IArgumentOperation { Parameter.RefKind: RefKind.Ref or RefKind.Out, Value: { } value } => [value],
        _ => [],
    };

    /// <summary>The variable that is written where a target is: a member of a struct is a part of it; an element of an array is not.</summary>
    public static ISymbol? Variable(IOperation? target) => target switch
    {
        ILocalReferenceOperation local => local.Local,
        IParameterReferenceOperation parameter => parameter.Parameter,
        IDeclarationExpressionOperation declaration => Variable(declaration.Expression),
        IFieldReferenceOperation { Instance: { Type.IsValueType: true } instance } => Variable(instance),
        IPropertyReferenceOperation { Instance: { Type.IsValueType: true } instance } => Variable(instance),
        _ => null,
    };

    /// <summary>What stands under implicit conversions.</summary>
    public static IOperation Bare(IOperation operation) => operation is IConversionOperation { IsImplicit: true } conversion
        ? Bare(conversion.Operand) : operation;

    private static IEnumerable<IOperation> Elements(ITupleOperation tuple) =>
        tuple.Elements.SelectMany(element => element is ITupleOperation inner ? Elements(inner) : [element]);

    private static ISymbol? Declared(IOperation operation) => operation switch
    {
        IVariableDeclaratorOperation declarator => declarator.Symbol,
        IDeclarationExpressionOperation declaration => Variable(declaration.Expression),
        _ => null,
    };
}
