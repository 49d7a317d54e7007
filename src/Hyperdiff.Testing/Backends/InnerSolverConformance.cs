using System.Collections.Concurrent;

namespace Hyperdiff.Testing;

/// <summary>Every inner solver, on a problem all of whose vectors lie on the backend, and the derivative of its solution.</summary>
internal static class InnerSolverConformance
{
    private static readonly ConcurrentDictionary<(string, DType), Tensor[]> s_expected = new();

    /// <summary>The solvers by name; a test of the library fails for one that is not among them.</summary>
    /// <param name="tolerance">What they are asked for.</param>
    public static IReadOnlyDictionary<string, InnerSolver> Solvers(double? tolerance) => new Dictionary<string, InnerSolver>
    {
        ["fixed point"] = FixedPoint.Iteration(tolerance),
        ["damped"] = FixedPoint.Damped(0.6, tolerance),
        ["Anderson"] = FixedPoint.Anderson(tolerance: tolerance),
        ["Broyden"] = FixedPoint.Broyden(tolerance: tolerance),
        ["fixed point of one's own"] = FixedPoint.From("own", () => (w, image, _) => image, tolerance),
        ["fixed point in float32"] = FixedPoint.InFloat32(FixedPoint.Iteration(tolerance)),
        ["Newton-CG"] = Minimizer.NewtonCg(tolerance),
        ["Newton-CG in float32"] = Minimizer.InFloat32(Minimizer.NewtonCg(tolerance)),
        ["L-BFGS"] = Minimizer.Lbfgs(tolerance: tolerance),
        ["gradient descent"] = Minimizer.GradientDescent(StepSize.Fixed(0.6), tolerance),

        // what backtracks sees f, which resolves w to half of its digits
        ["backtracking"] = Minimizer.GradientDescent(StepSize.Backtracking(), tolerance is null ? null : 1e-7),
        ["Newton"] = Root.Newton(tolerance: tolerance),
        ["Newton by factors"] = Root.Newton(LinearSolver.DenseLu(), tolerance),
    };

    /// <summary>One case per solver, and one for constraints and for functions that solve.</summary>
    public static IEnumerable<ConformanceCase> Cases() =>
    [
        .. Solvers(null).Keys.Select(name => new ConformanceCase("inner solvers", name, subject => Compare(subject, name, (dtype, place) => Solved(name, dtype,
            place)))),
        new("inner solvers", "a function that solves", subject => Compare(subject, "a function", Given)),
        new("inner solvers", "a constrained minimum", subject => Compare(subject, "constraints", Constrained)),
    ];

    /// <summary>w − Φ(w) = ∇f(w) = A w + 0.2 tanh w − h, as a map, an objective and a condition.</summary>
    /// <param name="a">A.</param>
    public static TestProblem<Tensor> Bent(Tensor a)
    {
        Tensor Slope(Tensor w, Tensor h) => a.MatMul(w) + (0.2 * w.Tanh()) - h;
        return new((w, h) => w - Slope(w, h), (w, h) => (0.5 * (w * a.MatMul(w)).Sum()) + (0.2 * w.Cosh().Log().Sum()) - (h * w).Sum(), Slope);
    }

    /// <summary>The problem with its start and h, where they are to lie.</summary>
    public static (TestProblem<Tensor> Problem, Tensor Start, Tensor Hyper) Placed(DType dtype, Func<Tensor, Tensor> place)
    {
        TestMatrix drawn = TestMatrix.Of(MatrixClass.PositiveDefinite, SolveComparison.Unknowns, 2);
        return (Bent(place(drawn.Dense.To(dtype))), place((0.1 * drawn.Vector(5)).To(dtype)), place(drawn.Vector(6).To(dtype)));
    }

    private static string? Compare(BackendSubject subject, string name, Func<DType, Func<Tensor, Tensor>, Tensor[]> solved)
    {
        subject.RequireOwnMemory();
        DType dtype = subject.Floating().First();
        Tensor[] expected = s_expected.GetOrAdd((name, dtype), _ => solved(dtype, tensor => tensor));
        return SolveComparison.Difference(subject, expected, solved(dtype, subject.Place), "the solution, or its gradient,");
    }

    // the solution, and the gradient of a function of it
    private static Tensor[] Solved(string name, DType dtype, Func<Tensor, Tensor> place)
    {
        var by = new InnerSubject(Solvers(SolveComparison.Tolerance(dtype))[name]);
        (TestProblem<Tensor> problem, Tensor start, Tensor hyper) = Placed(dtype, place);
        return [by.Solve(problem, start, hyper).EnsureConverged(), Diff.Grad(h => by.Of(problem, start, h).Square().Sum(), hyper)];
    }

    private static Tensor[] Given(DType dtype, Func<Tensor, Tensor> place)
    {
        Tensor a = place(TestMatrix.Of(MatrixClass.PositiveDefinite, SolveComparison.Unknowns, 2).Dense.To(dtype));
        (_, Tensor start, Tensor hyper) = Placed(dtype, place);
        RootFinding<Tensor, Tensor> by = RootCondition.From<Tensor, Tensor>((w, h) => a.MatMul(w) - h).SolvedBy((_, h) => Linalg.Solve(a, h));
        return [by.Solve(start, hyper).EnsureConverged(), Diff.Grad(h => Root.Of(by, start, h).Square().Sum(), hyper)];
    }

    private static Tensor[] Constrained(DType dtype, Func<Tensor, Tensor> place)
    {
        (TestProblem<Tensor> problem, Tensor start, Tensor hyper) = Placed(dtype, place);
        ConstrainedObjective<Tensor, Tensor> inner = Objective.From(problem.Objective).SubjectTo(equalities: (w, _) => w.Sum().Reshape(1) - 1);
        KktPoint<Tensor> found = inner.Kkt.SolvedBy(Root.Newton(tolerance: SolveComparison.Tolerance(dtype))).Solve(inner.Start(start, hyper), hyper)
            .EnsureConverged();
        return [found.State, found.Equalities];
    }
}
