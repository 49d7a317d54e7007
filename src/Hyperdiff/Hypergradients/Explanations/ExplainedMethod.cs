namespace Hyperdiff;

/// <summary>What a method for the hypergradient would cost: a line of an <see cref="Explanation"/>.</summary>
/// <param name="Name">The method.</param>
/// <param name="IsApplicable">Whether it can be expected to work here.</param>
/// <param name="Iterations">The updates, or steps, that it takes to eight digits, extrapolated from a few.</param>
/// <param name="Products">The products with J and Jᵀ (or H) that these take.</param>
/// <param name="Time">The time that these take, each as measured.</param>
/// <param name="Bytes">The memory for vectors, iterates or matrices, besides that of one product.</param>
/// <param name="Note">Where the numbers come from, or why the method does not apply.</param>
public sealed record ExplainedMethod(string Name, bool IsApplicable, long Iterations, long Products, TimeSpan Time, long Bytes, string Note);
