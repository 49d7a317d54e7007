using System.Globalization;

namespace Gallery;

/// <summary>What one believes of a market: the expected returns per year.</summary>
[Tree]
public sealed partial record Returns(Tensor Expected);

/// <summary>A portfolio as a minimum with constraints: what its best mixture is worth, as a function of beliefs.</summary>
internal static class PortfolioJob
{
    private const double RiskAversion = 4;

    // of central differences: the square of the step, 1e-8, and rounding over the step, 1e-12
    private const double Step = 1e-4;
    private const double Allowed = 1e-6;

    public static GalleryJob Job { get; } = new("portfolio", "a minimum under constraints: shares that add up to 1, none below 0", Run);

    private static Claim Run(Setting setting)
    {
        Tensor covariance = Tensor.From(new[,] { { 0.04, 0.01, 0.0, 0.02 }, { 0.01, 0.09, 0.01, 0.0 }, { 0.0, 0.01, 0.16, 0.03 }, { 0.02, 0.0, 0.03, 0.25 } });
        Returns belief = new(Tensor.From([0.06, 0.10, -0.05, 0.07])), truth = new(Tensor.From([0.05, 0.08, 0.06, 0.09]));

        // risk less return, under shares that add up to 1 and are not negative
        var mixture = Objective.From((Tensor w, Returns h) => (0.5 * RiskAversion * w.Dot(covariance.MatMul(w))) - h.Expected.Dot(w), "Risk less return")
            .SubjectTo(equalities: (w, _) => w.Sum() - 1, inequalities: (w, _) => -w);
        var loss = Objective.From(
            (Tensor w, Returns h) => (0.5 * RiskAversion * w.Dot(covariance.MatMul(w))) - truth.Expected.Dot(w) + (0 * h.Expected.Sum()),
                "What it turns out to be");
        var problem = Bilevel.Problem(mixture, loss);
        ImplicitMethod method = Hypergradient.Implicit();

        // what is solved for are the shares and the multipliers of the constraints
        KktPoint<Tensor> start = mixture.Start(Tensor.Full([4], 0.25), belief);
        var g = method.Compute(problem, start, belief);
        g.EnsureConverged();
        double[] shares = g.State.State.ToArray<double>(), gradient = g.Gradient.Expected.ToArray<double>();
        double[] differences = [.. Enumerable.Range(0, 4).Select(j => (Value(j, Step) - Value(j, -Step)) / (2 * Step))];
        double worst = gradient.Zip(differences).Max(pair => Math.Abs(pair.First - pair.Second));
        for (int j = 0; j < shares.Length; j++)
        {
            setting.Output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"share {shares[j],8:F4}   dℓ/dr {gradient[j],10:F6}   by differences {differences[j],10:F6}"));
        }

        // ℓ is least where one believes what is true
        var loop = OuterLoop.Over(problem, method).With(Optimizer.Adam(0.005)).Until(Stop.AfterSteps(setting.IsQuick ? 15 : 60));
        OuterStep<KktPoint<Tensor>, Returns> last = setting.Watched(loop).From(start, belief, setting.Cancellation).ToEnd()!;
        double best = loss.Evaluate(Solved(truth), truth).ToScalar();
        return new Claim(string.Create(CultureInfo.InvariantCulture,
            $"third share {Math.Abs(shares[2]):F4}, the bound; dℓ/dr is {worst:0e-0} off differences; ℓ {g.Value:F6} -> {last.Value:F6}, at least {best:F6}"),
            worst < Allowed && shares[2] < Allowed && last.Value < g.Value && last.Value > best - Allowed);

        Tensor Solved(Returns h) => mixture.Kkt.SolvedBy(Root.Newton()).Solve(start, h).EnsureConverged().State;

        double Value(int j, double by)
        {
            Tensor moved = belief.Expected + (by * Tensor.Arange(4).Equal(j).To(DType.Float64));
            return loss.Evaluate(Solved(new Returns(moved)), belief).ToScalar();
        }
    }
}
