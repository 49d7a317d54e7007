namespace Hyperdiff.Tests.ReferenceProblems;

/// <summary>Implicit functions with Jacobians in closed form, over every kind of inner problem, shape of the argument and solver of the linear
/// systems.</summary>
/// <remarks>The scenarios are those of the tests and examples of ImplicitDifferentiation.jl (Dalle and others): the square root as a minimum, a root and a
/// fixed point; conditions with A ≠ Aᵀ and B not square.</remarks>
public sealed class ImplicitFunctionTests
{
    // the default tolerances of inner and linear solvers are below 1e-10, and all conditions here are within 20 of 1
    private const double Solved = 1e-8;

    private static readonly Tensor s_x = Tensor.From([4.0, 9.0]);

    // BiCGStab breaks down on a matrix that only reverses, and says so: its shadow residual is orthogonal to A r
    public static TheoryData<string> LinearSolvers => ["dense", "gmres", "lsmr", "normal", "auto"];

    public static TheoryData<string> Shapes => ["one", "vector", "matrix", "cube"];

    [Fact]
    public void TheSquareRoot_AsAMinimum_HasItsJacobian()
    {
        // ‖y² − x‖²
        Objective<Tensor, Tensor> objective = Objective.From((Tensor y, Tensor x) => (y.Square() - x).Square().Sum());

        AssertSquareRoot(x => Argmin.Of(objective.MinimizedBy(Minimizer.NewtonCg()), Tensor.Ones([2]), x));
        AssertSquareRoot(x => Argmin.Of(objective.MinimizedBy(Minimizer.Lbfgs()), Tensor.Ones([2]), x));
    }

    [Fact]
    public void TheSquareRoot_AsARoot_HasItsJacobian()
    {
        RootCondition<Tensor, Tensor> condition = RootCondition.From((Tensor y, Tensor x) => y.Square() - x);

        AssertSquareRoot(x => Root.Of(condition.SolvedBy(Root.Newton()), Tensor.Ones([2]), x));
        AssertSquareRoot(x => Root.Of(condition.SolvedBy((_, h) => h.Sqrt()), Tensor.Ones([2]), x));
    }

    [Fact]
    public void TheSquareRoot_AsAFixedPoint_HasItsJacobian()
    {
        // Heron's map has a derivative of 0 at its fixed point
        FixedPointMap<Tensor, Tensor> map = FixedPointMap.From((Tensor y, Tensor x) => 0.5 * (y + (x / y)));

        AssertSquareRoot(x => FixedPoint.Of(map, Tensor.Ones([2]), x));
        AssertSquareRoot(x => FixedPoint.Of(map.SolvedBy(FixedPoint.Anderson()), Tensor.Ones([2]), x));
    }

    [Theory]
    [MemberData(nameof(LinearSolvers))]
    public void NonSymmetricConditions_HaveTheirJacobian_ByEverySolver(string solver)
    {
        // y = a · reverse(√(x + 2), −√x), a factor that enters the condition too
        Tensor x = Tensor.From([1.0, 2, 3]), a = Tensor.Scalar(3);
        RootCondition<Tensor, (Tensor X, Tensor A)> condition = RootCondition.From<Tensor, (Tensor X, Tensor A)>(
            (y, at) => (y / at.A).Square().Flip(0) - Tensor.Concat(0, at.X + 2, at.X));
        RootFinding<Tensor, (Tensor X, Tensor A)> finding = condition.SolvedBy(
            (_, at) => at.A * Tensor.Concat(0, (at.X + 2).Sqrt(), -at.X.Sqrt()).Flip(0), 1e-12);
        Tensor Of(Tensor at, Tensor factor) => Root.Of(finding, Tensor.Ones([6]), (at, factor), Linear(solver));

        double[,] expected = new double[6, 3];
        double[] values = x.ToArray<double>();
        for (int i = 0; i < 3; i++)
        {
            (expected[5 - i, i], expected[2 - i, i]) = (1.5 / Math.Sqrt(values[i] + 2), -1.5 / Math.Sqrt(values[i]));
        }

        Agreement.Near(Tensor.From(expected), Diff.JacobianForward(at => Of(at, a), x), Solved);
        Agreement.Near(Tensor.From(expected), Diff.JacobianReverse(at => Of(at, a), x), Solved);

        // y is proportional to a
        Agreement.Near(Of(x, a) / 3, Diff.JacobianForward(factor => Of(x, factor), a).Flatten(), Solved);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void ArgumentsOfEveryShape_HaveTheDiagonalJacobian(string shape)
    {
        Tensor x = shape switch
        {
            "one" => Tensor.From([2.0]),
            "vector" => Tensor.From([1.0, 2, 3]),
            "matrix" => Tensor.From([1.0, 2, 3, 4, 5, 6]).Reshape(3, 2),
            _ => Tensor.From([1.0, 2, 3, 4, 5, 6, 7, 8]).Reshape(2, 2, 2),
        };
        RootCondition<Tensor, Tensor> condition = RootCondition.From((Tensor y, Tensor at) => y.Square() - at);
        Tensor Of(Tensor at) => Root.Of(condition.SolvedBy(Root.Newton()), Tensor.OnesLike(x), at).Flatten();

        Tensor expected = Tensor.Eye(x.Count) * (0.5 / x.Flatten().Sqrt());
        Agreement.Near(expected, Diff.JacobianForward(Of, x).Reshape(x.Count, x.Count), Solved);
        Agreement.Near(expected, Diff.JacobianReverse(Of, x).Reshape(x.Count, x.Count), Solved);
    }

    [Fact]
    public void AStructure_HasTheGradientOfItsLeaves()
    {
        // (u, v) with u² = a and u v = b: v = b / √a
        RootCondition<(Tensor U, Tensor V), (Tensor A, Tensor B)> condition = RootCondition.From<(Tensor U, Tensor V), (Tensor A, Tensor B)>(
            (w, h) => (w.U.Square() - h.A, (w.U * w.V) - h.B));
        (Tensor A, Tensor B) at = (Tensor.From([4.0, 9.0]), Tensor.From([1.0, 2.0]));
        (Tensor A, Tensor B) gradient = Diff.Grad(
            ((Tensor A, Tensor B) h) => Root.Of(condition.SolvedBy(Root.Newton()), (Tensor.Ones([2]), Tensor.Ones([2])), h).Item2.Sum(), at);

        Agreement.Near([-0.5 / 8, -1.0 / 27], gradient.A, Solved);
        Agreement.Near([0.5, 1.0 / 3], gradient.B, Solved);
    }

    private static void AssertSquareRoot(Func<Tensor, Tensor> root)
    {
        double[] jacobian = [0.25, 0, 0, 1.0 / 6];

        Agreement.Near([2, 3], root(s_x), Solved);
        Agreement.Near(jacobian, Diff.JacobianForward(root, s_x), Solved);
        Agreement.Near(jacobian, Diff.JacobianReverse(root, s_x), Solved);

        // Σ √x has the Hessian diag(−¼ x^(−3/2))
        Agreement.Near([-1.0 / 32, 0, 0, -1.0 / 108], Diff.Hessian(x => root(x).Sum(), s_x), Solved);
    }

    private static LinearSolver Linear(string name) => name switch
    {
        "dense" => LinearSolver.DenseLu(),
        "gmres" => LinearSolver.Gmres(),
        "lsmr" => LinearSolver.Lsmr(),
        "normal" => LinearSolver.Normal(LinearSolver.ConjugateGradient()),
        _ => LinearSolver.Auto(),
    };
}
