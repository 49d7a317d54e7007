using Hyperdiff.Graphs;

namespace Hyperdiff.Tests.InnerSolvers;

/// <summary>What a map computes from its parameters alone is computed once per solve, not once per step; so is its derivative.</summary>
public sealed class InvariantTests
{
    private const int Steps = 20;

    private static readonly Dictionary<string, Func<InvariantTests, int, SolvedFunction<Tensor, Tensor>>> s_methods = new()
    {
        ["iteration"] = (test, updates) => test.Bent().SolvedBy(FixedPoint.Iteration(0, maxIterations: updates)),
        ["damped"] = (test, updates) => test.Bent().SolvedBy(FixedPoint.Damped(0.5, 0, maxIterations: updates)),
        ["Anderson"] = (test, updates) => test.Bent().SolvedBy(FixedPoint.Anderson(tolerance: 0, maxIterations: updates)),
        ["Broyden"] = (test, updates) => test.Bent().SolvedBy(FixedPoint.Broyden(tolerance: 0, maxIterations: updates)),
        ["Newton-CG"] = (test, updates) => test.Valley().MinimizedBy(Minimizer.NewtonCg(0, updates)),
        ["L-BFGS"] = (test, updates) => test.Valley().MinimizedBy(Minimizer.Lbfgs(tolerance: 0, maxIterations: updates)),
        ["descent"] = (test, updates) => test.Valley().MinimizedBy(Minimizer.GradientDescent(StepSize.Fixed(0.1), 0, updates)),
        ["backtracking"] = (test, updates) => test.Valley().MinimizedBy(Minimizer.GradientDescent(StepSize.Backtracking(), 0, updates)),
        ["Newton"] = (test, updates) => test.Slope().SolvedBy(Root.Newton(tolerance: 0, maxIterations: updates)),
    };

    private readonly Counted _counted = new();

    [Fact]
    public void FixedPoint_ComputesInvariantsOnce()
    {
        Solution<Tensor> solution = Map().Solve(Tensor.Zeros([3]), Tensor.From([1.0, 2, 3]));

        Assert.True(solution.Report.Iterations > Steps, solution.Report.ToString());
        Assert.Equal(1, _counted.Runs);
    }

    [Fact]
    public void Reverse_ComputesInvariantsAndTheirDerivativeOnce()
    {
        IterativeHypergradient<Tensor, Tensor> g = Hypergradient.Reverse(Steps).Compute(Problem(), Tensor.Zeros([3]), Tensor.From([1.0, 2, 3]));

        // w_T = (1 − 2⁻ᵀ) 2 λ², of which F is the sum
        Assert.Equal(Tensor.From([4.0, 8, 12]).ToArray<double>().Select(x => x * (1 - Math.Pow(2, -Steps))), g.Gradient.ToArray<double>(),
            (a, b) => Math.Abs(a - b) <= 1e-14 * a);

        // for the steps; for the linearization; transposed
        Assert.Equal(3, _counted.Runs);
    }

    [Fact]
    public void Forward_ComputesInvariantsOnce_AndTheirDerivativeOncePerHyperparameter()
    {
        Tensor reverse = Hypergradient.Reverse(Steps).Compute(Problem(), Tensor.Zeros([3]), Tensor.From([1.0, 2, 3])).Gradient;
        int before = _counted.Runs;
        Tensor forward = Hypergradient.Forward(Steps).Compute(Problem(), Tensor.Zeros([3]), Tensor.From([1.0, 2, 3])).Gradient;

        Assert.Equal(reverse.ToArray<double>(), forward.ToArray<double>(), (a, b) => Math.Abs(a - b) <= 1e-14 * a);
        Assert.Equal(2 + 3, _counted.Runs - before);
    }

    /// <summary>Every method of the library; none is asked for an accuracy, so that it makes as many updates as it is allowed.</summary>
    public static TheoryData<string> Methods => [.. s_methods.Keys];

