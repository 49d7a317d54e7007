namespace Hyperdiff;

/// <summary>The names of the functions that are compared.</summary>
internal static class DerivativeChecker
{
    /// <summary>The inner condition.</summary>
    public const string Condition = "inner condition";

    /// <summary>The inner objective, at a fixed state.</summary>
    public const string Inner = "inner objective";

    /// <summary>The outer objective, at a fixed state.</summary>
    public const string Outer = "outer objective";

    /// <summary>ℓ(λ), through the inner solution.</summary>
    public const string Total = "ℓ(λ)";
}
