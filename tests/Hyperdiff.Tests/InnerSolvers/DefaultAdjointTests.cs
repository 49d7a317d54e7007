using Hyperdiff.Fixtures.Solvers;

namespace Hyperdiff.Tests.InnerSolvers;

/// <summary>Where no adjoint solver is named, it is one that can do what the inner solver could: every inner solver, on problems where the plain iteration for
/// the adjoint diverges.</summary>
public sealed class DefaultAdjointTests
{
    // accurate to 1e-10 times a conditioning below 100
    private const double Error = 1e-8;

    // two unknowns are solved directly, forty iteratively
    private static readonly int[] s_sizes = [2, 40];

    public static TheoryData<string, int> Maps => Table([.. Iterations.Select(item => item.Name)]);

    public static TheoryData<string, int> Minima => Table("Newton-CG", "L-BFGS over 10", "gradient descent");

    public static TheoryData<string, int> Roots => Table("Newton", "given");

    private static IReadOnlyList<(string Name, FixedPointSolver By)> Iterations { get; } =
    [
        ("damped", FixedPoint.Damped(0.3, 1e-12)),
        ("Anderson", FixedPoint.Anderson(8, tolerance: 1e-12)),
        ("Broyden", FixedPoint.Broyden(60, tolerance: 1e-12)),
        ("in float32", FixedPoint.InFloat32(FixedPoint.Broyden(60, tolerance: 1e-12))),
        ("of one's own", OwnSolvers.Map(1e-12)),
    ];

