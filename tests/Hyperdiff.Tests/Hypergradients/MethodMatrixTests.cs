using System.Collections.Immutable;
using Hyperdiff.Fixtures.Problems;
using MathNet.Numerics.LinearAlgebra;
using Microsoft.CodeAnalysis;

namespace Hyperdiff.Tests.Hypergradients;

/// <summary>Every method with every kind of problem, both found by reflection: a hypergradient that agrees with exact Jacobians, or with the bias that the
/// method states, or the same refusal by the compiler and at run time.</summary>
public sealed class MethodMatrixTests
{
    private const int Steps = 4;
    private const int Samples = 60;
    private const double Rate = 0.3;
    private const double Rounding = 1e-9;

    // by chance alone an estimate is further off than that once in 10⁶; the key is fixed
    private const double Sigmas = 5;

    // w* = A⁻¹ B λ; A is not symmetric for maps and conditions, S its symmetric part for objectives
    private static readonly Matrix<double> s_general = MatrixMaker.PositiveDefinite(new Random(5), 3, 0.8, 2) + Turn();
    private static readonly Matrix<double> s_symmetric = (s_general + s_general.Transpose()) / 2;
    private static readonly Matrix<double> s_b = MatrixMaker.Gaussian(new Random(6), 3, 2);
    private static readonly Vector<double> s_lambda = Vector<double>.Build.Dense([0.7, -0.4]);
    private static readonly Vector<double> s_direct = Vector<double>.Build.Dense([0.2, 0.5]);
    private static readonly Tensor s_hyper = Dense.Of(s_lambda);
    private static readonly Tensor s_start = Tensor.From([0.1, -0.2, 0.3]);
    private static readonly Objective<Tensor, Tensor> s_outer = Objective.From<Tensor, Tensor>(
        (w, h) => (0.5 * (w - 1).Square().Sum()) + (Dense.Of(s_direct) * h).Sum());
    private static readonly Objective<Tensor, Tensor> s_inner = Objective.From<Tensor, Tensor>(
        (w, h) => (0.5 * w.MatMul(Dense.Of(s_symmetric).MatMul(w))) - Dense.Of(s_b).MatMul(h).MatMul(w));
    private static readonly HypergradientOptions s_keyed = new() { Key = RandomKey.FromSeed(3) };

    private static readonly Dictionary<Type, ProblemCase> s_problems = Problems().ToDictionary(item => Open(item.Problem.GetType()));

    /// <summary>The methods, and what each computes over a kind of problem that it applies to.</summary>
    private static readonly (string Name, Func<BilevelProblem, HypergradientMethod> Make, Func<BilevelProblem, Vector<double>> Exact, bool Draws)[] s_methods =
    [
        ("implicit", _ => Hypergradient.Implicit(LinearSolver.DenseLu()), Implicitly, false),
        ("phantom", _ => Hypergradient.Phantom(3, 0.5), problem => Series(problem, 3, 0.5), false),
        ("one step", _ => Hypergradient.OneStep(), problem => Series(problem, 1, 1), false),
        ("reverse", _ => Hypergradient.Reverse(Steps), Iteratively, false),
        ("forward", _ => Hypergradient.Forward(Steps), Iteratively, false),
        ("MAML", _ => Hypergradient.Maml(Steps), Iteratively, false),

        // states its bias: every step counts as the identity, and nothing of λ in it
        ("first order", _ => Hypergradient.FirstOrderMaml(Steps), _ => s_direct, false),
        ("stochastic", _ => Hypergradient.Stochastic(Optimizer.Sgd(Rate), 400), Implicitly, true),

        // states its bias: one step differentiated, or H⁻¹ replaced by the identity
        ("DARTS", problem => problem is MinimizationProblem<Tensor, Tensor> ? Hypergradient.Darts(0, StepDerivative.Scaled(1), EvaluationPoint.End)
            : Hypergradient.Darts(Steps, StepDerivative.Differentiated, EvaluationPoint.BeforeLastStep), Mixed, false),
        ("score function", _ => Hypergradient.ScoreFunction(Samples), _ => 2 * s_lambda, true),
        ("zero order", problem => Hypergradient.ZeroOrder(Samples, 0.5, steps: Asked(problem)), Exactly, true),
        ("zero-order response", problem => Hypergradient.ZeroOrderResponse(Samples, 0.5, Asked(problem)), Exactly, true),
    ];

