using Hyperdiff.Fixtures;
using Hyperdiff.Testing.Samples;
using Hyperdiff.Tests.Optimization;

namespace Hyperdiff.Tests.Hypergradients;

/// <summary>Derivatives through optimizers: in their numbers, in the objective's, and in the state that they begin with.</summary>
public sealed class UnrolledTests
{
    private const int Steps = 7;

    // seven steps of a dozen operations each, on numbers of order 1
    private const double Rounding = 1e-12;

    private static readonly Tensor s_matrix = Sample([4, 3], 1, 1);
    private static readonly Tensor s_start = Sample([3], 1, 2);
    private static readonly Tensor s_hyper = Sample([4], 0.5, 3);
    private static readonly Tensor s_direction = Sample([4], 1, 4);

    // the last hyperparameter is the objective's as well as the rule's
    private static readonly Objective<Tensor, Tensor> s_inner = Objective.From<Tensor, Tensor>(
        (w, h) => s_matrix.MatMul(w).Softplus().Sum() + (0.5 * h[3].Exp() * w.Square().Sum()), "Train");

    private static readonly Objective<Tensor, Tensor> s_outer = Objective.From<Tensor, Tensor>((w, h) => (w - 0.3).Square().Sum() + (0.1 * h.Square().Sum()),
        "Validate");

