namespace Hyperdiff.Tests.Descents;

/// <summary>A start that is off along a direction of λ in which ℓ is flat, beneath larger errors along steep ones: a descent that is Converged, with an
/// estimated error, is as close as was asked for, whatever its steps have shown by then.</summary>
public sealed class JointSlowModeTests
{
    private const double Larger = 1e-2;
    private const int Seed = 5;

    // ε^⅓, and how far above it what a solve with differences lets through may be
    private const double Multiple = 2.5;
    private static readonly double s_asked = Math.Cbrt(DType.Float64.Epsilon());

    // f is ½ ‖w − λ‖² with a rotation of w, and ℓ, F at w*, is ½ Σ c (λ − 1)²
    private static readonly Dictionary<string, Func<double, Descent>> s_descents = new()
    {
        [nameof(Descent.Soba)] = rate => Descent.Soba(0.5, rate),
        [nameof(Descent.Amigo)] = rate => Descent.Amigo(0.5, 2, 2, rate),
        [nameof(Descent.StocBio)] = rate => Descent.StocBio(1, 2, 2, rate),
        [nameof(Descent.Ttsa)] = rate => Descent.Ttsa(0.5, rate, HessianSeries.Truncated(2, 1)),
        [nameof(Descent.Sustain)] = rate => Descent.Sustain(0.5, rate, 0.5, HessianSeries.Truncated(2, 1)),
        [nameof(Descent.DualMultiplier)] = rate => Descent.DualMultiplier(0.5, rate),
        [nameof(Descent.F2sa)] = rate => Descent.F2sa(0.5, 5, rate, 10),
        [nameof(Descent.Pbgd)] = rate => Descent.Pbgd(0.05, 5, 0.1 * rate, 10),
        [nameof(Descent.Meha)] = rate => Descent.Meha(0.1, rate, 10, 1),
        [nameof(Descent.Saba)] = rate => Descent.Saba(0.5, rate),
    };

    public static TheoryData<string, int, double> Cases
    {
        get
        {
            var data = new TheoryData<string, int, double>();
            foreach (string name in s_descents.Keys)
            {
                foreach ((int count, double flattest) in ((int, double)[])[(2, 1e-2), (2, 1e-3), (30, 1e-2), (30, 1e-3)])
                {
                    data.Add(name, count, flattest);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Converged_HoldsAlongFlatDirections(string name, int count, double flattest)
    {
        // the others between 1/2 and 1
        Tensor curvature = Tensor.From([.. Enumerable.Range(0, count - 1).Select(i => 1 - (0.5 * i / count)), flattest]);
        Tensor turn = Linalg.Qr(RandomKey.FromSeed(Seed).Normal([count, count])).Q, solution = Tensor.Ones([count]);
        Objective<Tensor, Tensor> f = Objective.From<Tensor, Tensor>((w, h) => 0.5 * (w - h).Square().Sum());
        Objective<Tensor, Tensor> outer = Objective.From<Tensor, Tensor>(
            (w, h) => (0.5 * (curvature * turn.MatMul(h - 1).Square()).Sum()) + (0.1 * (w - h).Sum()));
        var wrong = new List<string>();
        foreach (double off in (double[])[1e-4, 1e-3, 3e-3])
        {
            Tensor by = Tensor.Concat(0, Tensor.Full([count - 1], Larger / Math.Sqrt(count - 1)), Tensor.From([off]));
            Tensor start = solution + turn.Transpose().MatMul(by);
            Descent descent = s_descents[name](0.8) with { MaxSteps = 400 };
            DescentSolution<Tensor, Tensor> found = descent switch
            {
                SabaDescent saba => saba.Minimize(Bilevel.Problem(FiniteSum.Of(f), FiniteSum.Of(outer)), start, start),
                StochasticDescent stochastic => stochastic.Minimize(Bilevel.Problem(f, outer), start, start),
                _ => ((ExactDescent)descent).Minimize(Bilevel.Problem(f, outer), start, start),
            };
            double error = (found.Hyper - solution).Norm().ToScalar() / solution.Norm().ToScalar();
            bool isUnknown = found.Report.Error.IsUnknown && found.Warnings.Any(warning => warning.Kind == WarningKind.UnknownError);
            if (found.Report.Converged && !isUnknown && error > Multiple * s_asked)
            {
                wrong.Add($"off by {off}: error {error:g2}, {found}");
            }
        }

        Assert.True(wrong.Count == 0, $"{wrong.Count} wrong, seed {Seed}: {string.Join(Environment.NewLine, wrong)}");
    }
}