    [Fact]
    public void EveryMethod_AndEveryKindOfProblem_IsTried()
    {
        ProblemCase any = s_problems[typeof(MinimizationProblem<,>)];

        Assert.Equal(Concrete(typeof(HypergradientMethod)), s_methods.Select(item => item.Make(any.Problem).GetType()).Distinct().OrderBy(type => type.Name));
        Assert.Equal(Concrete(typeof(BilevelProblem)), s_problems.Keys.OrderBy(type => type.Name));
    }

    [Fact]
    public void EveryPair_AtRunTime_AgreesWithExactJacobians_OrIsRefusedWithTheCure()
    {
        Assert.All(s_problems.Values, item => Assert.All(s_methods, row =>
        {
            HypergradientMethod method = row.Make(item.Problem);
            HypergradientOptions? options = row.Draws ? s_keyed : null;
            bool listed = item.Problem.Methods().Any(made => Made(method).Contains(made));
            if (Applicability.CureOf(method.GetType(), item.Problem.Kind) is { } cure)
            {
                Assert.False(listed);
                Assert.StartsWith(cure, Assert.Throws<ArgumentException>("problem", () => item.Compute(method, options)).Message, StringComparison.Ordinal);
                return;
            }

            GradientWithError g = item.Compute(method, options);
            Vector<double> exact = row.Exact(item.Problem);
            Assert.True(listed && g.Converged, $"{row.Name} over {item.Problem}\n{g.Text}");
            for (int i = 0; i < exact.Count; i++)
            {
                double allowed = g.StandardError is { } error ? Sigmas * error[i] : Rounding;
                Assert.True(Math.Abs(exact[i] - g.Gradient[i]) <= allowed,
                    $"{row.Name} over {item.Problem}: {g.Gradient[i]:R} and not {exact[i]:R} ± {allowed:G3}");
            }
        }));
    }

