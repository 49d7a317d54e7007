namespace Hyperdiff.Tests.Forms;

/// <summary>What a pure form does about variables that its function captured: where one changed, the graph that was traced before is not used. So a capture
/// costs time, and never a right result.</summary>
public sealed class CaptureTests
{
    private static readonly Tensor s_w = Tensor.From([1.0, 2]), s_h = Tensor.From([0.5, 0.25]);

    private double _rate = 0.5;

    /// <summary>What is captured, and what changes it: the form multiplies w by it, which is 0.5 at first and 0.25 then.</summary>
    public static TheoryData<string> Captures => [.. Cases().Keys];

    [Theory]
    [MemberData(nameof(Captures))]
    public void CapturedVariable_ThatChanged_IsSeen(string capture)
    {
        (Func<Tensor, Tensor> times, Action change) = Cases()[capture];
        FixedPointMap<Tensor, Tensor> map = FixedPointMap.OfPure<Tensor, Tensor>((w, h) => times(w) + h);
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal([1.0, 1.25], map.Evaluate(s_w, s_h).ToArray<double>());
        }

        Assert.Equal(1, map.Traces);
        change();
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal([0.75, 0.75], map.Evaluate(s_w, s_h).ToArray<double>());
        }

        Assert.Equal(2, map.Traces);
    }

    [Fact]
    public void MethodOfAnObject_ReadsItsField()
    {
        MapForm<Tensor, Tensor, Tensor> form = FixedPointMap.OfData<Tensor, Tensor, Tensor>(Step);
        Assert.Equal([1.0, 1.25], form.Bind(s_h).Evaluate(s_w, s_h).ToArray<double>());
        _rate = 0.25;
        Assert.Equal([0.75, 0.75], form.Bind(s_h).Evaluate(s_w, s_h).ToArray<double>());
    }

    [Fact]
    public void CounterOfItsCalls_IsNoCapture()
    {
        int calls = 0;
        int[] counts = new int[2];
        FixedPointMap<Tensor, Tensor> one = FixedPointMap.OfPure<Tensor, Tensor>((w, h) => Counted(0, w + h));
        FixedPointMap<Tensor, Tensor> other = FixedPointMap.OfPure<Tensor, Tensor>((w, h) => Counted(1, w - h));
        for (int i = 0; i < 3; i++)
        {
            one.Evaluate(s_w, s_h);
            other.Evaluate(s_w, s_h);
            one.Evaluate(s_w[..1], s_h[..1]);
        }

        Assert.Equal((3, 2, 1), (calls, counts[0], counts[1]));

        Tensor Counted(int which, Tensor result)
        {
            calls++;
            counts[which]++;
            return result;
        }
    }

    /// <summary>C# keeps the captured variables of a scope in one object: what only others use is not a capture of this function.</summary>
    [Fact]
    public void VariableOfAnotherFunctionOfTheScope_IsNoCapture()
    {
        (int steps, double rate) = (0, 0.5);
        Tensor Scaled(Tensor w) => rate * w;
        void Next() => steps++;
        FixedPointMap<Tensor, Tensor> map = FixedPointMap.OfPure<Tensor, Tensor>((w, h) => Each([w, h]).Aggregate(Scaled(w), (sum, item) => sum + item));
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal([1.25, 2.125], map.Evaluate(s_w, s_h).ToArray<double>());
            Next();
        }

        Assert.Equal((1, 3), (map.Traces, steps));
        Assert.Equal(["rate"], map.Captures.Select(variable => variable.Name));

        IEnumerable<Tensor> Each(Tensor[] all)
        {
            foreach (Tensor item in all)
            {
                yield return rate * item;
            }
        }
    }

    /// <summary>A variable of an enclosing derivative, captured: its derivative is that of the lambda, at every point, whichever came first.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void CapturedVariableOfAnEnclosingDerivative_HasItsDerivative(bool concreteFirst)
    {
        Tensor captured = Tensor.Scalar(0.5);
        FixedPointMap<Tensor, Tensor> map = FixedPointMap.OfPure<Tensor, Tensor>((w, h) => (captured * w) + h);
        if (concreteFirst)
        {
            Assert.Equal([1.0, 1.25], map.Evaluate(s_w, s_h).ToArray<double>());
        }

        foreach (double at in new[] { 0.5, 0.25 })
        {
            Assert.Equal(3, Diff.Grad(
                (Tensor x) =>
                {
                    captured = x;
                    return map.Evaluate(s_w, s_h).Sum();
                },
                Tensor.Scalar(at)).ToScalar());
        }

        captured = Tensor.Scalar(0.25);
        Assert.Equal([0.75, 0.75], map.Evaluate(s_w, s_h).ToArray<double>());
    }

    [Fact]
    public void FixedPointWithinADerivative_DependsOnWhatItsFormCaptures()
    {
        // w = c w + 1: dw/dc = 1/(1 − c)²
        Tensor Loss(Tensor c)
        {
            FixedPointMap<Tensor, ValueTuple> map = FixedPointMap.OfPure<Tensor, ValueTuple>((w, _) => (c * w) + 1);
            return FixedPoint.Of(map.SolvedBy(FixedPoint.Iteration(1e-14)), Tensor.Scalar(0), default);
        }

        Assert.Equal(4, Diff.Grad((Tensor c) => Loss(c), Tensor.Scalar(0.5)).ToScalar(), 1e-9);
        Assert.Equal(16, Diff.Grad((Tensor c) => Diff.Grad((Tensor x) => Loss(x), c), Tensor.Scalar(0.5)).ToScalar(), 1e-7);
    }

    private static Dictionary<string, (Func<Tensor, Tensor> Times, Action Change)> Cases()
    {
        double rate = 0.5;
        var tensor = Tensor.Scalar(0.5);
        double[] rates = [0.5];
        Tensor[] tensors = [tensor];
        List<double> list = [0.5];
        Dictionary<string, double> table = new() { ["rate"] = 0.5 };
        var options = new Options { Rate = 0.5 };
        Func<Tensor, Tensor> function = w => 0.5 * w;
        (double Rate, string Name) pair = (0.5, "rate");
        return new()
        {
            ["a number"] = (w => rate * w, () => rate = 0.25),
            ["a tensor"] = (w => tensor * w, () => tensor = Tensor.Scalar(0.25)),
            ["an element of an array"] = (w => rates[0] * w, () => rates[0] = 0.25),
            ["an array"] = (w => rates[0] * w, () => rates = [0.25]),
            ["a tensor in an array"] = (w => tensors[0] * w, () => tensors[0] = Tensor.Scalar(0.25)),
            ["an item of a list"] = (w => list[0] * w, () => list[0] = 0.25),
            ["an entry of a dictionary"] = (w => table["rate"] * w, () => table["rate"] = 0.25),
            ["a property of an object"] = (w => options.Rate * w, () => options.Rate = 0.25),
            ["a function"] = (w => function(w), () => function = w => 0.25 * w),
            ["a tuple"] = (w => pair.Rate * w, () => pair = (0.25, "rate")),
            ["an object"] = (w => options.Rate * w, () => options = new Options { Rate = 0.25 }),
        };
    }

    private Tensor Step(Tensor data, Tensor w, Tensor h) => (_rate * w) + data;

    private sealed class Options
    {
        public double Rate { get; set; }
    }

    [Fact]
    public void MinusZero_IsNotZero()
    {
        double by = 0;
        FixedPointMap<Tensor, Tensor> map = FixedPointMap.OfPure<Tensor, Tensor>((w, h) => (w / by) + h);
        Assert.Equal(double.PositiveInfinity, map.Evaluate(s_w, s_h).ToArray<double>()[0]);
        by = -0.0;
        Assert.Equal(double.NegativeInfinity, map.Evaluate(s_w, s_h).ToArray<double>()[0]);
    }
}
