namespace Hyperdiff.Benchmarks.Objectives;

/// <summary>A whole objective at one size, with derivatives in one mode or several.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Sizes">Its sizes, in words.</param>
/// <param name="Peer">The name of its function among the peer's.</param>
/// <param name="Data">What both sides are given: first the variables, then what is constant.</param>
/// <param name="Modes">The derivatives.</param>
internal sealed record ObjectiveCase(
    string Name, string Sizes, string Peer, Func<DType, Tensor[]> Data, params ObjectiveMode[] Modes)
{
    /// <summary>The name of a value with its gradient.</summary>
    public const string Gradient = "gradient";

    /// <summary>The name of a value with its Jacobian, column by column.</summary>
    public const string Forward = "forward";

    /// <summary>The name of a value with its Jacobian, row by row.</summary>
    public const string Reverse = "reverse";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ObjectiveCase> All { get; } =
    [
        .. ElementaryObjectives.All,
        .. MixtureObjectives.All,
        .. ModelObjectives.All,
    ];

    /// <inheritdoc/>
    public override string ToString() => $"{Name}, {Sizes}";
}
