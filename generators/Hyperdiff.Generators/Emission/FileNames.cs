using System.Text;
using Hyperdiff.Generators.Model;

namespace Hyperdiff.Generators.Emission;

/// <summary>Names of emitted files, which the compiler wants different from each other also where case does not count, and free of most signs.</summary>
internal static class FileNames
{
    // with the folders around it a path stays within what file systems take, if someone writes emitted files to disk
    private const int Longest = 100;

    /// <summary>A name for the reader, and a hash of what it is made of, to the letter, for the compiler.</summary>
    /// <param name="hierarchy">Where the members go.</param>
    /// <param name="members">What they are, readably.</param>
    /// <param name="signature">What else tells them from others.</param>
    public static string Of(Hierarchy hierarchy, string members, string signature = "")
    {
        var name = new StringBuilder();
        foreach (char sign in $"{hierarchy.ReadableName}.{members}")
        {
            name.Append(char.IsLetterOrDigit(sign) || sign is '.' or '+' or '_' ? sign : '_');
        }

        name.Length = Math.Min(name.Length, Longest);
        return $"{name}.{Hash($"{hierarchy.QualifiedName}/{members}/{signature}"):x8}.g.cs";
    }

    // FNV-1a: string.GetHashCode differs from process to process, and emission must not
    private static uint Hash(string text)
    {
        uint hash = 2166136261;
        foreach (char sign in text)
        {
            hash = unchecked((hash ^ sign) * 16777619);
        }

        return hash;
    }
}
