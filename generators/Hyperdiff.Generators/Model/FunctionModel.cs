namespace Hyperdiff.Generators.Model;

/// <summary>A <c>[Differentiable]</c> method, as far as the emitted code depends on it.</summary>
/// <param name="Hierarchy">The class and what contains it.</param>
/// <param name="Method">The unescaped name of the method.</param>
/// <param name="Arguments">All parameters.</param>
/// <param name="Result">The type of the result.</param>
/// <param name="Accessibility">The modifier of the emitted member.</param>
/// <param name="TypesVisibility">How visible the types of the signature are, whichever is the least.</param>
/// <param name="Form">The name of the nested class that holds the function.</param>
/// <param name="Summary">What the user says of the method; null if nothing.</param>
/// <param name="Attributes">What the method bears that only what bears it as well may use.</param>
internal sealed record FunctionModel(
    Hierarchy Hierarchy,
    string Method,
    EquatableArray<DataParameter> Arguments,
    TreeType Result,
    string Accessibility,
    Visibility TypesVisibility,
    string Form,
    string? Summary,
    EquatableArray<string> Attributes)
{
    /// <summary>Whether the method is over plain numbers, so that its body is lifted.</summary>
    public bool IsLifted { get; init; }

    /// <summary>The lifted body as code; null if it was not lifted.</summary>
    public string? Lifted { get; init; }

    /// <summary>The name of the emitted member: <c>EnergyFunction</c>.</summary>
    public string Member => FormModel.MemberOf(Method, FormKind.Function);

    /// <summary>The structures in the signature.</summary>
    public IEnumerable<TreeType> Structures => TypesVisibility == Visibility.Private
        ? [] : Arguments.Select(argument => argument.Tree).OfType<TreeType>().Append(Result);
}
