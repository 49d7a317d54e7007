namespace Hyperdiff.Packages.Tests;

/// <summary>What F# Interactive shows after <c>#r "nuget: Hyperdiff.FSharp"</c>, without a line of set-up.</summary>
[Collection(SharedPackedFeed.Name)]
public sealed class InteractiveTests(PackedFeed feed)
{
    private const string Session = """
        #r "nuget: Hyperdiff.FSharp";;
        open Hyperdiff;;
        open Hyperdiff.FSharp;;
        Tensor.from [| 1.0; 2.5 |];;
        {| W = Tensor.eye 2; B = Tensor.scalar 3.0; Depth = 2 |};;
        """;

    [Fact]
    public void Values_AreShownAsAPersonWantsThem()
    {
        string shown = feed.Interactive(feed.NewFolder("interactive"), Session).Succeeded();

        Assert.Contains("val it: Tensor = [1, 2.5]  float64 [2]", shown, StringComparison.Ordinal);
        Assert.Contains("""
              {| B = 3  float64 []
                 Depth = 2
                 W = [[1, 0]
                      [0, 1]]  float64 [2, 2]|}
            """, shown, StringComparison.Ordinal);
    }
}
