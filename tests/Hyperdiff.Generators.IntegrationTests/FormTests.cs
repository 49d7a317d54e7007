namespace Hyperdiff.Generators.IntegrationTests;

public sealed class FormTests
{
    private static readonly Tensor s_two = Tensor.Scalar(2);
    private static readonly Tensor s_three = Tensor.Scalar(3);

    [Fact]
    public void Map_WithoutData_IsAProperty() => Assert.Equal(Math.Tanh(6), Forms.CellMap.Evaluate(s_two, s_three).ToScalar(), 1e-15);

    [Fact]
    public void Condition_IsTracedOnce_HoweverOftenItIsSolved()
    {
        for (double x = 1; x < 4; x++)
        {
            RootFinding<Tensor, Tensor> finding = Forms.BalanceCondition(Tensor.Scalar(x)).SolvedBy(Root.Newton(tolerance: 1e-13));
            double w = finding.Solve(s_two, s_three).EnsureConverged().ToScalar();

            // dw/dh = −w/(3w² + h)
            Assert.Equal(x, Math.Pow(w, 3) + (3 * w), 1e-12);
            Assert.Equal(-w / ((3 * w * w) + 3), Diff.Grad(h => Root.Of(finding, s_two, h), s_three).ToScalar(), 1e-13);
        }

        Assert.Equal(1, Forms.BalanceCondition(s_two).Traces);
    }

    [Fact]
    public void Condition_WithoutData_IsAProperty()
    {
        Weights root = Forms.LevelCondition.SolvedBy(Root.Newton()).Solve(new Weights(Tensor.Zeros([2]), s_two), new Penalty(Tensor.Ones([2])))
            .EnsureConverged();

        Assert.Equal([1.0, 1], root.W.ToArray<double>());
        Assert.Equal(4, root.B.ToScalar());
    }

    [Fact]
    public void Map_WithoutHyperparameters_TakesAnEmptyTuple() => Assert.Equal(1.0, Forms.HalveMap.Evaluate(s_two, default).ToScalar());

    [Fact]
    public void Key_IsDataOfAForm_AndAnotherKeyIsNoOtherPlan()
    {
        foreach (long seed in new[] { 1, 2 })
        {
            var key = RandomKey.FromSeed(seed);
            Tensor expected = 1 + (3 * key.Fold(7).Normal([]));
            Assert.Equal(expected.ToScalar(), Forms.NoisyMap(key, 7).Evaluate(s_two, s_three).ToScalar(), 1e-14);
        }

        Assert.Equal(1, Forms.NoisyMap(RandomKey.FromSeed(3), 7).Traces);
    }

    [Fact]
    public void LoopsAndBatches_AreAllowedInForms_AndTracedOnce()
    {
        Tensor w = Tensor.From([0.4, -0.2]), h = Tensor.From([0.3, 0.6]);
        FixedPointMap<Tensor, Tensor> map = Forms.LoopedMap(Tensor.From(new[,] { { 1, 2 }, { 3, 0.5 } }));

        // the same by Diff, whose functions are traced at every call
        Tensor expected = Diff.Grad(x => map.Evaluate(w, x).Square().Sum(), h);
        FixedPointProblem<Tensor, Tensor> problem = Bilevel.Problem(map, Objective.From<Tensor, Tensor>((state, _) => state.Square().Sum()));
        Tensor actual = Hypergradient.Reverse(1).Compute(problem, w, h).Gradient;

        Assert.Equal(expected.ToArray<double>(), actual.ToArray<double>(), (a, b) => Math.Abs(a - b) <= 1e-14);
        Assert.Equal(1, Forms.LoopedMap(Tensor.Ones([2, 2])).Traces);
    }

