using Hyperdiff.Graphs;

namespace Hyperdiff.Tests.InnerSolvers;

/// <summary>What a map computes from its parameters alone is computed once per solve, not once per step; so is its derivative.</summary>
public sealed class InvariantTests
{
    private const int Steps = 20;

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
