namespace Hyperdiff.Tests.Hypergradients;

/// <summary>A solve within a form that did not converge throws and is named: in every kind of form, however it stands there, and in every computation that runs
/// the form.</summary>
public sealed class NestedSolveTests
{
    private static readonly Tensor s_start = Tensor.From([0.1, 0.2]);
    private static readonly Tensor s_hyper = Tensor.From([0.3, -0.4]);

    // two updates of gradient descent, at half the rate of the curvature
    private static readonly Minimization<Tensor, Tensor> s_unconverged = Objective.From<Tensor, Tensor>(
        (w, h) => (0.5 * (w - h.Tanh()).Square()).Sum() + w.Square().Square().Sum())
        .MinimizedBy(Minimizer.GradientDescent(StepSize.Fixed(0.1), maxIterations: 2));

    private static readonly Dictionary<string, Func<Func<Tensor, Tensor>, Func<Tensor, Tensor>>> s_places = new()
    {
        ["itself"] = solve => solve,
        ["a loop"] = solve => x => Loop.Iterate(1, solve, x),
        ["a checkpoint"] = solve => x => Diff.Checkpoint(solve)(x),
        ["a batch"] = solve => x => Diff.Vmap(solve, x),
    };

    private static readonly Dictionary<string, Func<Func<Tensor, Tensor>, SolvedProblem<Tensor, Tensor>>> s_forms = new()
    {
        ["map"] = solve => Bilevel.Problem(FixedPointMap.From<Tensor, Tensor>((w, h) => (0.1 * solve(w)) + h), Outer),
        ["map by Anderson"] = solve => Bilevel.Problem(
            FixedPointMap.From<Tensor, Tensor>((w, h) => (0.1 * solve(w)) + h).SolvedBy(FixedPoint.Anderson(3)), Outer),
        ["objective"] = solve => Bilevel.Problem(Inner(w => solve(w)).MinimizedBy(Minimizer.NewtonCg()), Outer),
        ["objective by L-BFGS"] = solve => Bilevel.Problem(Inner(w => solve(w)).MinimizedBy(Minimizer.Lbfgs()), Outer),
        ["objective in λ"] = solve => Bilevel.Problem(
            Objective.From<Tensor, Tensor>((w, h) => 0.5 * (w - solve(h)).Square().Sum()).MinimizedBy(Minimizer.NewtonCg()), Outer),
        ["condition"] = solve => Bilevel.Problem(RootCondition.From<Tensor, Tensor>((w, h) => w - h + (0.01 * solve(w))).SolvedBy(Root.Newton()), Outer),
        ["outer objective"] = solve => Bilevel.Problem(
            FixedPointMap.From<Tensor, Tensor>((w, h) => (0.3 * w) + h), Objective.From<Tensor, Tensor>((w, h) => solve(w).Square().Sum())),
    };

    private static readonly Dictionary<string, Func<SolvedProblem<Tensor, Tensor>, object?>> s_calls = new()
    {
        ["implicit"] = problem => Hypergradient.Implicit().Compute(problem, s_start, s_hyper),
        ["reverse"] = problem => Hypergradient.Reverse(3).Compute((FixedPointProblem<Tensor, Tensor>)problem, s_start, s_hyper),
        ["forward"] = problem => Hypergradient.Forward(3).Compute((FixedPointProblem<Tensor, Tensor>)problem, s_start, s_hyper),
        ["phantom"] = problem => Hypergradient.Phantom(3, 0.5).Compute((FixedPointProblem<Tensor, Tensor>)problem, s_start, s_hyper),
        ["check"] = problem => problem.Check(s_start, s_hyper),
        ["outer loop"] = problem => new HypergradientDescent(Optimizer.Sgd(0.1)) { MaxSteps = 2 }.Minimize(problem, s_start, s_hyper),
    };

    private static Objective<Tensor, Tensor> Outer => Objective.From<Tensor, Tensor>((w, h) => (w - 0.5).Square().Sum());

    public static TheoryData<string, string, string> Cases
    {
        get
        {
            var data = new TheoryData<string, string, string>();
            foreach (string form in s_forms.Keys)
            {
                foreach (string place in s_places.Keys)
                {
                    // the methods of trajectories take maps only
                    bool isMap = s_forms[form](x => x) is FixedPointProblem<Tensor, Tensor>;
                    foreach (string call in s_calls.Keys.Where(call => isMap || call is not ("reverse" or "forward" or "phantom")))
                    {
                        data.Add(form, place, call);
                    }
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void UnconvergedSolve_WithinAForm_ThrowsAndIsNamed(string form, string place, string call)
    {
        SolvedProblem<Tensor, Tensor> problem = s_forms[form](s_places[place](x => Argmin.Of(s_unconverged, Tensor.ZerosLike(x), x)));

        SolveException failure = Assert.Throws<SolveException>(() => s_calls[call](problem));

        Assert.Contains(failure.Reports, report => !report.Converged && report.Solver.Contains("gradient descent", StringComparison.Ordinal));
    }

    private static Objective<Tensor, Tensor> Inner(Func<Tensor, Tensor> solve) =>
        Objective.From<Tensor, Tensor>((w, h) => (0.5 * (w - h).Square().Sum()) + (0.01 * solve(w).Sum()));
}
