using Hyperdiff.Generators.Parsing;
using Microsoft.CodeAnalysis;

namespace Hyperdiff.Generators.Lifting;

/// <summary>What becomes of a call in a lifted method.</summary>
internal enum CallKind
{
    /// <summary>It is made while the method is traced, with arguments that are known.</summary>
    Plain,

    /// <summary>It is a function of <c>Math</c> or <c>double</c> that has a traced form.</summary>
    Function,

    /// <summary>Its body is lifted as well.</summary>
    Lifted,

    /// <summary>It is a function within a method, or a delegate.</summary>
    Local,

    /// <summary>It is a function of tensors, of the library or of the project, which takes traced ones as it takes others.</summary>
    OfTensors,

    /// <summary>It is a member of an array.</summary>
    OfArray,
}

/// <summary>Which calls are which.</summary>
internal static class Calls
{
    private static readonly HashSet<string> s_ofNumbers =
    [
        "Sin", "Cos", "Tan", "Asin", "Acos", "Atan", "Sinh", "Cosh", "Tanh", "Asinh", "Acosh", "Atanh", "Exp", "ExpM1", "Log", "LogP1", "Log2", "Log10",
        "Sqrt", "Cbrt", "Abs", "Floor", "Ceiling", "Round", "Truncate", "Sign", "IsNaN", "IsFinite", "IsInfinity",
    ];

    private static readonly HashSet<string> s_ofPairs = ["Atan2", "Pow", "Max", "Min"];
    private static readonly HashSet<string> s_ofIntegers = ["Abs", "Max", "Min", "Sign"];

    public static CallKind Of(IMethodSymbol method) => method switch
    {
        { MethodKind: MethodKind.LocalFunction or MethodKind.DelegateInvoke } => CallKind.Local,
        { IsStatic: true, ContainingType: { } type } when IsOfMath(type) && IsKnownFunction(method) => CallKind.Function,
        { Name: "Clone" or "GetLength", ContainingType.SpecialType: SpecialType.System_Array } => CallKind.OfArray,
        { ContainingType: { } type } when KnownNames.IsTensor(type) => CallKind.OfTensors,
        _ when IsWritten(method) && NeedsLifting(method) => CallKind.Lifted,
        _ when IsWritten(method) && method.Parameters.Select(parameter => parameter.Type).Append(method.ReturnType).Any(LiftedTypes.IsOverTensors) =>
            CallKind.OfTensors,
        { ContainingNamespace: { } home } when IsOfLibrary(home) => CallKind.OfTensors,
        _ => CallKind.Plain,
    };

    public static bool IsOfMath(ITypeSymbol type) => type.SpecialType == SpecialType.System_Double
        || type is { Name: "Math", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } };

    /// <summary>Whether a method stands in another assembly, so that there is no body to lift.</summary>
    public static bool IsForeign(IMethodSymbol method) => !IsWritten(method);

    private static bool IsKnownFunction(IMethodSymbol method)
    {
        SpecialType[] parameters = [.. method.Parameters.Select(parameter => parameter.Type.SpecialType)];
        bool areNumbers = parameters.All(type => type == SpecialType.System_Double), areIntegers = parameters.All(type => type == SpecialType.System_Int32);
        return parameters.Length switch
        {
            1 => (areNumbers && s_ofNumbers.Contains(method.Name)) || (areIntegers && s_ofIntegers.Contains(method.Name)),
            2 => (areNumbers && (s_ofPairs.Contains(method.Name) || method.Name == "Log")) || (areIntegers && s_ofIntegers.Contains(method.Name)),
            3 => areNumbers && method.Name == "Clamp",
            _ => false,
        };
    }

    private static bool IsWritten(IMethodSymbol method) => !method.OriginalDefinition.DeclaringSyntaxReferences.IsEmpty;

    private static bool NeedsLifting(IMethodSymbol method) =>
        method.Parameters.Select(parameter => parameter.Type).Append(method.ReturnType).Concat(method.IsStatic ? [] : [(ITypeSymbol)method.ContainingType])
            .Any(type => LiftedTypes.HasNumbers(type) || LiftedTypes.KindOf(type) == LiftedKind.Function);

    private static bool IsOfLibrary(INamespaceSymbol home) =>
        home is { IsGlobalNamespace: false }
            && (home.ContainingNamespace.IsGlobalNamespace ? home.Name == KnownNames.Namespace : IsOfLibrary(home.ContainingNamespace));
}
