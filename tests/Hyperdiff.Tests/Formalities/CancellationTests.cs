using System.Reflection;

namespace Hyperdiff.Tests.Formalities;

/// <summary>What may run for long can be ended, and ends soon: every public computation has a token, as its last argument and optional.</summary>
public sealed class CancellationTests
{
    /// <summary>Types whose methods solve, differentiate or iterate.</summary>
    private static readonly HashSet<string> s_computing =
    [
        "Diff", "Loop", "Argmin", "FixedPoint", "Root", "BestResponse", "MultiLevel", "Linearized`2", "LinearSolver", "PreparedSolver", "SolvedFunction`2",
        "SolvedProblem`2", "ImplicitHypergradient`2", "BestResponseJacobian`2", "DescentSteps`2", "HypergradientDescent", "DartsHypergradient`2",
    ];

    /// <summary>Of those, what computes nothing: it makes values that are computed with, or functions that are called later.</summary>
    private static readonly HashSet<string> s_making =
    [
        "Grad/1", "ValueAndGrad/1", "Vmap/1", "Checkpoint", "CustomTangent", "CustomCotangent", "MinimizedBy", "SubjectTo",
        "GradientDescentMap", "ProximalGradientMap", "Iteration", "Damped",
        "Anderson", "Broyden", "InFloat32", "Newton", "From", "SolvedBy", "Of/0", "Loss", "Objective", "Problem", "Prepare", "Transpose", "EnsureConverged",
    ];

    private static readonly Tensor s_point = Tensor.From([0.3, -0.7]);

