namespace Hyperdiff;

/// <summary>Marks a method as the map Φ of an inner problem <c>w = Φ(w, λ)</c>.</summary>
/// <remarks>
/// The method is static, non-generic and pure; its first parameter is the state w, its second the hyperparameters λ, the others data.
/// It returns the state type, or a tuple of the state and auxiliary outputs. For a method <c>Step</c> the generator adds <c>StepMap(data…)</c>,
/// which binds the data and returns a <c>FixedPointMap&lt;TState, THyper&gt;</c>.
/// </remarks>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FixedPointMapAttribute : Attribute;

/// <summary>Marks a method as the objective f of an inner problem <c>w* = argmin_w f(w, λ)</c>.</summary>
/// <remarks>
/// The method is static, non-generic and pure; its first parameter is w, its second λ, the others data. It returns a scalar tensor, or a tuple of a
/// scalar tensor and auxiliary outputs. For a method <c>Train</c> the generator adds <c>TrainObjective(data…)</c>, which binds the data and returns an
/// <c>Objective&lt;TState, THyper&gt;</c>.
/// </remarks>
[AttributeUsage(AttributeTargets.Method)]
public sealed class InnerObjectiveAttribute : Attribute;

/// <summary>Marks a method as the outer objective F of <c>ℓ(λ) = F(w*(λ), λ)</c>.</summary>
/// <remarks>The same rules hold as for <see cref="InnerObjectiveAttribute"/>.</remarks>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OuterObjectiveAttribute : Attribute;

/// <summary>Marks a method as the condition c of an inner problem <c>c(w, λ) = 0</c>.</summary>
/// <remarks>
/// The method is static, non-generic and pure; its first parameter is the state w, its second the hyperparameters λ, the others data.
/// It returns the state type: what is left of the condition, one number per unknown. For a method <c>Balance</c> the generator adds
/// <c>BalanceCondition(data…)</c>,
/// which binds the data and returns a <c>RootCondition&lt;TState, THyper&gt;</c>.
/// </remarks>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RootConditionAttribute : Attribute;
