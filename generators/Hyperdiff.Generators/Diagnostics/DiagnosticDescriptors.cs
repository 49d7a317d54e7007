using Microsoft.CodeAnalysis;

namespace Hyperdiff.Generators.Diagnostics;

/// <summary>The rules on how attributes are used. An id is never given to another rule.</summary>
internal static class DiagnosticDescriptors
{
    public static readonly DiagnosticDescriptor NotPartial = Usage(
        "HD1001", "Type must be partial", "{0} must be partial: members for {1} are generated into it");

    public static readonly DiagnosticDescriptor NotStatic = Usage(
        "HD1002", "Method must be static", "{0} must be an ordinary static method: a form closes over nothing, so what an instance holds must be a parameter");

    public static readonly DiagnosticDescriptor Generic = Usage(
        "HD1003", "Method and containing types must not be generic",
        "{0} must not be generic: its form is traced for one structure of parameters; write a method per structure");

    public static readonly DiagnosticDescriptor MapReturn = Usage(
        "HD1004", "Map must return its state type", "{0} must return its state type {1}, or over tensors a tuple that starts with it, and returns {2}");

    public static readonly DiagnosticDescriptor ObjectiveReturn = Usage(
        "HD1005", "Objective must return a scalar", "{0} must return Tensor or double (a scalar), or over tensors a tuple that starts with it, and returns {1}");

    public static readonly DiagnosticDescriptor TooFewParameters = Usage(
        "HD1006", "State and hyperparameters are needed", "{0} needs at least two parameters, the state w and the hyperparameters λ, and has {1}");

    public static readonly DiagnosticDescriptor NotATree = Usage(
        "HD1007", "Type is not a structure of tensors", "{0} has type {1}, which is not a structure of tensors: {2}");

    public static readonly DiagnosticDescriptor GradientOf = Usage(
        "HD1008", "[GradientOf] does not fit what it differentiates", "{0}: {1}");

    public static readonly DiagnosticDescriptor NotATreeRecord = Usage(
        "HD1009", "[Tree] type must be rebuildable", "{0} is marked [Tree] and {1}");

    public static readonly DiagnosticDescriptor NotRegistrable = Usage(
        "HD1010", "[Tree] type must be visible in its assembly",
        "{0} is marked [Tree] and is private to a type, so that its tree cannot be registered; make it internal or public");

    public static readonly DiagnosticDescriptor ParameterKind = Usage(
        "HD1011", "Parameters must be plain values", "Parameter {0} of {1} is marked {2}; a pure function takes plain values: remove the modifier");

    public static readonly DiagnosticDescriptor SameMember = Usage(
        "HD1012", "Name of a generated member is taken", "{0} would generate {1}, which {2}; rename the method");

    public static readonly DiagnosticDescriptor BatchWithoutSamples = Usage(
        "HD1013", "[Batch] parameter holds no samples", "Parameter {0} of {1} is marked [Batch], but {2} never sliced; remove the attribute");

    public static readonly DiagnosticDescriptor ConditionReturn = Usage(
        "HD1014", "Condition must return its state type", "{0} must return its state type {1}, one number per unknown, and returns {2}");

    public static readonly DiagnosticDescriptor FileLocal = Usage(
        "HD1015", "Type must not be local to its file", "{0} is local to its file, and members for {1} are generated in another one; make it internal");

    public static readonly DiagnosticDescriptor Language = Usage(
        "HD1016", "Language version is too old",
        "What is generated for {0} does not compile as C# {1}; set LangVersion to {2} or a newer one, or leave it out");

    public static readonly DiagnosticDescriptor NothingToDifferentiate = Usage(
        "HD1017", "Differentiable function has no tensors",
        "{0} is marked [Differentiable], and no parameter of it is made of tensors; add one, or remove the attribute");

    public static readonly DiagnosticDescriptor HessianProductOf = Usage(
        "HD1018", "[HessianProductOf] does not fit its objective", "{0}: {1}");

    private static DiagnosticDescriptor Usage(string id, string title, string message) =>
        new(id, title, message, "Hyperdiff.Usage", DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLink.For(id));
}
