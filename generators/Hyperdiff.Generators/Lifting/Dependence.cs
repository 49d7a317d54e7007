using Hyperdiff.Generators.Parsing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Hyperdiff.Generators.Lifting;

/// <summary>What in a body depends on numbers that are not known while it is traced: by what it is computed from, and by the conditions around it.</summary>
/// <remarks>Not sensitive to the order of statements, and so on the safe side.</remarks>
internal sealed class Dependence
{
    private readonly HashSet<ISymbol> _symbols;
    private readonly HashSet<ISymbol> _results = new(SymbolEqualityComparer.Default);
    private readonly IOperation _body;

    private Dependence(IOperation body, IEnumerable<ISymbol> seeds)
    {
        (_body, _symbols) = (body, new HashSet<ISymbol>(seeds, SymbolEqualityComparer.Default));
        int before;
        do
        {
            before = _symbols.Count + _results.Count;
            Visit(body, controlled: false);
        }
        while (_symbols.Count + _results.Count > before);
    }

    /// <summary>What depends on these variables; a method stands for its own instance.</summary>
    public static Dependence Of(IOperation body, IEnumerable<ISymbol> seeds) => new(body, seeds);

    /// <summary>What depends on further variables, too.</summary>
    public Dependence With(IEnumerable<ISymbol> more) => new(_body, _symbols.Concat(more));

    /// <summary>Whether the value of an expression does.</summary>
    public bool Has(IOperation? operation) => operation switch
    {
        null or { ConstantValue.HasValue: true } or INameOfOperation or ITypeOfOperation => false,
        ILocalReferenceOperation local => _symbols.Contains(local.Local),
        IParameterReferenceOperation parameter => _symbols.Contains(parameter.Parameter) || IsOfFunction(parameter.Parameter),
        IInstanceReferenceOperation => _symbols.OfType<IMethodSymbol>().Any(),
        IPropertyReferenceOperation { Property: { Name: "Length", ContainingType.SpecialType: SpecialType.System_Array } } => false,
        IPropertyReferenceOperation { Property: { Name: not "IsTrue", Type: { } type, ContainingType: { } tensor }, Arguments.IsEmpty: true }
            when KnownNames.IsTensor(tensor) && !KnownNames.IsTensor(type) => false,
        IInvocationOperation { TargetMethod: { Name: "GetLength", ContainingType.SpecialType: SpecialType.System_Array }, Arguments: var arguments } =>
            arguments.Any(argument => Has(argument.Value)),
        IInvocationOperation { TargetMethod: { MethodKind: MethodKind.LocalFunction } function } => _results.Contains(function),
        IInvocationOperation { TargetMethod.MethodKind: MethodKind.DelegateInvoke } => true,
        _ => operation.ChildOperations.Any(Has),
    };

    /// <summary>Whether the number of steps of a loop does.</summary>
    public bool Ends(ILoopOperation loop) => Has(Condition(loop))
        || loop.Descendants().Any(operation => IsJumpOutOf(operation, loop) && IsControlled(operation, loop));

    /// <summary>Whether a statement may jump away, and whether it does depends.</summary>
    public bool HasJumpUnderCondition(IOperation statement) => statement.DescendantsAndSelf().Any(
        operation => operation is IReturnOperation or IBranchOperation && IsControlled(operation, statement.Parent));

    /// <summary>The condition of a loop; null if it goes through a collection.</summary>
    public static IOperation? Condition(ILoopOperation loop) => loop switch
    {
        IForLoopOperation { Condition: { } condition } => condition,
        IWhileLoopOperation { Condition: { } condition } => condition,
        _ => null,
    };

    /// <summary>Whether an operation ends a step of a loop, or the whole loop.</summary>
    public static bool IsJumpOutOf(IOperation operation, ILoopOperation loop) => operation switch
    {
        IReturnOperation => !IsWithinFunction(operation, loop),
        IBranchOperation branch => SymbolEqualityComparer.Default.Equals(branch.Target, loop.ExitLabel)
            || SymbolEqualityComparer.Default.Equals(branch.Target, loop.ContinueLabel),
        _ => false,
    };

