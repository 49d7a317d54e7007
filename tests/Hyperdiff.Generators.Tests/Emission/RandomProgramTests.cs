using System.Globalization;
using System.Text;
using Hyperdiff.Generators.Tests.Harness;

namespace Hyperdiff.Generators.Tests.Emission;

/// <summary>Random records and objectives over them: what is generated gives derivatives that equal differences.</summary>
public sealed class RandomProgramTests
{
    private const int Seed = 14;
    private const int Objectives = 25;

    [Fact]
    public void Gradient_OfRandomObjectives_EqualsDifferences()
    {
        string program = Source(new Random(Seed));
        double[] pairs = Program.Run(program);

        Assert.Equal(2 * Objectives, pairs.Length);
        for (int i = 0; i < Objectives; i++)
        {
            // a central difference with step ε^⅓ is off by ε^⅔ times a third derivative, which a few nested functions bring to some thousands
            double bound = 1e4 * Math.Pow(Math.BitIncrement(1.0) - 1, 2.0 / 3) * (1 + Math.Abs(pairs[2 * i]));
            Assert.True(Math.Abs(pairs[2 * i] - pairs[(2 * i) + 1]) <= bound, string.Create(CultureInfo.InvariantCulture,
                $"seed {Seed}, objective {i}: derivative {pairs[2 * i]}, difference {pairs[(2 * i) + 1]}\n{program}"));
        }

        // most of them depend on the state
        Assert.InRange(Enumerable.Range(0, Objectives).Count(i => pairs[2 * i] != 0), Objectives / 2, Objectives);
    }

    private static string Source(Random random)
    {
        var text = new StringBuilder();
        var calls = new StringBuilder();
        for (int i = 0; i < Objectives; i++)
        {
            (string Type, string Value, string[] Paths)[] members = [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => Member(random))];
            string record = random.Next(3) switch { 0 => "readonly partial record struct", 1 => "sealed partial record", _ => "partial record" };
            string parameters = string.Join(", ", members.Select((member, j) => $"{member.Type} A{j}"));
            string[] paths = [.. members.SelectMany((member, j) => member.Paths.Select(path => $".A{j}{path}"))];
            string[] leaves = [.. paths.Select(path => "w" + path), "h", "x", "(double)n"];
            text.AppendLine(CultureInfo.InvariantCulture, $"[Tree] public {record} R{i}({parameters}, bool Flag);");
            text.AppendLine("public static partial class Models {");
            text.AppendLine(CultureInfo.InvariantCulture,
                $"  [InnerObjective] internal static Tensor F{i}(R{i} w, Tensor h, Tensor x, int n = 2) => {Expression(random, leaves, 4)} + 0 * h;");
            text.AppendLine(CultureInfo.InvariantCulture,
                $"  [GradientOf(nameof(F{i}))] internal static partial R{i} G{i}(R{i} w, Tensor h, Tensor x, int n);");
            text.AppendLine("}");
            calls.AppendLine(CultureInfo.InvariantCulture, $$"""
                    {
                        var w = new R{{i}}({{string.Join(", ", members.Select(member => member.Value))}}, true);
                        var (h, x) = (Tensor.Scalar(0.7), Tensor.Scalar(-0.4));
                        R{{i}} slope = Models.G{{i}}(w, h, x, 2);
                        result.Add(({{string.Join(" + ", paths.Select(path => $"(slope{path} * w{path})"))}}).ToScalar());
                        Tensor At(double t) => Models.F{{i}}Objective(x).Evaluate(w + (t * w), h);
                        result.Add((At(Step).ToScalar() - At(-Step).ToScalar()) / (2 * Step));
                    }
            """);
        }

        return $$"""
            {{text}}
            public static class Run
            {
                private const double Step = 6.055454452393343e-6; // ε^⅓

                public static double[] Now()
                {
                    var result = new System.Collections.Generic.List<double>();
            {{calls}}
                    return result.ToArray();
                }
            }
            """;
    }

    // a type, a value of it, and where its leaves are
    private static (string Type, string Value, string[] Paths) Member(Random random) => random.Next(4) switch
    {
        0 => ("Tensor[]", $"[{Number(random)}, {Number(random)}]", ["[0]", "[1]"]),
        1 => ("(Tensor Left, Tensor Right)", $"({Number(random)}, {Number(random)})", [".Left", ".Right"]),
        2 => ("(Tensor, Tensor[])[]", $"[({Number(random)}, [{Number(random)}])]", ["[0].Item1", "[0].Item2[0]"]),
        _ => ("Tensor", Number(random), [string.Empty]),
    };

    private static string Number(Random random) => string.Create(CultureInfo.InvariantCulture, $"Tensor.Scalar({random.NextDouble() + 0.2:F3})");

    private static string Expression(Random random, string[] leaves, int depth)
    {
        string leaf = leaves[random.Next(leaves.Length)];
        string Next() => Expression(random, leaves, depth - 1);
        return depth == 0 ? (leaf == "(double)n" ? $"({leaf} * h)" : leaf) : random.Next(6) switch
        {
            0 => $"({Next()} + {Next()})",
            1 => $"({Next()} * {Next()})",
            2 => $"({Next()}).Sin()",
            3 => $"({Next()}).Tanh()",
            4 => $"({Next()} - {Next()}.Square())",
            _ => $"({Next()}.Tanh()).Exp()",
        };
    }
}
