using Hyperdiff.Generators.Tests.Analyzers;

namespace Hyperdiff.Generators.Tests.Lifting;

/// <summary>A method over plain numbers from a text file, <c>static double F(double x, double y, int n)</c>, as a program.</summary>
internal static class LiftedCase
{
    public const int N = 4;

    /// <summary>Those of the files of what can be lifted.</summary>
    public static IReadOnlyList<CorpusCase> Liftable { get; } = [.. In("liftable.txt"), .. In("methods.txt")];

    public static IReadOnlyList<CorpusCase> In(string file) => CorpusCase.In(file, "Lifting");

    public static string Source(CorpusCase item, string home) => $$"""
        using System;
        using System.Collections.Generic;
        using System.Linq;

        namespace {{home}};

        public static partial class Model
        {
            [InnerObjective] public static double F(double x, double y, int n) { {{item.Body}} }

            {{item.Members}}
        }

        {{item.Types}}
        """;
}
