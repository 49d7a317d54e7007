using FsCheck;
using FsCheck.Fluent;

namespace Hyperdiff.Tests.Hypergradients;

/// <summary>What makes a random problem: a seed for its numbers, and how many numbers w and λ have.</summary>
public sealed record ProblemDraw(int Seed, int States, int Hypers)
{
    /// <summary>Fewer numbers first, then plainer seeds.</summary>
    internal static Arbitrary<ProblemDraw> Arbitrary(Gen<int> states, Gen<int> hypers) => Arb.From(
        Gen.Choose(-100, 100).SelectMany(seed => states.SelectMany(d => hypers.Select(p => new ProblemDraw(seed, d, p)))),
        draw =>
        [
            .. draw.States > 1 ? [draw with { States = 1 }, draw with { States = draw.States - 1 }] : Array.Empty<ProblemDraw>(),
            .. draw.Hypers > 1 ? [draw with { Hypers = 1 }] : Array.Empty<ProblemDraw>(),
            .. draw.Seed != 0 ? [draw with { Seed = draw.Seed / 2 }] : Array.Empty<ProblemDraw>(),
        ]);
}

/// <summary>Problems of every small size.</summary>
public static class SmallProblems
{
    public static Arbitrary<ProblemDraw> Problems() => ProblemDraw.Arbitrary(Gen.Choose(1, 8), Gen.Choose(1, 5));
}

/// <summary>Problems of few sizes, for what is traced and compiled once per size; and samples of them, for what holds of many together.</summary>
public static class ProblemsOfFewSizes
{
    private const int SampleSize = 25;

    public static Arbitrary<ProblemDraw> Problems() => ProblemDraw.Arbitrary(Gen.Elements(1, 2, 5, 9), Gen.Elements(1, 4));

    public static Arbitrary<ProblemDraw[]> Samples() => Gen.ArrayOf(Problems().Generator, SampleSize).ToArbitrary();
}
