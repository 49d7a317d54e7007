namespace Hyperdiff;

/// <summary>Marks a method as the map Φ of an inner problem <c>w = Φ(w, λ)</c>.</summary>
/// <remarks>
/// The method is static, non-generic and pure; its first parameter is the state w, its second the hyperparameters λ, the others data.
/// It returns the state type, or a tuple of the state and auxiliary outputs. For a method <c>Step</c> the generator adds <c>StepMap(data…)</c>,
/// which binds the data and returns a <c>FixedPointMap&lt;TState, THyper&gt;</c>.
/// </remarks>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FixedPointMapAttribute : Attribute;
