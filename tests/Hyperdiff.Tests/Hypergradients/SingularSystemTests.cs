namespace Hyperdiff.Tests.Hypergradients;

/// <summary>Inner solutions that are not unique: the hypergradient where it is unique all the same, and a status where it is not.</summary>
public sealed class SingularSystemTests
{
    private static readonly Tensor s_target = Tensor.From([0.2, 0.3, 0.5]);
    private static readonly Tensor s_hyper = Tensor.From([0.4, -0.3, 0.1]);

    // scores may be shifted: the minimum over w of a loss of softmax(w) is a line
    private static readonly Objective<Tensor, Tensor> s_shiftInvariant = Objective.From<Tensor, Tensor>((w, h) => -(h.Softmax(0) * w.LogSoftmax(0)).Sum());

    public static TheoryData<string, LinearSolver> Solvers => new()
    {
        { "dense LU", LinearSolver.DenseLu() },
        { "LSMR", LinearSolver.Lsmr() },
        { "MINRES", LinearSolver.Minres() },
        { "auto", LinearSolver.Auto() },
        { "conjugate gradients", LinearSolver.ConjugateGradient() },
    };

    [Theory]
    [MemberData(nameof(Solvers))]
    public void ShiftInvariantSoftmax_HasTheUniqueHypergradient(string name, LinearSolver solver)
    {
        // softmax(w*) = softmax(h), so that ℓ(h) = ½‖softmax(h) − t‖²
        Objective<Tensor, Tensor> outer = Objective.From<Tensor, Tensor>((w, h) => 0.5 * (w.Softmax(0) - s_target).Square().Sum());
        ImplicitHypergradient<Tensor, Tensor> g = Hypergradient.Implicit(adjoint: solver)
            .Compute(Bilevel.Problem(s_shiftInvariant.MinimizedBy(Minimizer.Lbfgs(tolerance: 1e-12)), outer), Tensor.Zeros([3]), s_hyper);
        Tensor exact = Diff.Grad(h => 0.5 * (h.Softmax(0) - s_target).Square().Sum(), s_hyper);

        Assert.True(g.Converged, $"{name}: {g}");

        // κ of the system on its range is below 10; tolerances are 1e-11 and less
        Assert.InRange((g.Gradient - exact).Norm().ToScalar(), 0, 1e-9);
        Assert.Equal(Tells(solver), g.Warnings.Any(warning => warning.Kind == WarningKind.NotUnique));
    }

    // what sees that a matrix is singular also where b lies in its range
    private static bool Tells(LinearSolver solver)
    {
        Tensor diagonal = Tensor.From([1.0, 0]);
        return solver.Solve(LinearOperator.From(v => diagonal * v, diagonal.Type), [diagonal]).Report.Status == SolveStatus.Singular;
    }

    [Theory]
    [MemberData(nameof(Solvers))]
    public void OuterObjectiveThatSeesTheShift_HasNone(string name, LinearSolver solver)
    {
        Objective<Tensor, Tensor> outer = Objective.From<Tensor, Tensor>((w, h) => w.Square().Sum());
        ImplicitHypergradient<Tensor, Tensor> g = Hypergradient.Implicit(adjoint: solver).Compute(
            Bilevel.Problem(s_shiftInvariant.MinimizedBy(Minimizer.Lbfgs(tolerance: 1e-12)), outer), Tensor.From([1.0, 2, 3]), s_hyper);

        Assert.False(g.Converged, $"{name}: {g}");
    }

    [Fact]
    public void Explain_SeesTheNullSpaceThatTheAdjointNeverVisits()
    {
        Objective<Tensor, Tensor> outer = Objective.From<Tensor, Tensor>((w, h) => 0.5 * (w.Softmax(0) - s_target).Square().Sum());
        FixedPointProblem<Tensor, Tensor> problem = Bilevel.Problem(s_shiftInvariant.GradientDescentMap(1), outer);

        Assert.True(problem.Explain(s_hyper, s_hyper).IsSingular);
        Explanation singular = problem.Explain(s_hyper, s_hyper);
        Assert.Contains("singular", singular.ToString(), StringComparison.Ordinal);
        Assert.False(Assert.Single(singular.Methods, method => method.Name.Contains("dense", StringComparison.Ordinal)).IsApplicable);
        Assert.StartsWith("none, unless", singular.Reason, StringComparison.Ordinal);

        Objective<Tensor, Tensor> regular = Objective.From<Tensor, Tensor>((w, h) => -(h.Softmax(0) * w.LogSoftmax(0)).Sum() + w.Square().Sum());
        Assert.False(Bilevel.Problem(regular.GradientDescentMap(0.3), outer).Explain(s_hyper, s_hyper).IsSingular);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(1e-6)]
    [InlineData(0.5)]
    public void Minres_TellsOfAsymmetry_AndOfNoneWhereThereIsNone(double skew)
    {
        Tensor matrix = Tensor.From(new double[,] { { 2, 0.5 + skew, 0, 0.1 }, { 0.5 - skew, -1, 0.3, 0 }, { 0, 0.3, 1.5, 0.2 }, { 0.1, 0, 0.2, 3 } });
        double asymmetry = LinearSolver.Minres(1e-13).Solve(LinearOperator.From(v => matrix.MatMul(v), new TensorType(DType.Float64, [4])),
            [Tensor.From([1.0, 0.7, -0.4, 0.2])]).Asymmetry;

        // a symmetric matrix shows ε κ, and one that is not its skew part, relative to ‖A‖ of about 3
        Assert.InRange(asymmetry, skew / 100, skew == 0 ? 1e-14 : skew);
    }

    [Fact]
    public void Breakdown_NamesItsCause()
    {
        static LinearOperator Of(double[,] matrix) => LinearOperator.From(v => Tensor.From(matrix).MatMul(v), new TensorType(DType.Float64, [2]));
        Tensor[] b = [Tensor.From([1.0, 0])];
        var rotation = Of(new double[,] { { 0, 1 }, { -1, 0 } });
        var saddle = Of(new double[,] { { -1, 0 }, { 0, 1 } });

        Assert.Equal(BreakdownCause.LostDirections, LinearSolver.BiCgStab().Solve(rotation, b).Cause);
        Assert.Equal(BreakdownCause.Curvature, LinearSolver.ConjugateGradient().Solve(saddle, b).Cause);
        Assert.Equal(BreakdownCause.Curvature, LinearSolver.DenseCholesky().Solve(saddle, b).Cause);
        Assert.Equal(BreakdownCause.Asymmetry, LinearSolver.DenseCholesky().Solve(rotation, b).Cause);
        Assert.Equal(BreakdownCause.Asymmetry, LinearSolver.Preconditioned(LinearSolver.Gmres(), Preconditioner.Nystrom(2)).Solve(rotation, b).Cause);
        Assert.Equal(BreakdownCause.None, LinearSolver.Gmres().Solve(rotation, b).Cause);
    }
}
