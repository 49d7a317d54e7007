using Hyperdiff.Generators.Model;
using Microsoft.CodeAnalysis;

namespace Hyperdiff.Generators.Parsing;

/// <summary>Which of the operators of a vector space a type declares itself: emitting those again would be CS0111. Those with <c>in</c> parameters, or another
/// result, do not implement the interface's.</summary>
internal static class WrittenOperators
{
    public static (TreeOperators All, TreeOperators ByReference, TreeOperators OtherResult) Of(INamedTypeSymbol type)
    {
        (TreeOperators written, TreeOperators byReference, TreeOperators otherResult) = (TreeOperators.None, TreeOperators.None, TreeOperators.None);
        foreach (IMethodSymbol method in type.GetMembers().OfType<IMethodSymbol>())
        {
            if (method is { MethodKind: MethodKind.UserDefinedOperator, Parameters.Length: 2 } && !GeneratedCode.IsOurs(method))
            {
                ITypeSymbol left = method.Parameters[0].Type;
                ITypeSymbol right = method.Parameters[1].Type;
                bool fromLeft = SymbolEqualityComparer.Default.Equals(left, type);
                bool fromRight = SymbolEqualityComparer.Default.Equals(right, type);
                TreeOperators one = (method.Name, fromLeft, fromRight) switch
                {
                    (WellKnownMemberNames.AdditionOperatorName, true, true) => TreeOperators.Add,
                    (WellKnownMemberNames.SubtractionOperatorName, true, true) => TreeOperators.Subtract,
                    (WellKnownMemberNames.MultiplyOperatorName, false, true) => Scalar(left, TreeOperators.ScaleByTensor, TreeOperators.ScaleByNumber),
                    (WellKnownMemberNames.MultiplyOperatorName, true, false) => Scalar(right, TreeOperators.ScaledByTensor, TreeOperators.ScaledByNumber),
                    _ => TreeOperators.None,
                };
                bool sameResult = SymbolEqualityComparer.Default.Equals(method.ReturnType, type);
                written |= one;
                byReference |= sameResult && method.Parameters.Any(parameter => parameter.RefKind != RefKind.None) ? one : TreeOperators.None;
                otherResult |= sameResult ? TreeOperators.None : one;
            }
        }

        return (written, byReference, otherResult);
    }

    private static TreeOperators Scalar(ITypeSymbol scalar, TreeOperators byTensor, TreeOperators byNumber) =>
        KnownNames.IsTensor(scalar) ? byTensor : scalar.SpecialType == SpecialType.System_Double ? byNumber : TreeOperators.None;
}
