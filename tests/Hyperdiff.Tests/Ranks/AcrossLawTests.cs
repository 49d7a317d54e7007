using Hyperdiff.Testing;

namespace Hyperdiff.Tests.AcrossRanks;

/// <summary>What is computed over shares of the samples is what one rank computes from all of them.</summary>
public sealed class AcrossLawTests
{
    private static readonly int[] s_counts = [1, 2, 3, 4, 7];

    public static TheoryData<string, int> Cases
    {
        get
        {
            var all = new TheoryData<string, int>();
            foreach ((string name, int count) in RanksConformance.Cases.SelectMany(name => s_counts.Select(count => (name, count))))
            {
                all.Add(name, count);
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void AnyNumberOfRanks_ComputesWhatOneComputes(string name, int count) =>
        Assert.All(Hyperdiff.Ranks.InProcess(count, ranks => RanksConformance.Run(ranks, item => item == name)), Assert.Empty);
}
