using System.Globalization;

namespace Hyperdiff;

/// <summary>When an outer loop ends, as a value: <c>Stop.AfterSteps(1000) | Stop.NoImprovement(20)</c>, <c>Stop.GradientBelow(1e-6) &amp;
/// Stop.ValueBelow(0.1)</c>. It is judged after every step; a run that is resumed goes on only if it would have gone on.</summary>
public sealed class Stop
{
    private readonly string _name;
    private readonly Func<StopFacts, string?> _reason;

    private Stop(string name, Func<StopFacts, string?> reason) => (_name, _reason) = (name, reason);

    /// <summary>The fewest steps without a best one that end a run, by itself or with other conditions; null where nothing asks for any.</summary>
    internal int? Patience { get; private init; }

    /// <summary>After so many steps, those before a resumption included.</summary>
    /// <param name="steps">How many, at least 0.</param>
    public static Stop AfterSteps(int steps)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        return new Stop($"after {steps} steps", at => at.Steps >= steps ? $"{at.Steps} steps were made" : null);
    }

    /// <summary>After so many steps without a best one: of the validation function where the loop has one, otherwise of F. Only trusted steps count as
    /// best.</summary>
    /// <param name="steps">How many, at least 1, and not fewer than from one validation to the next.</param>
    public static Stop NoImprovement(int steps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        return new Stop($"no improvement in {steps} steps", at => at.Steps - 1 - (at.Best.Step ?? at.Best.Since - 1) >= steps
            ? at.Best.Step is { } best ? $"no improvement since step {best}"
                : $"none of {at.Steps - at.Best.Since} steps could be trusted and had a number to be judged by" : null)
        { Patience = steps };
    }

    /// <summary>After a trusted step with <c>‖∇ℓ‖ ≤ tolerance</c>.</summary>
    /// <param name="tolerance">In the unit of the gradient.</param>
    public static Stop GradientBelow(double tolerance) => At(Allowed.NonNegative(tolerance), "‖∇ℓ‖", last => last.GradientNorm);

    /// <summary>After a trusted step with <c>F ≤ value</c>.</summary>
    /// <param name="value">In the unit of F.</param>
    public static Stop ValueBelow(double value) => At(Allowed.Finite(value), "F", last => last.Value);

    /// <summary>After so much time since the run began, or was resumed: the one condition that does not repeat.</summary>
    /// <param name="time">Above 0.</param>
    public static Stop After(TimeSpan time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(time, TimeSpan.Zero);
        return new Stop($"after {time}", at => at.SinceBegun >= time ? $"{time} have passed" : null);
    }

    /// <summary>After a step for which a condition holds.</summary>
    /// <param name="condition">Of the record of a step; pure.</param>
    /// <param name="reason">What the run then says.</param>
    public static Stop When(Func<StepRecord, bool> condition, string reason = "the given condition holds")
    {
        ArgumentNullException.ThrowIfNull(condition);
        ArgumentException.ThrowIfNullOrEmpty(reason);

        // of the last step before a resumption only what was said of it is known
        return new Stop(reason, at => at.Resumed ? (at.ReasonBefore?.Contains(reason, StringComparison.Ordinal) == true ? reason : null)
            : at.Last is { } last && condition(last) ? reason : null);
    }

    /// <summary>Where either holds.</summary>
    public static Stop operator |(Stop left, Stop right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        return new Stop($"{left._name} or {right._name}", at => left._reason(at) ?? right._reason(at)) { Patience = Less(left, right) };
    }

    /// <summary>Where both hold.</summary>
    public static Stop operator &(Stop left, Stop right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        return new Stop($"({left._name}) and ({right._name})",
            at => left._reason(at) is { } first && right._reason(at) is { } second ? $"{first}, and {second}" : null)
        { Patience = Less(left, right) };
    }

    /// <inheritdoc cref="op_BitwiseOr"/>
    public static Stop BitwiseOr(Stop left, Stop right) => left | right;

    /// <inheritdoc cref="op_BitwiseAnd"/>
    public static Stop BitwiseAnd(Stop left, Stop right) => left & right;

    /// <inheritdoc/>
    public override string ToString() => _name;

    /// <summary>Why a run ends there; null if it goes on.</summary>
    internal string? Reason(StopFacts at) => _reason(at);

    private static int? Less(Stop left, Stop right) =>
        left.Patience is { } first && right.Patience is { } second ? Math.Min(first, second) : left.Patience ?? right.Patience;

    private static Stop At(double least, string name, Func<StepRecord, double> number)
    {
        string reason = string.Create(CultureInfo.InvariantCulture, $"{name} ≤ {least:G6}");
        return new Stop(reason, at => at.Last is { } last && at.IsLastTrusted && number(last) <= least ? reason : null);
    }
}

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
