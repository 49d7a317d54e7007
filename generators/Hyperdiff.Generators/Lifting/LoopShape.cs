using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Hyperdiff.Generators.Lifting;

/// <summary>A loop whose steps are counted: by a variable that moves on by a constant in every step, and that the condition compares with a limit.</summary>
/// <param name="Counter">The variable.</param>
/// <param name="Limit">What it is compared with; known before the loop, and not written within.</param>
/// <param name="Step">By how much it moves on: positive if the limit is above.</param>
/// <param name="IsInclusive">Whether the limit itself is reached.</param>
/// <param name="IsExact">Whether the comparison is the whole condition.</param>
internal sealed record LoopShape(ISymbol Counter, IOperation Limit, int Step, bool IsInclusive, bool IsExact)
{
    /// <summary>What is added to the counter before it is compared.</summary>
    public int Offset { get; init; }

    /// <summary>The shape of a loop; null if its steps are not counted so.</summary>
    public static LoopShape? Of(ILoopOperation loop)
    {
        if (Dependence.Condition(loop) is not { } condition || (loop is IWhileLoopOperation { ConditionIsUntil: true }))
        {
            return null;
        }

        IOperation[] always = [.. Always(loop)];
        IOperation[] written = loop is IForLoopOperation steps ? [steps.Body, condition, .. steps.AtLoopBottom] : [loop.Body, condition];
        foreach (IBinaryOperation comparison in Conjuncts(condition).OfType<IBinaryOperation>())
        {
            foreach ((IOperation counter, IOperation limit, BinaryOperatorKind kind) in Sides(comparison))
            {
                (IOperation moved, int offset) = Apart(Assigned.Bare(counter));
                if (Assigned.Variable(moved) is { } variable && counter.Type?.SpecialType == SpecialType.System_Int32
                    && StepOf(variable, always, written) is { } step && Goes(kind, step)
                    && !limit.DescendantsAndSelf().Any(part => Assigned.Variable(part) is { } read && Writes(written, read)))
                {
                    return new LoopShape(variable, limit, step, kind is BinaryOperatorKind.LessThanOrEqual or BinaryOperatorKind.GreaterThanOrEqual,
                        ReferenceEquals(comparison, condition))
                    {
                        Offset = offset,
                    };
                }
            }
        }

        return null;
    }

    // i + 1 < n
    private static (IOperation Counter, int Offset) Apart(IOperation side) =>
        side is IBinaryOperation { RightOperand.ConstantValue: { HasValue: true, Value: int offset } } sum
            ? sum.OperatorKind switch
            {
                BinaryOperatorKind.Add => (sum.LeftOperand, offset),
                BinaryOperatorKind.Subtract => (sum.LeftOperand, -offset),
                _ => (side, 0),
            }
            : (side, 0);

    private static bool Goes(BinaryOperatorKind kind, int step) => kind switch
    {
        BinaryOperatorKind.LessThan or BinaryOperatorKind.LessThanOrEqual => step > 0,
        BinaryOperatorKind.GreaterThan or BinaryOperatorKind.GreaterThanOrEqual => step < 0,
        _ => false,
    };

    private static bool Writes(IOperation[] operations, ISymbol variable) => operations.SelectMany(operation => operation.DescendantsAndSelf())
        .SelectMany(Assigned.Targets).Any(target => SymbolEqualityComparer.Default.Equals(Assigned.Variable(target), variable));

    // the operations that every step carries out
    private static ImmutableArray<IOperation> Always(ILoopOperation loop) => loop switch
    {
        IForLoopOperation steps => steps.AtLoopBottom,

        // a step that is cut short would not count
        _ => loop.Body is IBlockOperation block && !loop.Descendants().OfType<IBranchOperation>().Any(branch => branch.BranchKind == BranchKind.Continue)
            ? block.Operations : [],
    };

    private static int? StepOf(ISymbol counter, IOperation[] always, IOperation[] written)
    {
        IOperation[] writes = [.. written.SelectMany(operation => operation.DescendantsAndSelf()).Where(operation =>
            Assigned.Targets(operation).Any(target => SymbolEqualityComparer.Default.Equals(Assigned.Variable(target), counter)))];
        return writes.Length == 1 && always.Any(
            operation => operation is IExpressionStatementOperation { Operation: var only } && ReferenceEquals(only, writes[0]))
            ? Distance(writes[0], counter) : null;
    }

    private static int? Distance(IOperation write, ISymbol counter) => write switch
    {
        IIncrementOrDecrementOperation increment => increment.Kind == OperationKind.Increment ? 1 : -1,
        ICompoundAssignmentOperation { Value.ConstantValue: { HasValue: true, Value: int step } } compound => compound.OperatorKind switch
        {
            BinaryOperatorKind.Add => step,
            BinaryOperatorKind.Subtract => -step,
            _ => null,
        },
        ISimpleAssignmentOperation { Value: IBinaryOperation { RightOperand.ConstantValue: { HasValue: true, Value: int step } } sum }
            when SymbolEqualityComparer.Default.Equals(Assigned.Variable(sum.LeftOperand), counter) => sum.OperatorKind switch
            {
                BinaryOperatorKind.Add => step,
                BinaryOperatorKind.Subtract => -step,
                _ => null,
            },
        _ => null,
    };

    private static IEnumerable<IOperation> Conjuncts(IOperation condition) =>
        condition is IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalAnd or BinaryOperatorKind.And } both
            ? Conjuncts(both.LeftOperand).Concat(Conjuncts(both.RightOperand)) : [condition];

    private static IEnumerable<(IOperation Counter, IOperation Limit, BinaryOperatorKind Kind)> Sides(IBinaryOperation comparison)
    {
        yield return (comparison.LeftOperand, comparison.RightOperand, comparison.OperatorKind);
        BinaryOperatorKind? mirrored = comparison.OperatorKind switch
        {
            BinaryOperatorKind.LessThan => BinaryOperatorKind.GreaterThan,
            BinaryOperatorKind.LessThanOrEqual => BinaryOperatorKind.GreaterThanOrEqual,
            BinaryOperatorKind.GreaterThan => BinaryOperatorKind.LessThan,
            BinaryOperatorKind.GreaterThanOrEqual => BinaryOperatorKind.LessThanOrEqual,
            _ => null,
        };
        if (mirrored is { } kind)
        {
            yield return (comparison.RightOperand, comparison.LeftOperand, kind);
        }
    }
}
