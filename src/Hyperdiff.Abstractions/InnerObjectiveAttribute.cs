namespace Hyperdiff;

/// <summary>Marks a method as the objective f of an inner problem <c>w* = argmin_w f(w, λ)</c>.</summary>
/// <remarks>
/// The method is static, non-generic and pure; its first parameter is w, its second λ, the others data. It returns a scalar tensor, or a tuple of a
/// scalar tensor and auxiliary outputs. For a method <c>Train</c> the generator adds <c>TrainObjective(data…)</c>, which binds the data and returns an
/// <c>Objective&lt;TState, THyper&gt;</c>.
/// </remarks>
[AttributeUsage(AttributeTargets.Method)]
public sealed class InnerObjectiveAttribute : Attribute;
