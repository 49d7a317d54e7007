using Hyperdiff.Fixtures;

namespace Hyperdiff.Tests.Optimization;

public sealed class BijectionTests
{
    private static readonly Dictionary<string, Bijection> s_bijections = new()
    {
        ["exp"] = Bijection.Exp,
        ["softplus"] = Bijection.Softplus,
        ["sigmoid"] = Bijection.Sigmoid,
        ["softmax"] = Bijection.Softmax,
    };

    public static TheoryData<string> Names => new(s_bijections.Keys);

    [Theory]
    [MemberData(nameof(Names))]
    public void Invert_UndoesApply(string name)
    {
        Bijection bijection = s_bijections[name];
        Tensor constrained = Tensor.From([1e-9, 0.2, 0.8 - 1e-9]);
        double[] again = bijection.Apply(bijection.Invert(constrained)).ToArray<double>();

        // ln loses ε |ln λ| absolutely, which eᵘ makes relative
        Assert.All(constrained.ToArray<double>().Zip(again), both => Assert.Equal(1, both.Second / both.First, 1e-14));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Pullback_IsTheGradientOfTheComposition(string name)
    {
        Bijection bijection = s_bijections[name];
        (Tensor u, Tensor direction) = (Tensor.From([0.3, -0.7, 1.1]), Tensor.From([1, 0.5, -0.4]));
        Tensor Loss(Tensor l) => (l.Square() * Tensor.From([1.0, 2, 3])).Sum();
        Tensor slope = bijection.Pullback(u, Diff.Grad(Loss, bijection.Apply(u)));
        (double[] differences, double[] bound) = Richardson.Derivative(z => [Loss(bijection.Apply(u + (z * direction))).ToScalar()]);

        Assert.Equal(differences[0], (slope * direction).Sum().ToScalar(), bound[0]);
    }

    [Fact]
    public void Softmax_MakesASimplex() => Assert.Equal(1, Bijection.Softmax.Apply(Tensor.From([0.3, -0.7, 1.1])).Sum().ToScalar(), 1e-15);

    [Fact]
    public void OuterProblem_InLogarithms_IsSolvedByLbfgs()
    {
        // inner w = λ y/(1 + λ)… of ½‖w − y‖² λ + ½‖w‖²; F = ½‖w − 0.8 y‖² is least at λ = 4
        Tensor y = Tensor.From([1, -2, 0.5]);
        Objective<Tensor, Tensor> inner = Objective.From<Tensor, Tensor>((w, h) => (0.5 * h * (w - y).Square().Sum()) + (0.5 * w.Square().Sum()))
            .Reparametrize((Tensor u) => Bijection.Exp.Apply(u));
        Objective<Tensor, ValueTuple> outer = Objective.From<Tensor, ValueTuple>(
            (u, _) => 0.5 * (Argmin.Of(inner.MinimizedBy(Minimizer.Lbfgs(tolerance: 1e-13)), Tensor.Zeros([3]), u, LinearSolver.ConjugateGradient(1e-13)) - (
                0.8 * y)).Square().Sum());
        Tensor best = outer.MinimizedBy(Minimizer.Lbfgs(tolerance: 1e-10)).Solve(Tensor.Scalar(0), default).EnsureConverged();

        Assert.Equal(4, best.Exp().ToScalar(), 1e-8);
    }

    [Fact]
    public void ConstantMap_FixesTheHyperparametersOfAnObjective_ForAnOptimizersOwn()
    {
        // story 4: the hyperparameters of the optimizer are the problem's, those of the loss are fixed
        Objective<Tensor, Tensor> ridge = Objective.From<Tensor, Tensor>((w, h) => 0.5 * h * w.Square().Sum(), "Train");
        Objective<Tensor, (Tensor LogRate, Tensor Momentum)> train = ridge.Reparametrize(
            ((Tensor, Tensor) _) => Tensor.Scalar(2), Tree.Tuple(Tree.Tensor, Tree.Tensor));
        UnrolledProblem<Tensor,
            (Tensor LogRate, Tensor Momentum)> problem = Bilevel.Problem(train.Unroll(s => Optimizer.HeavyBall(s.LogRate.Exp(), s.Momentum)), train);
        IterativeHypergradient<Tensor, (Tensor LogRate, Tensor Momentum)> g =
            Hypergradient.Reverse(1).Compute(problem, Tensor.From([1.0, 1]), (Tensor.Scalar(Math.Log(0.1)), Tensor.Scalar(0.5)));

        // one step: w = 1 − 0.1·2 = 0.8 each, F = ‖w‖²; dF/dη = 2·2·0.8·(−2), times η
        Assert.Equal(-0.64, g.Gradient.LogRate.ToScalar(), 1e-15);
        Assert.Equal(0, g.Gradient.Momentum.ToScalar());
        Assert.Equal([1.28, 1.28], g.WithRespectToStart.ToArray<double>().Select(slope => Math.Round(slope, 12)));
    }
}
