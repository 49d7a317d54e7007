namespace Hyperdiff;

/// <summary>Marks a method as the condition c of an inner problem <c>c(w, λ) = 0</c>.</summary>
/// <remarks>
/// The method is static, non-generic and pure; its first parameter is the state w, its second the hyperparameters λ, the others data.
/// It returns the state type: what is left of the condition, one number per unknown. For a method <c>Balance</c> the generator adds
/// <c>BalanceCondition(data…)</c>,
/// which binds the data and returns a <c>RootCondition&lt;TState, THyper&gt;</c>.
/// </remarks>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RootConditionAttribute : Attribute;
