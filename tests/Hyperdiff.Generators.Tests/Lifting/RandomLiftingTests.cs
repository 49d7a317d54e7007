using System.Globalization;
using Hyperdiff.Backends.Reference;
using Hyperdiff.Generators.Tests.Analyzers;
using Hyperdiff.Graphs;

namespace Hyperdiff.Generators.Tests.Lifting;

/// <summary>Bodies written at random give, lifted, what they give themselves, and forward and reverse derivatives that agree.</summary>
public sealed class RandomLiftingTests
{
    private const int Seed = 20261126;

    // HYPERDIFF_RANDOM_CASES=n tries n more, from a new seed
    private static readonly int s_more = int.TryParse(Environment.GetEnvironmentVariable("HYPERDIFF_RANDOM_CASES"), CultureInfo.InvariantCulture, out int more)
        ? more : 0;

    [Fact]
    public void Bodies_GiveTheSameBits()
    {
        int seed = s_more > 0 ? Environment.TickCount : Seed;
        var random = new Random(seed);
        CorpusCase[] cases = [.. Enumerable.Range(0, 60 + s_more).Select(i => new CorpusCase($"body {i} of seed {seed}", new RandomBody(random).Write(), "", ""))];
        using var programs = new LiftedPrograms(cases);

        foreach (CorpusCase item in cases)
        {
            TracedFunction traced = TracedFunction.Of(leaves => [programs.Lifted(item.Title, leaves[0], leaves[1])], [Tensor.Scalar(0), Tensor.Scalar(0)],
                readable: false);
            IExecutable plan = ReferenceBackend.Instance.Compile(traced.Graph);
            for (int i = 0; i < 12; i++)
            {
                (double x, double y) = ((4 * random.NextDouble()) - 2, (4 * random.NextDouble()) - 2);
                double expected = programs.Call(item.Title, x, y);
                double actual = plan.Run([Tensor.Scalar(x), Tensor.Scalar(y), .. traced.Captures])[0].ToScalar();
                Assert.True(BitConverter.DoubleToInt64Bits(expected) == BitConverter.DoubleToInt64Bits(actual) || (double.IsNaN(expected) && double.IsNaN(actual)),
                    $"{item.Title} at ({x:R}, {y:R}): {actual:R} instead of {expected:R}\n{item.Body}");
            }
        }
    }
}
