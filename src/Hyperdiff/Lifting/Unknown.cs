namespace Hyperdiff.Lifting;

/// <summary>What is said where a lifted method needs a value that is not there yet.</summary>
internal static class Unknown
{
    public static NotSupportedException Value(string expression) => new(
        $"'{expression}' is needed while the method is traced, and depends on a parameter or on the step of a loop: lengths of arrays, numbers of steps and "
            + "arguments of other methods must not.");

    public static NotSupportedException Choice(string what) => new(
        $"{what} under a condition that depends on a parameter: both branches of it are computed, and one is chosen; choose among numbers instead.");
}
