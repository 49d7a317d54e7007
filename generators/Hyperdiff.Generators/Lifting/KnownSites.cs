using Hyperdiff.Generators.Parsing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Hyperdiff.Generators.Lifting;

/// <summary>The places of a body where a value must be there while it is traced.</summary>
internal static class KnownSites
{
    /// <summary>The places in an operation, with what they are and what to do instead; what a call of foreign code needs is said at the call, and not
    /// here.</summary>
    public static IEnumerable<(IOperation Needed, string Use, string Remedy)> In(IOperation root) => root.DescendantsAndSelf().SelectMany(Of);

    private static IEnumerable<(IOperation Needed, string Use, string Remedy)> Of(IOperation operation)
    {
        switch (operation)
        {
            case IArrayCreationOperation { Initializer: null } creation:
                return creation.DimensionSizes.Select(size => (size, "the length of an array", "make it as long as it may become"));
            case IArrayElementReferenceOperation element when LiftedTypes.KindOf(element.ArrayReference.Type!) != LiftedKind.Numbers:
                return element.Indices.Select(index => (index, "a position in an array that holds no numbers", "choose among the elements by conditions"));
            case IPropertyReferenceOperation { Arguments.IsEmpty: false, Instance.Type: { } holder } property
                when LiftedTypes.KindOf(holder) is LiftedKind.Plain or LiftedKind.Tensor:
                return property.Arguments.Where(argument => IsScalar(argument.Value)).Select(argument =>
                    (argument.Value, $"a position in a {TypeNames.Brief(holder)}", "choose among the elements by conditions"));
            case IInvocationOperation call when Calls.Of(call.TargetMethod) == CallKind.OfTensors:
                return call.Arguments.Where(argument => argument.Value.Type is { } type && LiftedTypes.KindOf(type) is LiftedKind.Integer or LiftedKind.Truth)
                    .Select(argument => (argument.Value, $"an argument of {call.TargetMethod.Name}", "choose among its results by conditions"));
            case IConversionOperation { Operand.Type: { } from, Type: { } to } conversion when LosesTrace(from, to):
                return [(conversion.Operand, $"a conversion to {TypeNames.Brief(to)}", RemedyOf(to))];
            case IBinaryOperation { OperatorMethod: null, Type.SpecialType: SpecialType.System_Int32 } binary when IsOfBits(binary.OperatorKind):
                return [(binary, "an operation on bits", "use arithmetic")];
            case IUnaryOperation { OperatorKind: UnaryOperatorKind.BitwiseNegation } unary:
                return [(unary.Operand, "an operation on bits", "use arithmetic")];
            case IInterpolationOperation interpolation:
                return [(interpolation.Expression, "text", "leave it out")];
            case IInvocationOperation invocation when Calls.Of(invocation.TargetMethod) == CallKind.Plain && Calls.IsForeign(invocation.TargetMethod):
                return invocation.Arguments.Select(argument => (argument.Value, string.Empty, string.Empty));
            case IInvocationOperation invocation when Calls.Of(invocation.TargetMethod) == CallKind.Plain:
                return invocation.Arguments.Select(argument => (argument.Value,
                    $"an argument of {invocation.TargetMethod.ContainingType?.Name}.{invocation.TargetMethod.Name}, which is called as it is,",
                    "write it in this project, over double"));
            case IObjectCreationOperation { Type: { } type } creation when LiftedTypes.KindOf(type) == LiftedKind.Plain:
                return creation.Arguments.Select(argument => (argument.Value, $"an argument of {type.Name}", "leave it out"));
            case ILoopOperation loop:
                return LoopShape.Of(loop) is { Limit: { } limit }
                    ? [(limit, "the bound of a loop", "bound it by a number that is known, and end it by a condition")] : [];
            default:
                return [];
        }
    }

    private static string RemedyOf(ITypeSymbol to) => to.SpecialType is >= SpecialType.System_SByte and <= SpecialType.System_UInt64
        ? "round with Math.Floor or Math.Round, and go on with a double"
        : "go on with the double";

    private static bool IsScalar(IOperation operation) =>
        operation.Type is { } type && LiftedTypes.KindOf(type) is LiftedKind.Number or LiftedKind.Integer or LiftedKind.Truth;

    private static bool LosesTrace(ITypeSymbol from, ITypeSymbol to)
    {
        (LiftedKind source, LiftedKind target) = (LiftedTypes.KindOf(from), LiftedTypes.KindOf(to));
        return source is LiftedKind.Number or LiftedKind.Integer or LiftedKind.Truth
            && to.OriginalDefinition.SpecialType != SpecialType.System_Nullable_T
            && (target == LiftedKind.Plain || (source == LiftedKind.Number && target == LiftedKind.Integer));
    }

    private static bool IsOfBits(BinaryOperatorKind kind) => kind is BinaryOperatorKind.And or BinaryOperatorKind.Or or BinaryOperatorKind.ExclusiveOr
        or BinaryOperatorKind.LeftShift or BinaryOperatorKind.RightShift or BinaryOperatorKind.UnsignedRightShift;
}
