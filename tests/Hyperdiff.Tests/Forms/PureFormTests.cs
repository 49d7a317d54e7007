using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Hyperdiff.Tests.Forms;

/// <summary>What a pure form keeps, and for how long.</summary>
public sealed class PureFormTests
{
    private static readonly Tensor s_one = Tensor.From([1.0, 2, 3]), s_half = Tensor.From([0.5, 0.25, 0.125]);

    private static readonly Tree<(Tensor, int)> s_counted = Tree.Tuple(Tree.Tensor, Tree.Static<int>());

    /// <summary>Every kind of form, by the name of what makes it: how often its function was called after a use over data of a shape and a type.</summary>
    public static TheoryData<string> Kinds => [.. Uses(new Counter()).Keys];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Form_CallsItsFunctionOncePerShapeAndType(string kind)
    {
        var calls = new Counter();
        Action<int, DType> use = Uses(calls)[kind];
        for (int round = 0; round < 3; round++)
        {
            use(3, DType.Float64);
            use(4, DType.Float64);
            use(3, DType.Float32);
        }

        Assert.Equal(3, calls.Value);
    }

    [Fact]
    public void StaticMembers_HaveAGraphEach()
    {
        int calls = 0;
        MapForm<Tensor, Tensor, (Tensor, int)> form = FixedPointMap.OfData<(Tensor, int), Tensor, Tensor>(
            (d, w, h) =>
            {
                Interlocked.Increment(ref calls);
                return d.Item2 > 1 ? w * d.Item1 : w + d.Item1;
            },
            data: s_counted);

        Assert.Equal([2.0, 4, 6], form.Bind((Tensor.Scalar(2), 2)).Evaluate(s_one, s_half).ToArray<double>());
        Assert.Equal([3.0, 4, 5], form.Bind((Tensor.Scalar(2), 1)).Evaluate(s_one, s_half).ToArray<double>());
        Assert.Equal([3.0, 6, 9], form.Bind((Tensor.Scalar(3), 2)).Evaluate(s_one, s_half).ToArray<double>());
    }

    [Fact]
    public void FunctionThatCapturesNothing_HasOneForm_WhereverItIsWrittenAgain()
    {
        FixedPointMap<Tensor, Tensor> Map(double rate) =>
            FixedPointMap.OfData((Tensor r, Tensor w, Tensor h) => w - (r * (w - h)), "shared").Bind(Tensor.Scalar(rate));
        for (int i = 1; i < 10; i++)
        {
            Assert.Equal(1 - (0.5 / i), Map(1.0 / i).Evaluate(s_one, s_half)[0].ToScalar(), 1e-15);
        }

        Assert.Equal(1, Map(1).Traces);
        Assert.Equal(0, FixedPointMap.OfData((Tensor r, Tensor w, Tensor h) => w - (r * (w - h)), "shared").Bind(Tensor.Scalar(1)).Traces);
    }

    [Fact]
    public void FunctionThatThrows_IsTracedAgain()
    {
        int calls = 0;
        FixedPointMap<Tensor, Tensor> map = FixedPointMap.OfPure<Tensor, Tensor>((w, h) => calls++ == 0 ? throw new InvalidOperationException("once") : w + h);

        Assert.Throws<InvalidOperationException>(() => map.Evaluate(s_one, s_half));
        Assert.Equal([1.5, 2.25, 3.125], map.Evaluate(s_one, s_half).ToArray<double>());
    }