    public static TheoryData<string> Names => OptimizerRules.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Reverse_Forward_AndDifferences_Agree(string rule)
    {
        Dynamics<Tensor, Tensor> dynamics = s_inner.Unroll(OptimizerRules.All[rule]);
        UnrolledProblem<Tensor, Tensor> problem = Bilevel.Problem(dynamics, s_outer);
        IterativeHypergradient<Tensor, Tensor> reverse = Hypergradient.Reverse(Steps).Compute(problem, s_start, s_hyper);
        IterativeHypergradient<Tensor, Tensor> forward = Hypergradient.Forward(Steps).Compute(problem, s_start, s_hyper);
        (double[] differences, double[] bound) = Richardson.Derivative(z => [Value(dynamics, s_start, s_hyper + (z * s_direction))]);

        Assert.True(reverse.Converged && forward.Converged, $"{reverse}\n{forward}");
        AssertClose(forward.Gradient, reverse.Gradient, Rounding);
        Assert.Equal(differences[0], (reverse.Gradient * s_direction).Sum().ToScalar(), bound[0]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void GradientInTheStart_AgreesWithDifferences_InParametersAndMemory(string rule)
    {
        Dynamics<Tensor, Tensor> dynamics = s_inner.Unroll(OptimizerRules.All[rule]);
        OptimizerState<Tensor> start = dynamics.Next(dynamics.Start(s_start, s_hyper), s_hyper);
        OptimizerState<Tensor> slope = Hypergradient.Reverse(Steps).Compute(Bilevel.Problem(dynamics, s_outer).WithMemory, start, s_hyper).WithRespectToStart;
        Tensor[] directions = [.. Enumerable.Range(5, 1 + start.Memory.Length).Select(seed => Sample([3], 0.1, seed))];

        // memory is moved in proportion to itself: a mean of squares stays above zero
        double expected = (slope.Parameters * directions[0]).Sum().ToScalar()
            + slope.Memory.Select((slot, i) => (slot * start.Memory[i] * directions[1 + i]).Sum().ToScalar()).Sum();
        (double[] differences, double[] bound) = Richardson.Derivative(z =>
        {
            OptimizerState<Tensor> moved = start.WithMemory([.. start.Memory.Select((slot, i) => slot * (1 + (z * directions[1 + i])))]);
            return [Value(dynamics, With(moved, start.Parameters + (z * directions[0])), s_hyper)];
        });

        Assert.Equal(differences[0], expected, bound[0]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Loop_OfTheSameSteps_HasTheSameDerivative(string rule)
    {
        Dynamics<Tensor, Tensor> dynamics = s_inner.Unroll(OptimizerRules.All[rule]);
        Tensor reverse = Hypergradient.Reverse(Steps).Compute(Bilevel.Problem(dynamics, s_outer), s_start, s_hyper).Gradient;
        Tensor loop = Diff.Grad(
            h => s_outer.Evaluate(Loop.Iterate(Steps, state => dynamics.Next(state, h), dynamics.Start(s_start, h), dynamics.StateTree,
                Checkpointing.Every(3)).Parameters, h), s_hyper);

        AssertClose(reverse, loop, Rounding);
    }

    [Theory]
    [InlineData(7, 7)]
    [InlineData(7, 3)]
    [InlineData(20, 20)]
    public void Minibatches_AreReplayed_ToTheLastBit(int steps, int last)
    {
        UnrolledProblem<Tensor, Tensor> problem = Bilevel.Problem(Minibatches(), s_outer);
        IterativeHypergradient<Tensor, Tensor> all = Hypergradient.Reverse(steps, last).Compute(problem, s_start, s_hyper);
        foreach (Checkpointing checkpointing in new[] { Checkpointing.Every(1), Checkpointing.Every(4), Checkpointing.Budget(1000) })
        {
            IterativeHypergradient<Tensor, Tensor> few = Hypergradient.Reverse(steps, last, checkpointing).Compute(problem, s_start, s_hyper);

            Assert.Equal(all.Gradient.ToArray<double>(), few.Gradient.ToArray<double>());
            Assert.Equal(last == steps, few.ReachesStart);
            if (few.ReachesStart)
            {
                Assert.Equal(all.WithRespectToStart.ToArray<double>(), few.WithRespectToStart.ToArray<double>());
            }
        }
    }

    [Fact]
    public void Minibatches_DifferFromStepToStep_AndAgreeWithForwardAndDifferences()
    {
        Dynamics<Tensor, Tensor> dynamics = Minibatches();
        UnrolledProblem<Tensor, Tensor> problem = Bilevel.Problem(dynamics, s_outer);
        Tensor reverse = Hypergradient.Reverse(Steps).Compute(problem, s_start, s_hyper).Gradient;
        Tensor forward = Hypergradient.Forward(Steps).Compute(problem, s_start, s_hyper).Gradient;
        (double[] differences, double[] bound) = Richardson.Derivative(z => [Value(dynamics, s_start, s_hyper + (z * s_direction))]);

        AssertClose(forward, reverse, Rounding);
        Assert.Equal(differences[0], (reverse * s_direction).Sum().ToScalar(), bound[0]);
        Assert.NotEqual(Batch(0).ToArray<int>(), Batch(1).ToArray<int>());
    }

    [Fact]
    public void GoingOnFromAState_CountsItsStepsOn()
    {
        UnrolledProblem<Tensor, Tensor> problem = Bilevel.Problem(Minibatches(), s_outer);
        double[] whole = Hypergradient.Reverse(7).Compute(problem, s_start, s_hyper).State.ToArray<double>();
        IterativeHypergradient<Tensor, Tensor> half = Hypergradient.Reverse(4).Compute(problem, s_start, s_hyper);
        OptimizerState<Tensor> state = Hypergradient.Reverse(4).Compute(problem.WithMemory, problem.Inner.Start(s_start, s_hyper), s_hyper).State;
        OptimizerState<Tensor> end = Hypergradient.Reverse(3).Compute(problem.WithMemory, state, s_hyper).State;

        Assert.Equal((4, 7), (state.Steps, end.Steps));
        Assert.Equal(whole, end.Parameters.ToArray<double>());

        // a warm start carries what is not among the parameters
        Assert.Equal(whole, Hypergradient.Reverse(3).Compute(problem, half.State, s_hyper, new() { WarmStart = half.WarmStart }).State.ToArray<double>());
    }

    [Fact]
    public void MetaLearning_OnAQuadratic_HasTheClosedForm()
    {
        // T steps on ½ w²: w_T = (1 − η)ᵀ w₀; ℓ = ½ w_T²
        Objective<Tensor, Tensor> bowl = Objective.From<Tensor, Tensor>((w, _) => 0.5 * w.Square());
        UnrolledProblem<Tensor, Tensor> problem = Bilevel.Problem(bowl.Unroll(rate => Optimizer.Sgd(rate)), bowl);
        IterativeHypergradient<Tensor, Tensor> g = Hypergradient.Reverse(5).Compute(problem, Tensor.Scalar(2), Tensor.Scalar(0.1));

        Assert.Equal(2 * Math.Pow(0.9, 10), g.WithRespectToStart.ToScalar(), 1e-14);
        Assert.Equal(-5 * 4 * Math.Pow(0.9, 9), g.Gradient.ToScalar(), 1e-14);
    }

    [Fact]
    public void StepsThatGrow_AreNoWarning_WhereTheMapChanges_AndUnusedNumbersAre()
    {
        UnrolledProblem<Tensor, Tensor> problem = Bilevel.Problem(
            s_inner.Unroll(Optimizer.Sgd(Schedule.From(t => 0.001 * (t + 1)))), Objective.From<Tensor, Tensor>((w, _) => w.Sum()));
        IterativeHypergradient<Tensor, Tensor> g = Hypergradient.Reverse(Steps).Compute(problem, s_start, s_hyper);
        IterativeHypergradient<Tensor, Tensor> unused = Hypergradient.Reverse(Steps).Compute(
            Bilevel.Problem(Dynamics.From<Tensor, Tensor>((w, _, _) => w.Square().Sum(), _ => Optimizer.Sgd(0.1)),
                Objective.From<Tensor, Tensor>((w, _) => w.Sum())), s_start, s_hyper);

        Assert.True(g.InnerReport.Rate > 1);
        Assert.Empty(g.Warnings);
        Assert.Equal([WarningKind.UnusedHyperparameter], unused.Warnings.Select(warning => warning.Kind));
    }

    [Fact]
    public void ReadingAValue_InAStep_Throws_WithTheRemedy()
    {
        Dynamics<Tensor, Tensor> reading = Dynamics.From<Tensor, Tensor>((w, _, t) => t.ToScalar() > 2 ? w.Square().Sum() : w.Sum(), _ => Optimizer.Sgd(0.1));
        InvalidOperationException exception = Assert.Throws<InvalidOperationException>(
            () => Hypergradient.Reverse(2).Compute(Bilevel.Problem(reading, s_outer), s_start, s_hyper));

        Assert.Contains("Tensor.Where", exception.Message, StringComparison.Ordinal);
    }

    private static Dynamics<Tensor, Tensor> Minibatches() => Dynamics.From<Tensor, Tensor>(
        (w, h, t) => s_matrix.Take(Batch(t)).MatMul(w).Softplus().Mean() + (0.5 * h[3].Exp() * w.Square().Sum()),
        h => Optimizer.Adam(0.2 * h[0].Exp(), h[1].Sigmoid(), h[2].Sigmoid()));

    private static Tensor Batch(Tensor t) => RandomKey.FromSeed(11).Fold(t).Integers([2], 0, 4);

    private static Tensor Batch(int t) => Batch(Tensor.Full([], t, DType.Int32));

    private static double Value(Dynamics<Tensor, Tensor> dynamics, Tensor start, Tensor hyper) => Value(dynamics, dynamics.Start(start, hyper), hyper);

    private static double Value(Dynamics<Tensor, Tensor> dynamics, OptimizerState<Tensor> state, Tensor hyper)
    {
        for (int t = 0; t < Steps; t++)
        {
            state = dynamics.Next(state, hyper);
        }

        return s_outer.Evaluate(state.Parameters, hyper).ToScalar();
    }

    private static OptimizerState<Tensor> With(OptimizerState<Tensor> state, Tensor parameters) => state.With(parameters, state.Memory, state.Counter);

    private static void AssertClose(Tensor expected, Tensor actual, double tolerance) =>
        Assert.All(expected.ToArray<double>().Zip(actual.ToArray<double>()), both => Assert.Equal(both.First, both.Second, tolerance));

    private static Tensor Sample(Shape shape, double size, int seed) => Tensor.From(OperandSample.Spread(shape.ElementCount, -size, size, seed), shape);
}