    [Fact]
    public void AnInnerSolve_AllocatesNoStates()
    {
        // a form is pure, so that all steps run one plan over two sets of memory
        const int Size = 20_000;
        Tensor start = Tensor.Ones([Size]);
        long Allocated(int updates)
        {
            FixedPointSolver solver = FixedPoint.Iteration(0, maxIterations: updates);
            Forms.HalveMap.SolvedBy(solver).Solve(start, default);
            long before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Equal(updates, Forms.HalveMap.SolvedBy(solver).Solve(start, default).Report.Iterations);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        long each = (Allocated(12) - Allocated(4)) / 8;

        Assert.True(each < Size * sizeof(double) / 10, $"{each} bytes an update");
        Assert.Equal(Math.Pow(0.5, 12), Forms.HalveMap.SolvedBy(FixedPoint.Iteration(0, maxIterations: 12)).Solve(start, default).State[0].ToScalar());
    }

    [Fact]
    public void StaticArguments_EachHaveAPlanOfTheirOwn()
    {
        Assert.Equal(18.0, Apply(2, false, null, Activation.Identity, 2));
        Assert.Equal(-54.0, Apply(3, true, null, Activation.Identity, 2));
        Assert.Equal(-51.0, Apply(3, true, "abc", Activation.Identity, 2));
        Assert.Equal(Math.Tanh(2), Apply(0, false, null, Activation.Tanh, 2), 1e-15);
        int traces = Forms.PowerMap(0, false, null, Activation.Tanh, s_two).Traces;

        Assert.Equal(Math.Tanh(4), Apply(0, false, null, Activation.Tanh, 4), 1e-15);
        Assert.Equal(traces, Forms.PowerMap(0, false, null, Activation.Tanh, s_two).Traces);
        Assert.Equal(4, traces);

        static double Apply(int exponent, bool negate, string? label, Activation activation, double factor) =>
            Forms.PowerMap(exponent, negate, label, activation, Tensor.Scalar(factor)).Evaluate(s_two, s_three).ToScalar();
    }

    [Fact]
    public void TuplesAndArrays_AreStatesHyperparametersAndData()
    {
        FixedPointMap<(Tensor W, Layer V), Tensor[]> map = Forms.MixedMap([(Tensor.Scalar(1), Tensor.Scalar(4)), (Tensor.Scalar(2), Tensor.Scalar(1))]);

        (Tensor w, Layer v) = map.Evaluate((Tensor.Scalar(2), new Layer(Tensor.From([1.0, 2.0]), s_three)), [Tensor.Scalar(0.5), Tensor.Scalar(0.1)]);

        // w = 2 − ½·1·(2 − 4) = 3, then 3 − ½·2·(6 − 1) = −2
        Assert.Equal(-2.0, w.ToScalar());
        Assert.Equal([0.9, 1.8], v.Weight.ToArray<double>());
        Assert.Equal(2.7, v.Bias.ToScalar(), 1e-15);
    }

    [Fact]
    public void SparseMatrices_AreData()
    {
        var a = CsrMatrix.From([2.0, 3, 4], [0, 1, 0], [0, 1, 3], 2);
        Tensor b = Tensor.From([1.0, 2]), w = Tensor.From([0.5, -1.0]);
        Objective<Tensor, Tensor> objective = Forms.LeastSquaresObjective(a, b);

        // A = [[2, 0], [4, 3]], A w − b = (0, −3)
        Assert.Equal(9 + (2 * 1.25), objective.Evaluate(w, s_two).ToScalar());
        Assert.Equal([-24.0 + 2, -18.0 - 4], objective.Gradient(w, s_two).ToArray<double>());
    }

    [Fact]
    public void CompositeTypesOfSignatures_AreRegistered()
    {
        Assert.NotNull(Tree.Of<(Tensor, Layer)>());
        Assert.NotNull(Tree.Of<(Tensor, Tensor)[]>());
        Assert.NotNull(Tree.Of<(Tensor, (Tensor, Tensor), Weights)>());
    }

    [Fact]
    public void AuxiliaryOutput_One_IsReturnedBesideTheState()
    {
        FixedPointMap<Weights, Penalty, Tensor> map = Forms.WithNormMap;

        (Weights next, Tensor norm) = map.EvaluateWithAuxiliary(new Weights(Tensor.From([1.0, 2.0]), s_two), new Penalty(s_three));

        Assert.Equal([0.5, 1.0], next.W.ToArray<double>());
        Assert.Equal(15.0, norm.ToScalar());
    }

    [Fact]
    public void AuxiliaryOutput_Several_BecomeATuple()
    {
        FixedPointMap<Tensor, Tensor, (Tensor First, (Tensor, Tensor) Second, Weights Third)> map = Forms.WithThreeMap;

        (Tensor next, (Tensor First, (Tensor, Tensor) Second, Weights Third) auxiliary) = map.EvaluateWithAuxiliary(s_two, s_three);

        Assert.Equal(6.0, next.ToScalar());
        Assert.Equal(5.0, auxiliary.First.ToScalar());
        Assert.Equal(3.0, auxiliary.Second.Item2.ToScalar());
        Assert.Equal(2.0, auxiliary.Third.W.ToScalar());
    }

    [Fact]
    public void ObjectiveWithAuxiliaryOutput_IsDifferentiatedInItsValue()
    {
        var layer = new Layer(Tensor.From([1.0, 2.0]), s_two);
        Tensor x = Tensor.From(new double[,] { { 1, 0 }, { 1, 1 } });

        (Tensor value, Layer auxiliary) = Forms.FitObjective(x).EvaluateWithAuxiliary(layer, s_three);
        Layer gradient = Forms.FitGradient(layer, s_three, x);

        // f = ((3w₁)² + (3(w₁ + w₂))²)/2 at w = (1, 2): (9 + 81)/2, its derivative (9w₁ + 9(w₁ + w₂), 9(w₁ + w₂))
        Assert.Equal(45.0, value.ToScalar(), 1e-12);
        Assert.Equal(4.0, auxiliary.Bias.ToScalar());
        Assert.Equal([36.0, 27.0], gradient.Weight.ToArray<double>());
        Assert.Equal(0.0, gradient.Bias.ToScalar());
    }

    [Fact]
    public void Gradient_InFrozenLeaves_IsZero()
    {
        Tensor weight = Tensor.From([1.0, 2.0]);
        var layer = new Layer(weight, s_two);
        var network = new Network([layer], (s_two, layer), new Layer(Tensor.From([5.0, 6.0]), s_two), Tensor.From([7.0, 8.0])) { Epoch = 3 };

        Network gradient = network.BothGradient(s_three);

        Assert.Equal([21.0, 24.0], gradient.Layers[0].Weight.ToArray<double>());
        Assert.Equal([5.0, 6.0], gradient.Offset.ToArray<double>());
        Assert.Equal([0.0, 0.0], gradient.Mask.ToArray<double>());
        Assert.Equal([0.0, 0.0], gradient.Embedding.Weight.ToArray<double>());
        Assert.Equal(3, gradient.Epoch);
    }

    [Fact]
    public void Members_AreAsVisibleAsTheirTypesAllow()
    {
        Assert.True(typeof(Forms).GetMethod(nameof(Forms.PowerMap))!.IsPublic);
        Assert.Null(typeof(Hidden).GetProperty("GrowMap"));
        Assert.Equal(2.0, Hidden.Start);
        Assert.Equal(6.0, Forms.RunNested());
    }
}
