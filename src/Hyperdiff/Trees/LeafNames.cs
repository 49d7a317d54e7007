namespace Hyperdiff;

/// <summary>Leaves as users name them.</summary>
internal static class LeafNames
{
    /// <summary>Whether a name means a leaf: its full name, <c>Penalty.LogL2</c>, the end of it, <c>LogL2</c>, or that of a structure around it.</summary>
    /// <param name="leaf">The full name.</param>
    /// <param name="name">What the user calls it.</param>
    public static bool Match(string leaf, string name)
    {
        for (int at = leaf.IndexOf(name, StringComparison.Ordinal); at >= 0; at = leaf.IndexOf(name, at + 1, StringComparison.Ordinal))
        {
            int end = at + name.Length;
            if ((at == 0 || leaf[at - 1] == '.' || leaf[at] == '[') && (end == leaf.Length || leaf[end] is '.' or '['))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The active leaves, for messages.</summary>
    public static string List(IEnumerable<Leaf> leaves) => string.Join(", ", leaves.Where(leaf => leaf.IsActive).Select(leaf => leaf.Name));
}
