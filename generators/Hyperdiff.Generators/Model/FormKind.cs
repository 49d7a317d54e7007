namespace Hyperdiff.Generators.Model;

/// <summary>What an annotated method is.</summary>
internal enum FormKind
{
    /// <summary>A <c>[FixedPointMap]</c>.</summary>
    Map,

    /// <summary>A <c>[RootCondition]</c>.</summary>
    Condition,

    /// <summary>An <c>[InnerObjective]</c> or an <c>[OuterObjective]</c>: the same form serves both.</summary>
    Objective,

    /// <summary>A <c>[Differentiable]</c> function.</summary>
    Function,
}