    [Theory]
    [MemberData(nameof(Methods))]
    public void EveryMethod_ComputesInvariantsOnce(string method)
    {
        Solution<Tensor> solution = s_methods[method](this, 3).Solve(Tensor.Ones([3]), Tensor.From([1.0, 2, 3]));

        Assert.True(solution.Report.Iterations >= 2, solution.Report.ToString());
        Assert.Equal(1, _counted.Runs);
    }

    [Theory]
    [InlineData("iteration", true)]
    [InlineData("Newton-CG", false)]
    public void InFloat32_ComputesInvariantsOnce(string inner, bool map)
    {
        SolvedFunction<Tensor, Tensor> solved = map ? Bent().SolvedBy(FixedPoint.InFloat32(FixedPoint.Iteration(1e-12)))
            : Valley().MinimizedBy(Minimizer.InFloat32(Minimizer.NewtonCg(1e-12)));
        Solution<Tensor> solution = solved.Solve(Tensor.Ones([3]), Tensor.From([1.0, 2, 3]));

        Assert.Contains("float32", solution.Report.Solver, StringComparison.Ordinal);
        Assert.True(solution.Report.Converged, $"{inner}: {solution.Report}");
        Assert.Equal(1, _counted.Runs);
    }

    // w ← tanh(w)/2 + λ²
    private FixedPointMap<Tensor, Tensor> Bent() =>
        new MapForm<Tensor, Tensor, ValueTuple>("Φ", (w, h, _) => (0.5 * w.Tanh()) + _counted.Of(h.Square()), Tree.Tensor, Tree.Tensor, Tree.Unit)
            .Bind(default);

    // Σ log cosh-like of w − λ²: not a quadratic, so that Newton's method has something to do
    private Objective<Tensor, Tensor> Valley() =>
        new ObjectiveForm<Tensor, Tensor, ValueTuple>(
            "f", (w, h, _) => (1 + (w - _counted.Of(h.Square())).Square()).Sqrt().Sum() + (0.1 * w.Square().Sum()), Tree.Tensor, Tree.Tensor, Tree.Unit)
            .Bind(default);

    // w + w³/3 = λ²
    private RootCondition<Tensor, Tensor> Slope() =>
        new ConditionForm<Tensor, Tensor, ValueTuple>("c", (w, h, _) => w + (w.Square() * w / 3) - _counted.Of(h.Square()), Tree.Tensor, Tree.Tensor, Tree.Unit)
            .Bind(default);

    // w ← w/2 + λ², where the square passes through something that counts
    private FixedPointMap<Tensor, Tensor> Map() =>
        new MapForm<Tensor, Tensor, ValueTuple>("Φ", (w, h, _) => (0.5 * w) + _counted.Of(h.Square()), Tree.Tensor, Tree.Tensor, Tree.Unit).Bind(default);

    private FixedPointProblem<Tensor, Tensor> Problem() => Bilevel.Problem(Map(), Objective.From<Tensor, Tensor>((w, _) => w.Sum()));

    /// <summary>The identity, which counts how often it is computed.</summary>
    private sealed record Counted : Primitive
    {
        private readonly int[] _runs = [0];

        public int Runs => _runs[0];

        public Tensor Of(Tensor x) => Apply(x)[0];

        internal override Primitive? Retyped(Retyping types) => this;

        public override TensorType[] Infer(ReadOnlySpan<TensorType> operands) => operands.ToArray();

        public override Tensor[] Execute(IBackend backend, ReadOnlySpan<Tensor> operands)
        {
            _runs[0]++;
            return operands.ToArray();
        }

        public override Tensor[] Batched(ReadOnlySpan<BatchOperand> operands, int size) => [Of(operands[0].Tensor)];

        public override Tensor?[] Tangent(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results, ReadOnlySpan<Tensor?> tangents) => [Of(tangents[0]!)];

        public override Tensor?[] Transpose(ReadOnlySpan<Tensor?> cotangents, ReadOnlySpan<Operand> operands) => [Of(cotangents[0]!)];
    }
}
