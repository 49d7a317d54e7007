namespace Hyperdiff.Generators.Model;

/// <summary>An annotated method, as far as the emitted code depends on it: its signature, and the lifted body of one over plain numbers.</summary>
/// <param name="Hierarchy">The class and what contains it.</param>
/// <param name="Kind">Map, condition or objective.</param>
/// <param name="Method">The unescaped name of the method.</param>
/// <param name="State">The type of w.</param>
/// <param name="Hyper">The type of λ.</param>
/// <param name="Data">The other parameters.</param>
/// <param name="Auxiliary">What it returns beside its first result; null if nothing.</param>
/// <param name="Accessibility">The modifier of the emitted member.</param>
/// <param name="TypesVisibility">How visible the types of the signature are, whichever is the least.</param>
/// <param name="Form">The name of the nested class that holds the form.</param>
/// <param name="Summary">What the user says of the method; null if nothing.</param>
/// <param name="Attributes">What the method bears that only what bears it as well may use.</param>
internal sealed record FormModel(
    Hierarchy Hierarchy,
    FormKind Kind,
    string Method,
    TreeType State,
    TreeType Hyper,
    EquatableArray<DataParameter> Data,
    AuxiliaryOutput? Auxiliary,
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

    /// <summary>The name of the emitted member: <c>StepMap</c>, <c>BalanceCondition</c>, <c>TrainObjective</c>.</summary>
    public string Member => MemberOf(Method, Kind);

    public static string MemberOf(string method, FormKind kind) => method + kind;
}
