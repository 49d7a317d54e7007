namespace Hyperdiff.Generators;

/// <summary>The names of pipeline steps, by which tests ask whether a step was cached.</summary>
internal static class TrackingNames
{
    public const string Trees = nameof(Trees);
    public const string Maps = nameof(Maps);
    public const string Conditions = nameof(Conditions);
    public const string Objectives = nameof(Objectives);
    public const string Functions = nameof(Functions);
    public const string Derivatives = nameof(Derivatives);
    public const string Calls = nameof(Calls);
    public const string Registrations = nameof(Registrations);
}