    private static bool IsWithinFunction(IOperation operation, IOperation around)
    {
        for (IOperation? level = operation; level is not null && level != around; level = level.Parent)
        {
            if (level is IAnonymousFunctionOperation or ILocalFunctionOperation)
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsOfFunction(IParameterSymbol parameter) =>
        parameter.ContainingSymbol is IMethodSymbol { MethodKind: MethodKind.AnonymousFunction };

    // the innermost function around, if that is one with a name
    private static IMethodSymbol? FunctionAround(IOperation operation)
    {
        IOperation? level = operation.Parent;
        while (level is not null and not IAnonymousFunctionOperation and not ILocalFunctionOperation)
        {
            level = level.Parent;
        }

        return (level as ILocalFunctionOperation)?.Symbol;
    }

    private bool IsControlled(IOperation operation, IOperation? around)
    {
        for (IOperation? level = operation.Parent; level is not null && level != around; level = level.Parent)
        {
            if (Controls(level))
            {
                return true;
            }
        }

        return false;
    }

    private bool Controls(IOperation operation) => operation switch
    {
        IConditionalOperation conditional => Has(conditional.Condition),
        ISwitchOperation choice => Has(choice.Value) || choice.Cases.SelectMany(section => section.Clauses).Any(Has),
        ISwitchExpressionOperation choice => Has(choice.Value),
        ILoopOperation loop => Ends(loop),
        _ => false,
    };

    private void Visit(IOperation operation, bool controlled)
    {
        switch (operation)
        {
            case IVariableDeclaratorOperation { Symbol: { } local } declarator:
                Add(local, Has(declarator.GetVariableInitializer()?.Value));
                break;
            case IForEachLoopOperation each:
                foreach (ILocalSymbol local in each.Locals)
                {
                    Add(local, Has(each.Collection));
                }

                break;
            case ICompoundAssignmentOperation compound:
                Add(Root(compound.Target), controlled || Has(compound.Value) || Has(compound.Target));
                break;
            case IAssignmentOperation assignment:
                foreach (IOperation target in Assigned.Targets(assignment))
                {
                    Add(Root(target), controlled || Has(assignment.Value) || IsPlacedBy(target));
                }

                break;
            case IIncrementOrDecrementOperation increment:
                Add(Root(increment.Target), controlled);
                break;
            case IInvocationOperation { TargetMethod.MethodKind: MethodKind.LocalFunction } call:
                foreach (IArgumentOperation argument in call.Arguments)
                {
                    Add(argument.Parameter, Has(argument.Value));
                }

                break;
            case IMethodReferenceOperation { Method: { MethodKind: MethodKind.LocalFunction } function }:
                // whoever calls it may pass anything
                foreach (IParameterSymbol parameter in function.Parameters)
                {
                    Add(parameter, depends: true);
                }

                break;
            case IReturnOperation { ReturnedValue: { } value } when FunctionAround(operation) is { } function && (controlled || Has(value)):
                _results.Add(function);
                break;
        }

        bool within = controlled || Controls(operation);
        foreach (IOperation child in operation.ChildOperations)
        {
            Visit(child, within);
        }
    }

    private bool IsPlacedBy(IOperation target) => target is IArrayElementReferenceOperation element && element.Indices.Any(Has);

    // what is written into an array is in the variable, as far as dependence goes
    private static ISymbol? Root(IOperation target) => target switch
    {
        IArrayElementReferenceOperation element => Root(element.ArrayReference),
        IFieldReferenceOperation { Instance: { } instance } => Root(instance),
        IPropertyReferenceOperation { Instance: { } instance } => Root(instance),
        _ => Assigned.Variable(target),
    };

    private void Add(ISymbol? symbol, bool depends)
    {
        if (depends && symbol is not null)
        {
            _symbols.Add(symbol);
        }
    }
}
