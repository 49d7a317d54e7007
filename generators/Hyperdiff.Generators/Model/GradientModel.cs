namespace Hyperdiff.Generators.Model;

/// <summary>A partial <c>[GradientOf]</c> method that waits for its implementation.</summary>
/// <param name="Hierarchy">The class and what contains it.</param>
/// <param name="Modifiers">Accessibility and all else that the implementation must repeat.</param>
/// <param name="Method">The unescaped name of the method.</param>
/// <param name="ReturnType">The qualified type of w.</param>
/// <param name="Parameters">All parameters, w and λ first.</param>
/// <param name="IsExtension">Whether the first parameter is marked <c>this</c>.</param>
/// <param name="Form">The name of the nested class that holds the form of the objective.</param>
internal sealed record GradientModel(
    Hierarchy Hierarchy, string Modifiers, string Method, string ReturnType, EquatableArray<GradientParameter> Parameters, bool IsExtension, string Form)
{
    /// <summary>Whether the objective is over plain numbers, so that it has a form only if its body can be lifted.</summary>
    public bool IsLifted { get; init; }

    /// <summary>What tells it from overloads.</summary>
    public string Signature => string.Join(", ", Parameters.Select(parameter => parameter.Type));
}
