namespace Hyperdiff;

/// <summary>The solution without its derivative.</summary>
internal sealed record ConstantResponse : Response;
