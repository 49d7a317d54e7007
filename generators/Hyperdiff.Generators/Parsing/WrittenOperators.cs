using Hyperdiff.Generators.Model;
using Microsoft.CodeAnalysis;

namespace Hyperdiff.Generators.Parsing;

/// <summary>Which of the operators of a vector space a type declares itself: emitting those again would be CS0111.</summary>
internal static class WrittenOperators
{
    public static TreeOperators Of(INamedTypeSymbol type)
    {
        TreeOperators written = TreeOperators.None;
        foreach (IMethodSymbol method in type.GetMembers().OfType<IMethodSymbol>())
        {
            if (method is { MethodKind: MethodKind.UserDefinedOperator, Parameters.Length: 2 } && !GeneratedCode.IsOurs(method))
            {
                ITypeSymbol left = method.Parameters[0].Type;
                ITypeSymbol right = method.Parameters[1].Type;
                bool fromLeft = SymbolEqualityComparer.Default.Equals(left, type);
                bool fromRight = SymbolEqualityComparer.Default.Equals(right, type);
                written |= (method.Name, fromLeft, fromRight) switch
                {
                    (WellKnownMemberNames.AdditionOperatorName, true, true) => TreeOperators.Add,
                    (WellKnownMemberNames.SubtractionOperatorName, true, true) => TreeOperators.Subtract,
                    (WellKnownMemberNames.MultiplyOperatorName, false, true) => Scalar(left, TreeOperators.ScaleByTensor, TreeOperators.ScaleByNumber),
                    (WellKnownMemberNames.MultiplyOperatorName, true, false) => Scalar(right, TreeOperators.ScaledByTensor, TreeOperators.ScaledByNumber),
                    _ => TreeOperators.None,
                };
            }
        }

        return written;
    }

    private static TreeOperators Scalar(ITypeSymbol scalar, TreeOperators byTensor, TreeOperators byNumber) =>
        KnownNames.IsTensor(scalar) ? byTensor : scalar.SpecialType == SpecialType.System_Double ? byNumber : TreeOperators.None;
}
