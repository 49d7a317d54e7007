using Hyperdiff.Testing;

namespace Hyperdiff.Tests.PublicLaws;

/// <summary>Each law of pure functions, broken by a function that breaks it and no other.</summary>
public sealed class PurityLawTests
{
    private static readonly Tensor s_w = Tensor.From([1.0, 2]), s_h = Tensor.From([0.5, 0.25]);

    private static double s_rate;

    public static TheoryData<string> Captures => [.. Mutable().Keys];

    [Fact]
    public void PureFunctions_ObeyAllLaws()
    {
        double rate = 0.5;
        var factor = Tensor.Scalar(2);
        (string, Tensor) pair = ("name", factor);
        Laws.Of(FixedPointMap.OfData((Tensor d, Tensor w, Tensor h) => (d * w) + h).Bind(s_h), (s_w, s_h), (s_h, s_w)).EnsureHolds();
        Laws.Of(FixedPointMap.OfPure((Tensor w, Tensor h) => (rate * factor * w) + h + pair.Item2), (s_w, s_h)).EnsureHolds();
        Laws.Of(Objective.OfPure((Tensor w, Tensor h) => (rate * w * h).Sum()), (s_w, s_h)).EnsureHolds();
        Laws.Of(RootCondition.OfPure((Tensor w, Tensor h) => (rate * w) - h), (s_w, s_h)).EnsureHolds();
        Laws.Of(DifferentiableFunction.OfPure((Tensor x) => rate * x), s_w).EnsureHolds();
        Assert.Equal(3, Laws.Of(DifferentiableFunction.OfPure((Tensor x) => (x, rate * x)), s_w, s_h).Held.Length);
    }

    [Theory]
    [MemberData(nameof(Captures))]
    public void CaptureThatCanChange_IsNamed_WithTheRemedy(string name)
    {
        Func<Tensor, Tensor> times = Mutable()[name];
        BrokenLaw broken = Assert.Single(Laws.Of(FixedPointMap.OfPure<Tensor, Tensor>((w, h) => times(w) + h), (s_w, s_h)).Broken);

        Assert.Equal("captures nothing that can change", broken.Law);
        Assert.StartsWith($"{name}, a ", broken.Counterexample, StringComparison.Ordinal);
        Assert.EndsWith("pass it in the data", broken.Counterexample, StringComparison.Ordinal);
    }

    [Fact]
    public void StaticStateThatChanged_IsFound()
    {
        s_rate = 0.5;
        Objective<Tensor, Tensor> objective = Objective.OfPure((Tensor w, Tensor h) => (s_rate * w * h).Sum());
        Laws.Of(objective, (s_w, s_h)).EnsureHolds();
        s_rate = 0.25;

        BrokenLaw broken = Assert.Single(Laws.Of(objective, (s_w, s_h)).Broken);
        Assert.Equal("is the same when it is traced anew", broken.Law);
        Assert.StartsWith("at point 0: the result holds 0.5, and 0.25", broken.Counterexample, StringComparison.Ordinal);
    }

    [Fact]
    public void StateThatChangesByItself_IsFound()
    {
        int calls = 0;
        LawReport report = Laws.Of(DifferentiableFunction.OfPure((Tensor x) => ++calls * x), s_w);

        Assert.Contains(report.Broken, law => law.Law == "repeats its bits" && law.Counterexample.StartsWith("at point 0: the result holds 1, and 2",
            StringComparison.Ordinal));
    }

    [Fact]
    public void NoPoints_AreRefused() => Assert.Throws<ArgumentException>(() => Laws.Of(DifferentiableFunction.OfPure((Tensor x) => x)));

    private static Dictionary<string, Func<Tensor, Tensor>> Mutable()
    {
        double[] rates = [0.5];
        List<double> list = [0.5];
        Dictionary<string, double> table = new() { ["rate"] = 0.5 };
        var options = new Options { Rate = 0.5 };
        return new()
        {
            ["rates"] = w => rates[0] * w,
            ["list"] = w => list[0] * w,
            ["table"] = w => table["rate"] * w,
            ["options"] = w => options.Rate * w,
            ["this"] = options.Times,
        };
    }

    private sealed class Options
    {
        public double Rate { get; set; }

        public Tensor Times(Tensor w) => Rate * w;
    }
}
