using Microsoft.CodeAnalysis;

namespace Hyperdiff.Generators.Analyzers.Effects;

/// <summary>Which parameters of Hyperdiff's functions are functions that it traces: every function of tensors, apart from those that it calls for what they
/// return.</summary>
internal static class TracingFunctions
{
    /// <summary>Whether a delegate that is passed for a parameter is traced.</summary>
    public static bool Traces(ISymbol member, IParameterSymbol parameter) => TypeFacts.IsLibrary(member)
        && parameter.Type is INamedTypeSymbol { TypeKind: TypeKind.Delegate, DelegateInvokeMethod: { ReturnsVoid: false } invoke }
        && !IsReadByCaller(invoke.ReturnType) && !IsCalled(member, parameter);

    /// <summary>Whether what is traced of a function is kept, on the promise that it is pure: it is judged as an annotated method is.</summary>
    public static bool Keeps(IMethodSymbol maker) => maker.Name is "OfData" or "OfPure" && TypeFacts.IsLibrary(maker);

    // a number or a truth value has left the trace already
    private static bool IsReadByCaller(ITypeSymbol returned) => returned.SpecialType is not SpecialType.None and not SpecialType.System_Object;

    // solvers and responses of the caller's own run on values, and so does what makes the problem of a step; flattening and rebuilding do as well
    private static bool IsCalled(ISymbol member, IParameterSymbol parameter) => (member.ContainingType.Name, member.Name, parameter.Name) switch
    {
        ("Root", "SolvedBy", "by") or ("Bilevel", "Problem", _) or ("RandomProcess", "From", _) or ("OuterLoop", "Over", _) => true,
        ("Tree", _, _) => true,
        _ => false,
    };
}
