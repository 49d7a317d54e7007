using Hyperdiff.Generators.Parsing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Hyperdiff.Generators.Analyzers;

/// <summary>Finds sums over samples that are returned as they are: slices of a sum do not average to it, those of a mean do.</summary>
internal static class BatchSums
{
    /// <summary>The sums of [Batch] data that reach what an objective returns without being divided or scaled on the way.</summary>
    public static IEnumerable<IOperation> In(IMethodSymbol method, IEnumerable<IOperation> blocks)
    {
        IParameterSymbol[] batches = [.. (method.PartialDefinitionPart ?? method).Parameters.Concat(method.Parameters)
            .Where(parameter => KnownNames.Has(parameter, KnownNames.Batch))];
        if (batches.Length == 0)
        {
            return [];
        }

        IOperation[] all = [.. blocks.SelectMany(block => block.DescendantsAndSelf())];
        ILookup<ISymbol, IOperation> values = all.OfType<IVariableDeclaratorOperation>().Where(declarator => declarator.GetVariableInitializer() is not null)
            .ToLookup(declarator => (ISymbol)declarator.Symbol, declarator => declarator.GetVariableInitializer()!.Value, SymbolEqualityComparer.Default);
        return all.OfType<IReturnOperation>().SelectMany(returned => Sums(returned.ReturnedValue, values, batches, 0)).Distinct();
    }

    private static IEnumerable<IOperation> Sums(IOperation? value, ILookup<ISymbol, IOperation> values, IParameterSymbol[] batches, int depth)
    {
        switch (value)
        {
            case null:
                return [];
            case IConversionOperation conversion:
                return Sums(conversion.Operand, values, batches, depth);
            case ILocalReferenceOperation { Local: var local } when depth < 8 && values[local].Count() == 1:
                return Sums(values[local].Single(), values, batches, depth + 1);
            case ITupleOperation { Elements: { Length: > 0 } elements }:
                return Sums(elements[0], values, batches, depth);
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.Add or BinaryOperatorKind.Subtract } sum:
                return Sums(sum.LeftOperand, values, batches, depth).Concat(Sums(sum.RightOperand, values, batches, depth));
            case IInvocationOperation { TargetMethod: { Name: "Sum" } method, Instance: { } instance } call when KnownNames.IsTensor(method.ContainingType)
                && call.Arguments.All(argument => argument.ArgumentKind != ArgumentKind.Explicit) && OfSamples(instance, values, batches, 0):
                return [call];
            default:
                return [];
        }
    }

    // what a helper makes of samples may be a mean already
    private static bool OfSamples(IOperation? value, ILookup<ISymbol, IOperation> values, IParameterSymbol[] batches, int depth) => value switch
    {
        IParameterReferenceOperation { Parameter: var parameter } => batches.Any(batch => batch.Name == parameter.Name),
        ILocalReferenceOperation { Local: var local } => depth < 8 && values[local].Count() == 1
            && OfSamples(values[local].Single(), values, batches, depth + 1),
        IConversionOperation conversion => OfSamples(conversion.Operand, values, batches, depth),
        IBinaryOperation { OperatorKind: BinaryOperatorKind.Divide } quotient =>
            KnownNames.IsTensor(quotient.RightOperand.Type!) && quotient.RightOperand is not IConversionOperation
                && OfSamples(quotient.LeftOperand, values, batches, depth),
        IBinaryOperation binary => OfSamples(binary.LeftOperand, values, batches, depth) || OfSamples(binary.RightOperand, values, batches, depth),
        IUnaryOperation unary => OfSamples(unary.Operand, values, batches, depth),
        IInvocationOperation { TargetMethod: { Name: "Mean" or "Sum" or "Norm" or "Dot" } } => false,
        IInvocationOperation { Instance: { } instance } call when KnownNames.IsTensor(call.TargetMethod.ContainingType) =>
            OfSamples(instance, values, batches, depth) || call.Arguments.Any(argument => OfSamples(argument.Value, values, batches, depth)),
        _ => false,
    };
}