    [Fact]
    public void EveryPublicComputation_HasAToken_AsItsLastArgument()
    {
        string[] without = [.. typeof(Tensor).Assembly.GetExportedTypes().Where(type => s_computing.Contains(type.Name))
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly))
            .Where(method => !method.IsSpecialName && method.GetBaseDefinition() == method && Computes(method))
            .Where(method => method.GetParameters() is not [.., { ParameterType: var last, IsOptional: true }] || last != typeof(CancellationToken))
            .Select(method => $"{method.DeclaringType!.Name}.{method}")];
        Assert.Empty(without);
    }

    /// <summary>Computations within which loops and solves stand, by what calls them.</summary>
    private static readonly Dictionary<string, Action<Func<Tensor, Tensor>, CancellationToken>> s_calls = new()
    {
        ["gradient"] = (f, token) => Diff.Grad(x => f(x).Sum(), s_point, cancellation: token),
        ["value and gradient"] = (f, token) => Diff.ValueAndGrad(x => f(x).Sum(), s_point, cancellation: token).EnsureConverged(),
        ["Hessian product"] = (f, token) => Diff.Hvp(x => f(x).Sum(), s_point, s_point, cancellation: token),
        ["tangent"] = (f, token) => Diff.Jvp(f, s_point, s_point, cancellation: token),
        ["cotangent"] = (f, token) => Diff.Vjp(f, s_point, s_point, cancellation: token),
        ["Jacobian"] = (f, token) => Diff.Jacobian(f, s_point, token),
        ["Hessian"] = (f, token) => Diff.Hessian(x => f(x).Sum(), s_point, token),
        ["report"] = (f, token) => Diff.GradWithReport(x => f(x).Sum(), s_point, cancellation: token).EnsureConverged(),
        ["batch"] = (f, token) => Diff.Vmap(f, Tensor.Stack(0, s_point, s_point), cancellation: token),
        ["batch with reports"] = (f, token) => Diff.VmapWithReports(f, Tensor.Stack(0, s_point, s_point), cancellation: token).EnsureConverged(),
        ["fixed point"] = (f, token) => FixedPoint.Of(FixedPointMap.From<Tensor, Tensor>((w, h) => (0.1 * f(w)) + h), s_point, s_point, cancellation: token),
        ["minimum"] = (f, token) => Argmin.Of(
            Objective.From<Tensor, Tensor>((w, h) => ((w - h).Square() + (0.01 * f(h).Square())).Sum()).MinimizedBy(Minimizer.NewtonCg()),
            s_point, s_point, cancellation: token),
        ["root"] = (f, token) => Root.Of(
            RootCondition.From<Tensor, Tensor>((w, h) => w + (0.1 * f(w)) - h).SolvedBy(Root.Newton()), s_point, s_point, cancellation: token),
        ["solve"] = (f, token) => FixedPointMap.From<Tensor, Tensor>((w, h) => (0.1 * f(w)) + h).Solve(s_point, s_point, cancellation: token).EnsureConverged(),
        ["implicit"] = (f, token) => Hypergradient.Implicit().Compute(Problem(f), s_point, s_point, new() { Cancellation = token }).EnsureConverged(),
        ["reverse"] = (f, token) => Hypergradient.Reverse(5).Compute(Problem(f), s_point, s_point, new() { Cancellation = token }).EnsureConverged(),
        ["forward"] = (f, token) => Hypergradient.Forward(5).Compute(Problem(f), s_point, s_point, new() { Cancellation = token }).EnsureConverged(),
        ["explain"] = (f, token) => Problem(f).Explain(s_point, s_point, token),
        ["check"] = (f, token) => Problem(f).Check(s_point, s_point, cancellation: token),
        ["best response"] = (f, token) => BestResponse.At(
            FixedPointMap.From<Tensor, Tensor>((w, h) => (0.1 * f(w)) + h), s_point, s_point, cancellation: token),
        ["levels"] = (f, token) =>
        {
            Level<Tensor> level = Level.Of("x", s_point);
            MultiLevel.Of(level.Minimizes((x, _) => f(x).Square().Sum(), Minimizer.NewtonCg())).Gradient(level, cancellation: token);
        },
    };

    public static TheoryData<string> Calls => new(s_calls.Keys);

    [Theory]
    [MemberData(nameof(Calls))]
    public void ALoop_EndsWithinAStep(string call)
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        AssertEnds(() => s_calls[call](x => Loop.Iterate(100_000_000, y => 0.5 * y.Sin(), x), source.Token));
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public void ALongGraph_EndsWithinAThousandEquations(string call)
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        int traced = 0;
        AssertEnds(() => s_calls[call](
            x =>
            {
                for (int i = 0; i < 5000; i++, traced++)
                {
                    x = 0.9 * x.Sin();
                }

                return x;
            },
            source.Token));

        // problems of levels find out at their construction, before, what depends on what
        Assert.InRange(traced, 0, call == "levels" ? 5000 + 1024 : 1024);
    }

    [Fact]
    public void ASolveWithin_HearsTheTokenOfTheCallAround()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        Objective<Tensor, Tensor> f = Objective.From<Tensor, Tensor>((w, h) => (w - h).Square().Sum());
        Minimizer slow = Minimizer.GradientDescent(StepSize.Fixed(1e-9), maxIterations: int.MaxValue);
        SolveException exception = Assert.Throws<SolveException>(
            () => Diff.Grad(x => Argmin.Of(f.MinimizedBy(slow), Tensor.ZerosLike(x), x).Sum(), s_point, cancellation: source.Token));
        Assert.Contains(exception.Reports, report => report is { Status: SolveStatus.Cancelled, Iterations: 0 });

        // a later call without a token is not ended
        Diff.Grad(x => Loop.Iterate(3, y => y.Sin(), x).Sum(), s_point);
    }

    private static FixedPointProblem<Tensor, Tensor> Problem(Func<Tensor, Tensor> f) => Bilevel.Problem(
        FixedPointMap.From<Tensor, Tensor>((w, h) => (0.1 * f(w)) + h), Objective.From<Tensor, Tensor>((w, _) => w.Square().Sum()));

    private static bool Computes(MethodInfo method) =>
        !s_making.Contains(method.Name) && !s_making.Contains($"{method.Name}/{method.GetParameters().Length}")
        && method.Name is not ("Equals" or "GetHashCode" or "ToString" or "Deconstruct" or "<Clone>$")
        && !typeof(LinearSolver).IsAssignableFrom(method.ReturnType)
        && !(method.DeclaringType == typeof(MultiLevel) && method.Name == nameof(MultiLevel.Of));

    private static void AssertEnds(Action call)
    {
        Exception? exception = Record.Exception(call);
        Assert.True(
            exception is OperationCanceledException
                || (exception is SolveException solve && solve.Reports.Any(report => report.Status == SolveStatus.Cancelled)),
            $"{exception?.GetType().Name ?? "no exception"}: {exception?.Message}");
    }
}
