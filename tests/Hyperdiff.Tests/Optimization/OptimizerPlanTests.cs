using Hyperdiff.Tests.Evidence;

namespace Hyperdiff.Tests.Optimization;

/// <summary>Steps of an optimizer are compiled once, and have the bits of single operations.</summary>
public sealed class OptimizerPlanTests
{
    private const int Steps = 6;

    private static readonly RandomKey s_key = RandomKey.FromSeed(21);

    // made anew for each step, a rule compiles nothing
    private static readonly Dictionary<string, Func<Optimizer>> s_rules = new()
    {
        ["SGD"] = () => Optimizer.Sgd(Schedule.Cosine(0.1, 4)),
        ["momentum"] = () => Optimizer.Sgd(0.1, 0.9, 0.1, weightDecay: 0.01),
        ["heavy ball"] = () => Optimizer.HeavyBall(0.1, Schedule.Warmup(3, 0.9)),
        ["Nesterov"] = () => Optimizer.Nesterov(Schedule.Exponential(0.1, 0.9), 0.9, 0.1),
        ["Adam"] = () => Optimizer.Adam(0.1),
        ["AdamW"] = () => Optimizer.AdamW(Tensor.Scalar(0.1), weightDecay: Schedule.InverseTime(0.1, 0.5)),
        ["RMSProp"] = () => Optimizer.RmsProp(Schedule.From(t => 0.1 / (1 + t))),
        ["RMSProp with momentum"] = () => Optimizer.RmsProp(0.1, momentum: 0.5),
        ["Adagrad"] = () => Optimizer.Adagrad(Schedule.Step(0.1, 2, 0.5), initialSum: 0.1),
        ["projected"] = () => Optimizer.Adam(0.1).Projected(x => Proximal.Box(x, -0.2, 0.2)),
        ["clipped"] = () => Optimizer.Adam(0.1).ClippedByNorm(1).ClippedByValue(0.5),
        ["grouped"] = () => Optimizer.Adam(0.1).Grouped(("Item2", Optimizer.Sgd(0.1, 0.9)), ("Item3", Optimizer.Adagrad(0.1).ClippedByNorm(0.1))),
    };

    public static TheoryData<string> Rules => new(s_rules.Keys);

    [Theory]
    [MemberData(nameof(Rules))]
    public void APlannedStep_HasTheBitsOfSingleOperations(string name)
    {
        Tree<(Tensor, Tensor, Tensor)> tree = Tree.Tuple(Tree.Tensor, Tree.Tensor, Tree.Tensor);
        (Tensor, Tensor, Tensor) Draw(int i) => (s_key.Fold(i).Normal([3, 5]), s_key.Fold(i + 100).Normal([4]).To(DType.Float32), Tensor.Scalar(0.1 * i));
        Optimizer kept = s_rules[name]();
        OptimizerState<(Tensor, Tensor, Tensor)> planned = kept.Start(Draw(0), tree), single = planned;
        for (int i = 1; i <= Steps; i++)
        {
            (planned, single) = (kept.Next(planned, Draw(i)), s_rules[name]().Next(single, Draw(i)));

            Assert.Equal(Numbers(single), Numbers(planned));
            Assert.Equal(i, planned.Steps);
        }

        double[] Numbers(OptimizerState<(Tensor, Tensor, Tensor)> state) =>
            [.. new FlatTree<OptimizerState<(Tensor, Tensor, Tensor)>>(state.Tree, state, "x").Tensors
                .SelectMany(leaf => leaf.To(DType.Float64).ToArray<double>())];
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void AWarmStep_CompilesNothing_AndAFewResultsIsAllItAllocates(string name)
    {
        (Tensor x, Tensor g) = (s_key.Normal([3, 5]), s_key.Fold(1).Normal([3, 5]));
        Optimizer rule = name == "grouped" ? s_rules["Adam"]() : s_rules[name]();
        OptimizerState<Tensor> state = rule.Next(rule.Next(rule.Start(x), g), g);
        long allocated = 0;
        long compilations = CompilationCount.Of(() =>
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            state = rule.Next(state, g);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        });

        Assert.Equal(0, compilations);

        // structures taken apart and put together: forty operations of Adam took 40 kB
        Assert.InRange(allocated, 0, 10_000);
    }

    [Fact]
    public void AScheduleWhoseVariableChanged_IsSeen()
    {
        double rate = 1;
        Optimizer rule = Optimizer.Sgd(Schedule.Warmup(0, Schedule.From(_ => Tensor.Scalar(rate))));
        OptimizerState<Tensor> state = rule.Start(Tensor.Zeros([1]));
        for (int i = 0; i < 3; i++)
        {
            state = rule.Next(state, Tensor.Ones([1]));
        }

        rate = 10;
        Assert.Equal(-13, rule.Next(state, Tensor.Ones([1])).Parameters.ToArray<double>()[0]);
    }

    [Fact]
    public void AScheduleThatReadsValues_IsCalledAtEveryStep()
    {
        Optimizer rule = Optimizer.Sgd(Schedule.From(t => Tensor.Scalar(t.ToScalar() < 2 ? 1 : 0.5)));
        OptimizerState<Tensor> state = rule.Start(Tensor.Zeros([1]));
        for (int i = 0; i < 4; i++)
        {
            state = rule.Next(state, Tensor.Ones([1]));
        }

        Assert.Equal(-3, state.Parameters.ToArray<double>()[0]);
    }

    [Fact]
    public void ADerivativeInANumberOfARule_GoesThroughItsSteps()
    {
        Tensor one = Tensor.Ones([1]);
        Tensor slope = Diff.Grad(
            (Tensor rate) =>
            {
                Optimizer rule = Optimizer.Sgd(rate);
                return rule.Next(rule.Next(rule.Next(rule.Start(one), one), one), one).Parameters.Sum();
            },
            Tensor.Scalar(0.1));

        Assert.Equal(-3, slope.ToScalar(), 1e-15);
    }
}
