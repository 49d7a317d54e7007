namespace Hyperdiff.Lifting;

/// <summary>The variables that a loop of a lifted method writes and that live longer than a step of it. Used by generated code.</summary>
/// <param name="get">Their values, in a fixed order.</param>
/// <param name="set">Gives them values, in the same order.</param>
/// <param name="canBeCarried">Whether all of them hold numbers: otherwise the loop is written out, step by step.</param>
public sealed class LoopVariables(Func<object?[]> get, Action<object?[]> set, bool canBeCarried)
{
    /// <summary>Whether the loop may stay a loop.</summary>
    internal bool CanBeCarried => canBeCarried;

    internal object?[] Get() => get();

    /// <summary>What is carried from step to step for a variable; one without a value is never read before it is written.</summary>
    internal static Tensor Tensor(object? value) => value switch
    {
        Number number => number.AsTensor(),
        Integer integer => integer.AsTensor(),
        Truth truth => truth.AsTensor(),
        Tensor tensor => tensor,
        _ => throw new NotSupportedException("A loop of a lifted method writes a variable that has no value before it; give it one."),
    };

    /// <summary>Gives the variables values of the same kinds as others.</summary>
    /// <param name="like">The kinds, and the values where no leaves are given.</param>
    /// <param name="leaves">What the loop carries, the variables first; null to restore the values.</param>
    internal void Place(object?[] like, Tensor[]? leaves) => set(leaves is null ? like : [.. like.Select((value, i) => value switch
    {
        Number => (object?)Number.Traced(leaves[i]),
        Integer => Integer.Traced(leaves[i]),
        Truth => Truth.Of(leaves[i]),
        _ => leaves[i],
    })]);

    /// <inheritdoc/>
    public override string ToString() => "the variables of a loop";
}