    [Fact]
    public void EveryPair_InALoop_SavedAndResumedAfterEachStep_EndsWithTheSameBits()
    {
        string folder = Directory.CreateTempSubdirectory("hyperdiff-matrix-").FullName;
        try
        {
            int tried = 0;
            Assert.All(s_problems.Values, item => Assert.All(s_methods, row =>
            {
                HypergradientMethod method = row.Make(item.Problem);
                if (Applicability.CureOf(method.GetType(), item.Problem.Kind) is null)
                {
                    (double[] whole, double[] resumed) = item.Resumed(method, Path.Combine(folder, "loop.npz"));
                    Assert.True(whole.SequenceEqual(resumed), $"{row.Name} over {item.Problem}: {string.Join(", ", whole)} and {string.Join(", ", resumed)}");
                    Assert.NotEqual(s_hyper.ToArray<double>(), whole);
                    tried++;
                }
            }));
            Assert.True(tried > 30, $"{tried} pairs");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void EveryPair_AtCompileTime_CompilesOrIsRefusedWithTheSameCure()
    {
        (Type Method, ProblemCase Problem)[] pairs = [.. Concrete(typeof(HypergradientMethod))
            .SelectMany(method => s_problems.Values.Select(problem => (method, problem)))];
        string text = string.Join('\n', [
            "using System; using Hyperdiff; internal static class Attempt {",
            .. pairs.Select((pair, i) =>
            $"public static object Of{i}({pair.Method.Name} method, {Written(pair.Problem.Problem.GetType())} problem, {pair.Problem.StartType} start, Tensor "
                + $"h) => method.Compute(problem, start, h);"),
            "}"]);
        ILookup<int, Diagnostic> errors = CompileErrors.Of(text).ToLookup(error => error.Location.GetLineSpan().StartLinePosition.Line - 1);
        for (int i = 0; i < pairs.Length; i++)
        {
            string pair = $"{pairs[i].Method.Name} over {Written(pairs[i].Problem.Problem.GetType())}";
            string? cure = Applicability.CureOf(pairs[i].Method, pairs[i].Problem.Problem.Kind);
            Assert.True(errors[i].Count() == (cure is null ? 0 : 1), $"{pair}: {string.Join("; ", errors[i])}");
            Assert.All(errors[i], error =>
            {
                Assert.Equal("CS0619", error.Id);
                Assert.EndsWith($"'{cure}'", error.GetMessage(null), StringComparison.Ordinal);
            });
        }
    }

    [Fact]
    public void OptionsThatAreNotRead_AndAMissingKey_AreRefused_BeforeAnyWork()
    {
        int calls = 0;
        FixedPointMap<Tensor, Tensor> counted = FixedPointMap.From<Tensor, Tensor>((w, h) =>
        {
            calls++;
            return w * h;
        });
        FixedPointProblem<Tensor, Tensor> map = Bilevel.Problem(counted, s_outer);
        var warm = WarmStart.Of(s_start);
        Assert.All(
            new (HypergradientMethod Method, HypergradientOptions? Options, string Word)[]
            {
                (Hypergradient.Implicit(), s_keyed, "leave out Key"),
                (Hypergradient.Reverse(3), s_keyed, "leave out Key"),
                (Hypergradient.Reverse(3), new() { WarmStart = warm }, "leave out WarmStart"),
                (Hypergradient.Forward(3), new() { WarmStart = warm }, "leave out WarmStart"),
                (Hypergradient.ZeroOrder(5, 0.1), null, "given no key"),
                (Hypergradient.ZeroOrder(5, 0.1), s_keyed with { WarmStart = warm }, "leave out WarmStart"),
                (Hypergradient.ZeroOrder(5, 0.1), s_keyed with { Key = RandomKey.FromSeed(1).SplitBatch(2) }, "pass one of them"),
            },
            item => Assert.Contains(
                item.Word, Assert.Throws<ArgumentException>("options", () => item.Method.Compute(map, s_start, s_hyper, item.Options)).Message,
                StringComparison.Ordinal));
        Assert.Throws<InvalidOperationException>(() => Hypergradient.ZeroOrder(5, 0.1, steps: 3).Compute(map, s_start, s_hyper, s_keyed));
        Assert.Throws<InvalidOperationException>(
            () => Hypergradient.ZeroOrder(5, 0.1).Compute(Bilevel.Problem(s_inner.Unroll(Optimizer.Sgd(Rate)), s_outer), s_start, s_hyper, s_keyed));
        Assert.Equal(0, calls);
    }

    [Fact]
    public void AWarmStart_GoesOn_WhateverTheMethodAndTheProblem() =>
        Assert.All(s_problems.Values, item => Assert.All(s_methods.Where(row => row.Name is not ("one step" or "phantom")), row =>
    {
        HypergradientMethod method = row.Make(item.Problem);
        if (Applicability.CureOf(method.GetType(), item.Problem.Kind) is null && item.Problem is BilevelProblem<Tensor, Tensor> problem)
        {
            HypergradientOptions options = row.Draws ? s_keyed : new();
            HypergradientResult<Tensor, Tensor> first = method.Compute(problem, s_start, s_hyper, options);
            Assert.True(method.Compute(problem, first.State, s_hyper, options with { WarmStart = first.WarmStart }).Converged);
        }
    }));

    private static IEnumerable<ProblemCase> Problems()
    {
        Tensor a = Dense.Of(s_general), b = Dense.Of(s_b);
        FixedPointMap<Tensor, Tensor> map = FixedPointMap.From<Tensor, Tensor>((w, h) => w - (Rate * (a.MatMul(w) - b.MatMul(h))));
        UnrolledProblem<Tensor, Tensor> unrolled = Bilevel.Problem(s_inner.Unroll(Optimizer.Sgd(Rate)), s_outer);
        Objective<Tensor, Tensor> square = Objective.From<Tensor, Tensor>((x, _) => x.Square().Sum());
        RandomProcess<Tensor, Tensor> process = RandomProcess.From(
            (RandomKey key, Tensor h) => h + key.Normal([2]), Objective.From<Tensor, Tensor>((x, h) => -0.5 * (x - h).Square().Sum()));
        yield return ProblemCase.Of(Bilevel.Problem(map.SolvedBy(FixedPoint.Iteration(1e-14)), s_outer), s_start, s_hyper);
        yield return ProblemCase.Of(Bilevel.Problem(s_inner.MinimizedBy(Minimizer.NewtonCg(1e-13)), s_outer), s_start, s_hyper);
        yield return ProblemCase.Of(
            Bilevel.Problem(RootCondition.From<Tensor, Tensor>((w, h) => a.MatMul(w) - b.MatMul(h)).SolvedBy(Root.Newton(tolerance: 1e-13)), s_outer), s_start,
            s_hyper);
        yield return ProblemCase.Of(unrolled, s_start, s_hyper);
        yield return ProblemCase.Of(unrolled.WithMemory, unrolled.Inner.Start(s_start, s_hyper), s_hyper);
        yield return ProblemCase.Of(Bilevel.Problem(s_inner, s_outer), s_start, s_hyper);
        yield return ProblemCase.Of(Bilevel.Problem(SampledObjective.Of(s_inner), SampledObjective.Of(s_outer)), s_start, s_hyper);
        yield return ProblemCase.Of(Bilevel.Problem(FiniteSum.Of(s_inner), FiniteSum.Of(s_outer)), s_start, s_hyper);
        yield return ProblemCase.Of(Bilevel.Problem(process, square), default, s_hyper);
        yield return ProblemCase.Of(Bilevel.Problem((_, h) => Dense.Of(s_symmetric.Solve(s_b * Dense.Vector(h))), s_outer), s_start, s_hyper);
        yield return ProblemCase.Of(Bilevel.Problem((Tensor h) => h.Square().Sum().ToScalar()), default, s_hyper);
    }

    private static Matrix<double> Turn() => Matrix<double>.Build.DenseOfArray(new double[,] { { 0, 0.4, -0.2 }, { -0.4, 0, 0.3 }, { 0.2, -0.3, 0 } });

    private static Matrix<double> Curvature(BilevelProblem problem) => problem.Kind is ProblemKind.FixedPoint or ProblemKind.Root ? s_general : s_symmetric;

    private static Vector<double> Outer(Vector<double> w) => w - 1;

    /// <summary>h + Bᵀ A⁻ᵀ g at the solution.</summary>
    private static Vector<double> Implicitly(BilevelProblem problem)
    {
        Matrix<double> a = Curvature(problem);
        return s_direct + s_b.TransposeThisAndMultiply(a.Transpose().Solve(Outer(a.Solve(s_b * s_lambda))));
    }

    /// <summary>The derivative of so many steps w ← w − η (A w − B λ).</summary>
    private static Vector<double> Iteratively(BilevelProblem problem)
    {
        (Vector<double> w, Matrix<double> slope) = Trajectory(problem, Steps);
        return s_direct + slope.TransposeThisAndMultiply(Outer(w));
    }

    private static (Vector<double> W, Matrix<double> Slope) Trajectory(BilevelProblem problem, int steps)
    {
        Matrix<double> a = Curvature(problem);
        (Vector<double> w, Matrix<double> slope) = (Dense.Vector(s_start), Matrix<double>.Build.Dense(3, 2));
        for (int t = 0; t < steps; t++)
        {
            (w, slope) = (w - (Rate * ((a * w) - (s_b * s_lambda))), slope - (Rate * ((a * slope) - s_b)));
        }

        return (w, slope);
    }

    /// <summary>Terms of the damped Neumann series: of the condition w − Φ for a map, of A itself for others.</summary>
    private static Vector<double> Series(BilevelProblem problem, int terms, double damping)
    {
        double rate = problem.Kind == ProblemKind.FixedPoint ? Rate : 1;
        Matrix<double> a = rate * Curvature(problem);
        Vector<double> term = damping * Outer(Curvature(problem).Solve(s_b * s_lambda));
        Vector<double> sum = term * 0;
        for (int k = 0; k < terms; k++)
        {
            (sum, term) = (sum + term, term - (damping * a.TransposeThisAndMultiply(term)));
        }

        return s_direct + (rate * s_b.TransposeThisAndMultiply(sum));
    }

    private static Vector<double> Mixed(BilevelProblem problem) => problem.Kind == ProblemKind.Minimum
        ? s_direct + s_b.TransposeThisAndMultiply(Outer(s_symmetric.Solve(s_b * s_lambda)))
        : s_direct + (Rate * s_b.TransposeThisAndMultiply(Outer(Trajectory(problem, Steps).W)));

    private static Vector<double> Exactly(BilevelProblem problem) => problem.Kind switch
    {
        ProblemKind.Steps => Iteratively(problem),
        ProblemKind.Expectation or ProblemKind.Value => 2 * s_lambda,
        _ => Implicitly(problem),
    };

    private static int? Asked(BilevelProblem problem) => problem.Kind == ProblemKind.Steps ? Steps : null;

    private static ImmutableArray<string> Made(HypergradientMethod method) =>
        [.. typeof(Hypergradient).GetMethods().Where(factory => factory.ReturnType == method.GetType()).Select(factory => $"Hypergradient.{factory.Name}")];

    private static Type Open(Type type) => type.IsGenericType ? type.GetGenericTypeDefinition() : type;

    private static string Written(Type type) => $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(_ => "Tensor"))}>";

    private static IEnumerable<Type> Concrete(Type type) =>
        type.Assembly.GetTypes().Where(candidate => !candidate.IsAbstract && candidate.IsAssignableTo(type)).OrderBy(candidate => candidate.Name);
}
