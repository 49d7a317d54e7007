namespace Hyperdiff;

/// <summary>What a run looks like after a step, to what ends it.</summary>
/// <param name="Steps">The number of steps made.</param>
/// <param name="Last">The last of them; after a resumption its numbers only. Null before the first one.</param>
/// <param name="IsLastTrusted">Whether it was trusted.</param>
/// <param name="Best">The number of the best one, null if there is none; and since which step it is asked for.</param>
/// <param name="SinceBegun">The time since the run began, or was resumed.</param>
/// <param name="Resumed">Whether no step was made since it was resumed.</param>
/// <param name="ReasonBefore">Why it had ended when it was saved; null if it had not.</param>
internal sealed record StopFacts(
    int Steps, StepRecord? Last, bool IsLastTrusted, (int? Step, int Since) Best, TimeSpan SinceBegun, bool Resumed, string? ReasonBefore);