    [Fact]
    public void Graphs_AreBoundedInNumber_AndTheOneInUseStays()
    {
        int calls = 0;
        FixedPointMap<Tensor, Tensor> map = FixedPointMap.OfPure<Tensor, Tensor>((w, h) =>
        {
            Interlocked.Increment(ref calls);
            return w + h;
        });
        for (int size = 1; size <= 100; size++)
        {
            map.Evaluate(Tensor.Ones([size]), Tensor.Ones([size]));
            map.Evaluate(s_one, s_half);
        }

        Assert.Equal(100, calls);
        map.Evaluate(Tensor.Ones([1]), Tensor.Ones([1]));
        Assert.Equal(101, calls);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Data_AreNotHeld(string kind)
    {
        Action<int, DType> use = Uses(new Counter(), keep: true)[kind];
        WeakReference data = Used(use);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();

        Assert.False(data.IsAlive);
        GC.KeepAlive(use);
    }

    [Fact]
    public void Threads_ShareAForm()
    {
        FixedPointMap<Tensor, Tensor> map = FixedPointMap.OfPure<Tensor, Tensor>((w, h) => (w * h.Exp()).Tanh());
        double[] expected = (s_one * s_half.Exp()).Tanh().ToArray<double>();
        var threads = new ConcurrentDictionary<int, bool>();
        Parallel.For(0, 200, i =>
        {
            threads[Environment.CurrentManagedThreadId] = true;
            Assert.Equal(expected, map.Evaluate(s_one, s_half).ToArray<double>());
        });

        // each at most until the first has a trace to share; a busy machine has more threads than processors
        Assert.InRange(map.Traces, 1, threads.Count);
    }

    [Fact]
    public void Messages_NameTheLeaf()
    {
        MapForm<Tensor, Tensor, (Tensor, Tensor)> form = FixedPointMap.OfData(((Tensor A, Tensor B) d, Tensor w, Tensor h) => d.A.MatMul(w) + d.B + h, "Step");
        Assert.Contains("data.Item2", Assert.Throws<ArgumentException>(() => form.Bind((s_one, null!))).Message, StringComparison.Ordinal);
        Assert.Contains("left: data.Item1", Assert.Throws<ShapeMismatchException>(
            () => form.Bind((Tensor.Ones([3, 2]), s_one)).Evaluate(s_one, s_half)).Message, StringComparison.Ordinal);
        Assert.Contains("data", Assert.Throws<ArgumentNullException>(() => FixedPointMap.OfData((Tensor d, Tensor w, Tensor h) => w).Bind(null!)).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(() => FixedPointMap.OfData<Tensor, Tensor, Tensor>(null!));
    }

    [Fact]
    public void Batches_AreNamed()
    {
        ObjectiveForm<Tensor, Tensor, (Tensor X, Tensor Y)> Train(params string[] batch) => Objective.OfData(
            ((Tensor X, Tensor Y) d, Tensor w, Tensor h) => ((d.X.MatMul(w) - d.Y).Square().Mean() + (h * w.Square()).Sum()), "Train", batch: batch);
        (Tensor X, Tensor Y) data = (Tensor.From(new double[,] { { 1, 2 }, { 3, 4 }, { 5, 6 } }), s_one);
        Tensor w = Tensor.From([0.1, 0.2]), h = Tensor.From([0.3, 0.4]);
        Objective<Tensor, Tensor> whole = Train("Item1", "Item2").Bind(data);

        Assert.Equal(whole.Evaluate(w, h).ToScalar(), whole.InChunks(1).Evaluate(w, h).ToScalar(), 1e-14);
        Assert.Contains("[Batch]", Assert.Throws<InvalidOperationException>(() => Train().Bind(data).InChunks(1)).Message, StringComparison.Ordinal);
        Assert.Contains("X; ", Assert.Throws<ArgumentException>(() => Train("X").Bind(data)).Message.Replace("called X, which is to hold samples", "X",
            StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Throws<ShapeMismatchException>(() => Train("Item1", "Item2").Bind((data.X, w)));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference Used(Action<int, DType> use)
    {
        use(5, DType.Float64);
        var last = new WeakReference(s_last);
        s_last = null;
        return last;
    }

    [ThreadStatic]
    private static Tensor? s_last;

    private static Dictionary<string, Action<int, DType>> Uses(Counter calls, bool keep = false)
    {
        Tensor Counted(Tensor value)
        {
            calls.Value++;
            return value;
        }

        Tensor Data(int size, DType type)
        {
            // computed, so that it has storage of its own
            Tensor data = Tensor.From([.. Enumerable.Range(1, size).Select(i => 1.0 / i)], [size]).To(type).Exp();
            s_last = keep ? data : null;
            return data;
        }

        MapForm<Tensor, Tensor, Tensor> map = FixedPointMap.OfData((Tensor d, Tensor w, Tensor h) => Counted(0.1 * d * w.Tanh()) + h);
        MapForm<Tensor, Tensor, Tensor, Tensor> mapWith = FixedPointMap.OfData((Tensor d, Tensor w, Tensor h) => (Counted(0.1 * d * w.Tanh()) + h, d.Sum()));
        ConditionForm<Tensor, Tensor, Tensor> condition = RootCondition.OfData((Tensor d, Tensor w, Tensor h) => Counted(w - (0.1 * d * w.Tanh())) - h);
        ObjectiveForm<Tensor, Tensor, Tensor> objective = Objective.OfData((Tensor d, Tensor w, Tensor h) => Counted((d * (w - h).Square()).Sum()));
        ObjectiveForm<Tensor, Tensor, Tensor, Tensor> objectiveWith = Objective.OfData(
            (Tensor d, Tensor w, Tensor h) => (Counted((d * (w - h).Square()).Sum()), d * w));
        SampledForm<Tensor, Tensor, Tensor> sampled = SampledObjective.OfData(
            (Tensor d, Tensor w, Tensor h, RandomKey key) => Counted((d * (w - h).Square()).Sum()));
        FiniteSumForm<Tensor, Tensor, Tensor> sum = FiniteSum.OfData((Tensor d, Tensor w, Tensor h, Tensor i) => Counted((d * (w - h).Square()).Sum()));
        FunctionForm<Tensor, Tensor> function = DifferentiableFunction.OfData((Tensor d, Tensor x) => Counted((d * x.Tanh()).Sum()));
        FunctionForm<Tensor, (Tensor, Tensor), Tensor> structured = DifferentiableFunction.OfData((Tensor d, Tensor x) => (Counted(d * x.Tanh()), x));
        DifferentiableFunction<Tensor> plain = DifferentiableFunction.OfPure((Tensor x) => Counted(x.Tanh().Sum()));
        DifferentiableFunction<Tensor, (Tensor, Tensor)> plainStructured = DifferentiableFunction.OfPure((Tensor x) => (Counted(x.Tanh()), x));
        FixedPointMap<Tensor, Tensor> pureMap = FixedPointMap.OfPure((Tensor w, Tensor h) => Counted(0.1 * w.Tanh()) + h);
        Objective<Tensor, Tensor> pureObjective = Objective.OfPure((Tensor w, Tensor h) => Counted((w - h).Square().Sum()));
        RootCondition<Tensor, Tensor> pureCondition = RootCondition.OfPure((Tensor w, Tensor h) => Counted(w - (0.1 * w.Tanh())) - h);
        return new()
        {
            ["map"] = (size, type) => map.Bind(Data(size, type)).SolvedBy(FixedPoint.Iteration()).Solve(At(size, type), At(size, type)),
            ["map with auxiliary outputs"] = (size, type) => mapWith.Bind(Data(size, type)).EvaluateWithAuxiliary(At(size, type), At(size, type)),
            ["condition"] = (size, type) => condition.Bind(Data(size, type)).SolvedBy(Root.Newton()).Solve(At(size, type), At(size, type)),
            ["objective"] = (size, type) => objective.Bind(Data(size, type)).MinimizedBy(Minimizer.NewtonCg()).Solve(At(size, type), At(size, type)),
            ["objective with auxiliary outputs"] = (size, type) => objectiveWith.Bind(Data(size, type)).EvaluateWithAuxiliary(At(size, type), At(size, type)),
            ["sampled objective"] = (size, type) => Soba(sampled.Bind(Data(size, type)), At(size, type)),
            ["finite sum"] = (size, type) => Soba(sum.Bind(2, Data(size, type)), At(size, type)),
            ["function"] = (size, type) => function.Bind(Data(size, type)).Hvp(At(size, type), At(size, type)),
            ["function with a structure"] = (size, type) => structured.Bind(Data(size, type)).Jvp(At(size, type), At(size, type)),
            ["function without data"] = (size, type) => plain.Grad(Data(size, type)),
            ["function with a structure, without data"] = (size, type) => plainStructured.Linearize(Data(size, type)),
            ["map without data"] = (size, type) => pureMap.Evaluate(Data(size, type), At(size, type)),
            ["objective without data"] = (size, type) => pureObjective.Gradient(Data(size, type), At(size, type)),
            ["condition without data"] = (size, type) => pureCondition.Evaluate(Data(size, type), At(size, type)),
        };
    }

    private static Tensor At(int size, DType type) => Tensor.Ones([size], type) * 0.5;

    private static void Soba(SampledObjective<Tensor, Tensor> inner, Tensor at) => (Descent.Soba(0.1, 0.1) with { MaxSteps = 2 }).Minimize(
        Bilevel.Problem(inner, inner), at, at);

    private sealed class Counter
    {
        public int Value { get; set; }
    }
}
