using Hyperdiff.Testing;

namespace Hyperdiff.Tests.PublicLaws;

/// <summary>Maps, objectives and conditions pass the public laws; and each law is broken by one with a fault.</summary>
public sealed class ProblemLawTests
{
    private static readonly Tensor s_h = Tensor.From([0.4, -0.3]);
    private static int s_calls;

    private static readonly Dictionary<string, Func<Tensor, Tensor, Tensor>> s_faults = new()
    {
        ["derivatives agree with differences"] = (w, h) => Tripled(w),
        ["repeats its bits"] = (w, h) => w.Square().Sum() * (1 + (1e-3 * s_calls++)),
    };

    public static TheoryData<string> Faults => new(s_faults.Keys);

    [Fact]
    public void EveryKind_ObeysTheLaws()
    {
        Objective<Tensor, Tensor> f = Objective.From<Tensor, Tensor>((w, h) => (w.Square() + (0.1 * w.Square().Square()) - (w * h)).Sum());
        Laws.Of(Problem((w, h) => (w - 1).Square().Sum() + (w * h).Sum()), s_h, s_h).EnsureHolds();
        Laws.Of(Bilevel.Problem(f.MinimizedBy(Minimizer.NewtonCg()), Outer()), s_h, s_h).EnsureHolds();
        Laws.Of(Bilevel.Problem(RootCondition.From<Tensor, Tensor>(
            (w, h) => w + (0.1 * w.Square() * w) - h).SolvedBy(Root.Newton()), Outer()), s_h, s_h).EnsureHolds();
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void AFault_BreaksItsLaw(string law) =>
        Assert.Contains(law, Laws.Of(Problem(s_faults[law]), s_h, s_h).Broken.Select(broken => broken.Law));

    [Fact]
    public void EveryLaw_HasAFault() => Assert.Equal(
        Laws.Of(Problem((w, _) => w.Square().Sum()), s_h, s_h).Held.Order(), s_faults.Keys.Order());

    // w², whose slope is 2 w
    private static Tensor Tripled(Tensor w) => Diff.CustomTangent<Tensor, Tensor>(x => x.Square().Sum(), (x, dx) => (3 * x * dx).Sum())(w);

    private static Objective<Tensor, Tensor> Outer() => Objective.From<Tensor, Tensor>((w, h) => (w - 1).Square().Sum());

    private static FixedPointProblem<Tensor, Tensor> Problem(Func<Tensor, Tensor, Tensor> outer) => Bilevel.Problem(
        FixedPointMap.From<Tensor, Tensor>((w, h) => (0.5 * w.Tanh()) + h).SolvedBy(FixedPoint.Iteration()), Objective.From(outer));
}
