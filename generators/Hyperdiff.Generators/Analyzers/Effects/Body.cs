using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Hyperdiff.Generators.Analyzers.Effects;

/// <summary>What runs when a member is called: initializers and a body as control-flow graphs, in which every call that the language implies is written
/// out.</summary>
/// <param name="Graphs">The graphs, in the order in which they run.</param>
/// <param name="Shared">The variables that nested functions see, or to which references exist: assignments to them have no order.</param>
internal sealed record Body(IReadOnlyList<ControlFlowGraph> Graphs, ISet<ISymbol> Shared)
{
    public static Body Of(IReadOnlyList<ControlFlowGraph> graphs)
    {
        var shared = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
        foreach (ControlFlowGraph graph in graphs)
        {
            Collect(graph.OriginalOperation, null, shared);
        }

        return new Body(graphs, shared);
    }

    private static void Collect(IOperation operation, IMethodSymbol? function, HashSet<ISymbol> shared)
    {
        switch (operation)
        {
            case ILocalReferenceOperation { Local: var local } when IsSharedUse(operation) || !IsOwn(local, function):
                shared.Add(local);
                break;
            case IParameterReferenceOperation { Parameter: var parameter } when IsSharedUse(operation) || !IsOwn(parameter, function):
                shared.Add(parameter);
                break;
        }

        IMethodSymbol? inner = operation switch
        {
            IAnonymousFunctionOperation lambda => lambda.Symbol,
            ILocalFunctionOperation local => local.Symbol,
            _ => function,
        };
        foreach (IOperation child in operation.ChildOperations)
        {
            Collect(child, inner, shared);
        }
    }

    private static bool IsOwn(ISymbol variable, IMethodSymbol? function) => function is null
        ? variable.ContainingSymbol is not IMethodSymbol { MethodKind: MethodKind.LambdaMethod or MethodKind.LocalFunction }
        : SymbolEqualityComparer.Default.Equals(variable.ContainingSymbol, function);

    private static bool IsSharedUse(IOperation reference) => reference.Parent switch
    {
        IArgumentOperation argument => argument.Parameter?.RefKind is not (null or RefKind.None),
        IAddressOfOperation => true,
        IDeclarationExpressionOperation declaration => IsSharedUse(declaration),
        IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol.IsRef: true } } => true,
        ISimpleAssignmentOperation { IsRef: true } assignment => ReferenceEquals(assignment.Value, reference),
        IReturnOperation => false,
        IInvocationOperation { TargetMethod: { IsStatic: false, IsReadOnly: false } method } => reference.Type is { IsValueType: true } && IsWritten(method),
        IPropertyReferenceOperation { Property: { IsStatic: false } property } => reference.Type is { IsValueType: true } && IsWritten(property),
        IConditionalOperation { IsRef: true } => true,
        IFieldReferenceOperation { Type.IsValueType: true } field => IsSharedUse(field),
        IInlineArrayAccessOperation access => IsSharedUse(access),
        _ => false,
    };

    private static bool IsWritten(ISymbol member) => member.Locations.Any(location => location.IsInSource);
}
