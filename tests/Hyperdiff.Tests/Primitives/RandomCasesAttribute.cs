using System.Globalization;
using FsCheck.Xunit;

namespace Hyperdiff.Tests.Primitives;

/// <summary>A property with a fixed seed, which <c>HYPERDIFF_RANDOM_CASES</c> checks on more cases from a new one; the seed is printed, and in the message of
/// a failure.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RandomCasesAttribute : PropertyAttribute
{
    private static readonly int s_wanted =
        int.TryParse(Environment.GetEnvironmentVariable("HYPERDIFF_RANDOM_CASES"), CultureInfo.InvariantCulture, out int wanted) ? wanted : 0;

    private static readonly Lazy<string> s_newSeed = new(() =>
    {
        // an odd second half is what the generator asks for
        ulong seed = (ulong)Environment.TickCount64;
        string replay = $"({seed},{seed | 1})";
        Console.WriteLine($"random expressions: {s_wanted} cases, seed {replay}");
        return replay;
    });

    public RandomCasesAttribute(int cases)
    {
        MaxTest = s_wanted == 0 ? cases : s_wanted;
        Replay = s_wanted == 0 ? "(4660,22137)" : s_newSeed.Value;
    }
}
