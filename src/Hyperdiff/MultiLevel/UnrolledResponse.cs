namespace Hyperdiff;

/// <summary>Some steps, differentiated themselves.</summary>
/// <param name="Steps">How many.</param>
/// <param name="By">Makes the steps of an objective; null for those of a map.</param>
internal sealed record UnrolledResponse(int Steps, Optimizer? By) : Response;
