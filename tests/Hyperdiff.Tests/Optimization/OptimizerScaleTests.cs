namespace Hyperdiff.Tests.Optimization;

/// <summary>Optimizers have no unit of their own: gradients, ε and penalties that are 2^k times as large, and rates per unit of them that are 2^−k times as
/// large, make the same steps, to the last bit, with derivatives in the gradient that are 2^−k times as large.</summary>
public sealed class OptimizerScaleTests
{
    /// <summary>Rules whose step has the unit of the parameters (degree 0 in the gradient), and those whose rate is per unit of the gradient; of 2^k.</summary>
    private static readonly Dictionary<string, Func<double, Optimizer>> s_rules = new()
    {
        ["gradient descent"] = s => Optimizer.Sgd(0.1 / s),
        ["SGD"] = s => Optimizer.Sgd(0.1 / s, 0.5, 0.25, 0.125 * s),
        ["heavy ball"] = s => Optimizer.HeavyBall(0.1 / s, 0.5),
        ["Nesterov"] = s => Optimizer.Nesterov(0.1 / s, 0.5),
        ["Nesterov with decay"] = s => Optimizer.Nesterov(0.1 / s, 0.5, 0.125 * s),
        ["Adam"] = s => Optimizer.Adam(0.1, 0.9, 0.99, 0.01 * s),
        ["Adam without ε"] = s => Optimizer.Adam(0.1, 0.9, 0.99, 0),
        ["Adam with decay"] = s => Optimizer.Adam(0.1, epsilon: 0.01 * s, weightDecay: 0.125 * s),
        ["AdamW"] = s => Optimizer.AdamW(0.1, epsilon: 0.01 * s, weightDecay: 0.125),
        ["RMSProp"] = s => Optimizer.RmsProp(0.1, 0.9, 0.01 * s),
        ["RMSProp with momentum"] = s => Optimizer.RmsProp(0.1, 0.9, 0.01 * s, 0.5, 0.125 * s),
        ["Adagrad"] = s => Optimizer.Adagrad(0.1, 0.01 * s),
        ["Adagrad from a sum"] = s => Optimizer.Adagrad(0.1, 0, s * s),
        ["clipped"] = s => Optimizer.Adam(0.1, 0.9, 0.99, 0.01 * s).ClippedByValue(1 * s).ClippedByNorm(1.25 * s),
        ["grouped"] = s => Optimizer.Adam(0.1, 0.9, 0.99, 0.01 * s).Grouped(("x", Optimizer.Sgd(0.1 / s, 0.5).ClippedByNorm(1.25 * s))),
        ["projected"] = s => Optimizer.Adam(0.1, 0.9, 0.99, 0.01 * s).Projected(Proximal.NonNegative),
    };

    public static TheoryData<string, DType> Rules
    {
        get
        {
            var data = new TheoryData<string, DType>();
            foreach (string name in s_rules.Keys)
            {
                data.Add(name, DType.Float32);
                data.Add(name, DType.Float64);
            }

            return data;
        }
    }

    [Fact]
    public void EveryRule_IsTried() => Assert.All(
        typeof(Optimizer).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Optimizer))),
        type => Assert.Contains(s_rules.Values, rule => rule(1).GetType() == type));

    [Theory]
    [MemberData(nameof(Rules))]
    public void GradientsOfAnySize_MakeTheSameSteps(string name, DType dtype)
    {
        // the sum that Adagrad begins with is a square, which float64 holds up to 2^±1022
        int reach = dtype == DType.Float32 ? 96 : name == "Adagrad from a sum" ? 480 : 960;
        (Tensor steps, Tensor slope, Tensor curvature) = Run(name, dtype, 0);
        foreach (int k in new[] { -reach, -reach / 2, -reach / 4, reach / 4, reach / 2, reach })
        {
            (Tensor scaled, Tensor scaledSlope, Tensor scaledCurvature) = Run(name, dtype, k);
            Assert.Equal(Doubles(steps), Doubles(scaled));
            Assert.Equal(Doubles(slope), Doubles(scaledSlope).Select(y => Math.ScaleB(y, k)));
            if (2 * Math.Abs(k) <= reach)
            {
                Assert.Equal(Doubles(curvature), Doubles(scaledCurvature).Select(y => Math.ScaleB(y, 2 * k)));
            }
        }
    }

    // three steps from zero memory, and derivatives in the first gradient along a direction
    private static (Tensor Steps, Tensor Slope, Tensor Curvature) Run(string name, DType dtype, int k)
    {
        double s = Math.ScaleB(1, k);
        Tensor g = (s * Tensor.From([0.75, -1.5, 0.0])).To(dtype), x = Tensor.From([1.0, 0.5, 2]).To(dtype), v = Tensor.From([1.0, 1, 0]).To(dtype);
        Tensor Last(Tensor first) => s_rules[name](s).Start(x).Next(first).Next(0.5 * first).Next(-0.25 * first).Parameters;
        Tensor Slope(Tensor first) => Diff.Jvp(Last, first, v).Tangent;
        return (Last(g), Slope(g), Diff.Jvp(Slope, g, v).Tangent);
    }

    private static double[] Doubles(Tensor tensor) => tensor.To(DType.Float64).ToArray<double>();
}