    [Fact]
    public void EveryFixedPointSolver_IsInTheTable_ButThePlainOne() => Assert.Equal(
        typeof(FixedPointSolver).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(FixedPointSolver)) && type != typeof(FixedPointIteration))
            .Select(type => type.Name).Order(),
        Iterations.Select(item => item.By.GetType().Name).Order());

    [Theory]
    [MemberData(nameof(Maps))]
    public void Maps_ThatDoNotContract(string name, int size)
    {
        // eigenvalues between −3 and −1, not symmetric: w* = (I − J)⁻¹ h
        FixedPointSolver by = Iterations.Single(item => item.Name == name).By;
        Tensor jacobian = (-2 * Tensor.Eye(size)) + Turning(size);
        FixedPointMap<Tensor, Tensor> map = FixedPointMap.From<Tensor, Tensor>((w, h) => jacobian.MatMul(w) + h);
        Objective<Tensor, Tensor> outer = Objective.From<Tensor, Tensor>((w, _) => Loss(w));
        (Tensor start, Tensor hyper) = (Tensor.Zeros([size]), Numbers(size));
        Func<Tensor, Tensor> exact = h => Linalg.Solve(Tensor.Eye(size) - jacobian, h);
        Tensor expected = Diff.Grad(h => Loss(exact(h)), hyper);
        FixedPointProblem<Tensor, Tensor> problem = Bilevel.Problem(map.SolvedBy(by), outer);

        Assert.Throws<SolveException>(() => Diff.Grad(h => Loss(FixedPoint.Of(map.SolvedBy(by), start, h, LinearSolver.FixedPoint())), hyper));
        AssertClose(expected, Diff.Grad(h => Loss(FixedPoint.Of(map.SolvedBy(by), start, h)), hyper));
        AssertClose(Diff.Jvp(exact, hyper, start + 1).Tangent, Diff.Jvp(h => FixedPoint.Of(map.SolvedBy(by), start, h), hyper, start + 1).Tangent);
        AssertClose(expected, Hypergradient.Implicit().Compute(problem, start, hyper).EnsureConverged());
        AssertClose(Diff.Jvp(exact, hyper, start + 1).Tangent, BestResponse.At(map, exact(hyper), hyper).Jvp(start + 1).EnsureConverged());
        AssertClose(expected, Levels(level => level.Repeats((w, scope) => jacobian.MatMul(w) + scope.Parameters(Upper(size)), by), size));
    }

    [Theory]
    [MemberData(nameof(Maps))]
    public void Descents_OverMapsThatDoNotContract(string name, int size)
    {
        FixedPointSolver by = Iterations.Single(item => item.Name == name).By;
        Tensor jacobian = (-2 * Tensor.Eye(size)) + Turning(size);
        FixedPointMap<Tensor, Tensor> map = FixedPointMap.From<Tensor, Tensor>((w, h) => jacobian.MatMul(w) + h);
        FixedPointProblem<Tensor, Tensor> problem = Bilevel.Problem(map.SolvedBy(by), Objective.From<Tensor, Tensor>((w, _) => (w - 1).Square().Sum()));

        OuterSolution<Tensor, Tensor> found = new HypergradientDescent(Optimizer.Sgd(0.5)) { Tolerance = 1e-6 }
            .Minimize(problem, Tensor.Zeros([size]), Numbers(size));

        Assert.True(found.Report.Converged, found.ToString());
    }

    [Theory]
    [MemberData(nameof(Minima))]
    public void Minima_WhoseDescentStepDoesNotContract(string name, int size)
    {
        // curvatures up to 30: 1 − 30 is far outside the unit circle
        Minimizer by = name switch
        {
            "Newton-CG" => Minimizer.NewtonCg(1e-12),
            "gradient descent" => Minimizer.GradientDescent(StepSize.Fixed(0.06), 1e-12),
            _ => Minimizer.Lbfgs(tolerance: 1e-12)
        };
        Tensor diagonal = 1 + (29 * Numbers(size).Square());
        Objective<Tensor, Tensor> objective = Objective.From<Tensor, Tensor>(
            (w, h) => (0.5 * diagonal * w.Square()).Sum() + (0.5 * w.Sum().Square() / size) - (h * w).Sum());
        Tensor hessian = (Tensor.Eye(size) * diagonal) + (Tensor.Ones([size, size]) / size);
        (Tensor start, Tensor hyper) = (Tensor.Zeros([size]), Numbers(size));
        Tensor expected = Diff.Grad(h => Loss(Linalg.Solve(hessian, h)), hyper);
        MinimizationProblem<Tensor, Tensor> problem = Bilevel.Problem(objective.MinimizedBy(by), Objective.From<Tensor, Tensor>((w, _) => Loss(w)));

        Assert.Throws<SolveException>(() => Diff.Grad(h => Loss(Argmin.Of(objective.MinimizedBy(by), start, h, LinearSolver.FixedPoint())), hyper));
        AssertClose(expected, Diff.Grad(h => Loss(Argmin.Of(objective.MinimizedBy(by), start, h)), hyper));
        AssertClose(expected, Hypergradient.Implicit().Compute(problem, start, hyper).EnsureConverged());
    }

    [Theory]
    [MemberData(nameof(Roots))]
    public void Roots_OfConditionsThatAreFarFromTheIdentity(string name, int size)
    {
        // eigenvalues on both sides of zero, not symmetric
        Tensor matrix = (5 * Tensor.Eye(size) * (Numbers(size).Sign() + 0.2)) + Turning(size);
        RootCondition<Tensor, Tensor> condition = RootCondition.From<Tensor, Tensor>((w, h) => matrix.MatMul(w) - h);
        RootFinding<Tensor, Tensor> finding = name == "given"
            ? condition.SolvedBy((_, h) => Linalg.Solve(matrix, h)) : condition.SolvedBy(Root.Newton(tolerance: 1e-12));
        (Tensor start, Tensor hyper) = (Tensor.Zeros([size]), Numbers(size));
        Tensor expected = Diff.Grad(h => Loss(Linalg.Solve(matrix, h)), hyper);

        Assert.Throws<SolveException>(() => Diff.Grad(h => Loss(Root.Of(finding, start, h, LinearSolver.FixedPoint())), hyper));
        AssertClose(expected, Diff.Grad(h => Loss(Root.Of(finding, start, h)), hyper));
        AssertClose(expected, Hypergradient.Implicit().Compute(Bilevel.Problem(finding, Objective.From<Tensor, Tensor>((w, _) => Loss(w))), start, hyper)
            .EnsureConverged());
    }

    private static Tensor Loss(Tensor w) => (w - 0.3).Square().Sum();

    private static Tensor Numbers(int size) => Tensor.From([.. Enumerable.Range(1, size).Select(i => Math.Sin(1.7 * i))]);

    // next to a rotation: 0.6 above the diagonal, −0.4 below it
    private static Tensor Turning(int size)
    {
        double[,] matrix = new double[size, size];
        for (int i = 0; i + 1 < size; i++)
        {
            (matrix[i, i + 1], matrix[i + 1, i]) = (0.6, -0.4);
        }

        return Tensor.From(matrix);
    }

    private static Level<Tensor> Upper(int size) => s_upper.GetOrAdd(size, n => Level.Of("upper", Numbers(n)));

    private static readonly System.Collections.Concurrent.ConcurrentDictionary<int, Level<Tensor>> s_upper = new();

    private static Tensor Levels(Func<Level<Tensor>, LevelProblem> lower, int size)
    {
        Level<Tensor> states = Level.Of("states", Tensor.Zeros([size]));
        MultiLevel levels = MultiLevel.Of(Upper(size).Minimizes((_, scope) => Loss(scope.Solution(states))), lower(states));
        LevelGradient<Tensor> gradient = levels.Gradient(Upper(size));
        gradient.EnsureConverged();
        return gradient.Gradient;
    }

    private static TheoryData<string, int> Table(params string[] names)
    {
        var table = new TheoryData<string, int>();
        foreach (string name in names)
        {
            foreach (int size in s_sizes)
            {
                table.Add(name, size);
            }
        }

        return table;
    }

    private static void AssertClose(Tensor expected, Tensor actual) =>
        Assert.All(expected.ToArray<double>().Zip(actual.ToArray<double>()), pair => Assert.Equal(pair.First, pair.Second, Error));
}
