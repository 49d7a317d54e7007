namespace Hyperdiff;

/// <summary>Numbers for the axes that a window moves along, as users give them: one for all axes, or one for each.</summary>
internal static class WindowNumbers
{
    /// <summary>A number for each axis.</summary>
    /// <param name="name">The operation, for messages.</param>
    /// <param name="what">What the numbers are.</param>
    /// <param name="given">The numbers.</param>
    /// <param name="axes">How many axes there are.</param>
    /// <param name="least">The least number that is allowed.</param>
    public static int[] For(string name, string what, Axes given, int axes, int least = 1)
    {
        if (given.Count != 1 && given.Count != axes)
        {
            throw new ArgumentException($"{name}: {what} {given} has {given.Count} numbers for {axes} axes; give one for all, or one for each.", what);
        }

        foreach (int number in given)
        {
            if (number < least)
            {
                throw new ArgumentOutOfRangeException(what, number, $"{name}: {what} {given} has a number below {least}.");
            }
        }

        return given.Count == axes ? [.. given.Items] : [.. Enumerable.Repeat(given[0], axes)];
    }
}
