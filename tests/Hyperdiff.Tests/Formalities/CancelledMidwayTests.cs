using System.Globalization;
using Hyperdiff.Graphs;
using Hyperdiff.Tests.Backends.Conformance;

namespace Hyperdiff.Tests.Formalities;

/// <summary>A computation that is ended in its midst throws, or has a report that says so; what it returns without either is what it returns when nobody
/// ends it, to the last bit.</summary>
public sealed class CancelledMidwayTests
{
    // no more operations than that once the token is cancelled: a step of the longest iteration here, and what its result is reported by
    private const int Allowed = 4000;
    private const int Points = 40;

    private static readonly Objective<Tensor, Tensor> s_outer = Objective.From<Tensor, Tensor>((w, h) => (w * h).Square().Sum());

    // beneath errors along steep directions one along a flat one, which the solve looks for at its end
    private static readonly Tensor s_curvatures = Tensor.From([1, 0.1, 1e-6]), s_off = Tensor.From([1e-3, 1e-3, 1e-7]);

    private static readonly Dictionary<string, Func<Tensor, CancellationToken, object>> s_calls = new()
    {
        ["explain"] = (x, token) => Applicable(Problem(x).Explain(x, x, token)),
        ["explain, minimum"] = (x, token) => Applicable(Minimum(x).Explain(x, x, token)),
        ["check"] = (x, token) => Problem(x).Check(x, x, cancellation: token).ToString(),
        ["check, minimum"] = (x, token) => Minimum(x).Check(x, x, cancellation: token).ToString(),
        ["implicit"] = (x, token) => OfMap(Hypergradient.Implicit(), x, token),
        ["implicit, minimum"] = (x, token) => OfMinimum(Hypergradient.Implicit(), x, token),
        ["dense"] = (x, token) => OfMap(Hypergradient.Implicit(LinearSolver.DenseLu()), x, token),
        ["recycled"] = (x, token) => OfMap(Hypergradient.Implicit(LinearSolver.Recycled(LinearSolver.Gmres(3))), x, token),
        ["in float32"] = (x, token) => OfMap(Hypergradient.Implicit(LinearSolver.InFloat32(LinearSolver.Gmres(3))), x, token),
        ["normal equations"] = (x, token) => OfMap(Hypergradient.Implicit(LinearSolver.Normal()), x, token),
        ["Nyström"] = (x, token) => OfMinimum(
            Hypergradient.Implicit(LinearSolver.Preconditioned(LinearSolver.ConjugateGradient(), Preconditioner.Nystrom(2, 0.1))), x, token),
        ["reverse"] = (x, token) => OfMap(Hypergradient.Reverse(5), x, token),
        ["forward"] = (x, token) => OfMap(Hypergradient.Forward(5), x, token),
        ["DARTS"] = (x, token) => OfMinimum(Hypergradient.Darts(0, StepDerivative.Scaled(1), EvaluationPoint.End), x, token),
        ["zero order"] = (x, token) => Hypergradient.ZeroOrder(20, 0.5)
            .Compute(Problem(x), x, x, Options(token) with { Key = RandomKey.FromSeed(3) }).EnsureConverged(),
        ["errors"] = (x, token) => Hypergradient.Implicit().Compute(Problem(x), x, x).EstimateError(cancellation: token).ToString(),
        ["best response"] = (x, token) => BestResponse.At(Map(x), x, x, cancellation: token).Vjp(x, token).EnsureConverged(),
        ["certificate"] = (x, token) => Hypergradient.Implicit().Compute(Problem(x), x, x).Certify(
            new ContractionBounds
            {
                Contraction = 0.6,
                HyperJacobian = 1,
                JacobianLipschitz = 1,
                HyperJacobianLipschitz = 0,
                StateGradientLipschitz = 5,
                HyperGradientLipschitz = 5,
            },
            token).ToString(),
        ["outer loop"] = (x, token) => OuterLoop.Over(Problem(x), Hypergradient.Implicit()).With(Optimizer.Adam(0.1)).Until(Stop.AfterSteps(3))
            .BestOf([(x, x), (2 * x, x)], token).Hyper,
        ["descent"] = (x, token) => (Descent.Bome(0.1, 2, 0.1, 0.5) with { MaxSteps = 3 }).Minimize(
            Bilevel.Problem(Inner(x), s_outer), x, x, cancellation: token).ToString(),
        ["argmin"] = (x, token) => Argmin.Of(Inner(x).MinimizedBy(Minimizer.Lbfgs()), x, x, cancellation: token),
        ["minimum with a slow mode"] = (x, token) => Flat(x).MinimizedBy(Minimizer.Lbfgs()).Solve(x + s_off, x, cancellation: token).EnsureConverged(),
        ["implicit with a slow mode"] = (x, token) => Hypergradient.Implicit()
            .Compute(Bilevel.Problem(Flat(x).MinimizedBy(Minimizer.Lbfgs()), s_outer), x + s_off, x, Options(token)).EnsureConverged(),
        ["root"] = (x, token) => Root.Of(RootCondition.From<Tensor, Tensor>((w, h) => w.Exp() + w - h).SolvedBy(Root.Newton()), x, x, cancellation: token),
        ["Hessian"] = (x, token) => Diff.Hessian(y => y.Exp().Sum(), x, token),
        ["batch"] = (x, token) => Diff.Vmap(h => FixedPoint.Of(Map(x), x, h), Tensor.Stack(0, x, 2 * x), cancellation: token),
    };

    public static TheoryData<string> Calls => new(s_calls.Keys);

    [Theory]
    [MemberData(nameof(Calls))]
    public void WhatIsReturned_IsWhatNobodyEnded(string call)
    {
        (string expected, int operations, _) = Run(call, int.MaxValue);
        Assert.DoesNotContain("Exception", expected, StringComparison.Ordinal);
        foreach (int at in Enumerable.Range(0, Points).Select(i => 1 + (int)((long)i * operations / Points)).Distinct())
        {
            (string found, int made, bool ended) = Run(call, at);
            Assert.True(ended || found == expected, $"cancelled at operation {at} of {operations}: {found}\nnot {expected}");
            Assert.InRange(made - at, 0, Allowed);
        }
    }

    private static (string Result, int Operations, bool Ended) Run(string call, int at)
    {
        using var source = new CancellationTokenSource();
        var backend = new EndingBackend(source, at);
        Tensor x = Tensor.From([0.3, -0.7, 0.2]).To(backend);
        try
        {
            string result = string.Create(CultureInfo.InvariantCulture, $"{s_calls[call](x, source.Token)}");

            // an estimate that is not there says why
            bool isMissing = result.StartsWith("Unavailable (SolveFailed)", StringComparison.Ordinal);
            return (result, backend.Operations, isMissing && result.Contains(": Cancelled at", StringComparison.Ordinal));
        }
        catch (OperationCanceledException)
        {
            return ("ended", backend.Operations, true);
        }
        catch (SolveException exception) when (exception.Reports.Any(report => report.Status == SolveStatus.Cancelled))
        {
            return ("ended", backend.Operations, true);
        }
        catch (Exception exception)
        {
            return ($"{exception.GetType().Name}: {exception.Message}", backend.Operations, false);
        }
    }

    private static Tensor OfMap(HypergradientMethod method, Tensor x, CancellationToken token) =>
        method.Compute(Problem(x), x, x, Options(token)).EnsureConverged();

    private static Tensor OfMinimum(HypergradientMethod method, Tensor x, CancellationToken token) =>
        method.Compute(Minimum(x), x, x, Options(token)).EnsureConverged();

    // times are others at every call
    private static string Applicable(Explanation explanation) => string.Join(
        ", ", explanation.Methods.Select(method => (method.Name, method.IsApplicable)).Order());

    private static HypergradientOptions Options(CancellationToken token) => new() { Cancellation = token };

    private static FixedPointMap<Tensor, Tensor> Map(Tensor scale) =>
        FixedPointMap.From<Tensor, Tensor>((w, h) => (0.3 * w.Tanh()) + (0.1 * w.Sum()) + h + (0 * scale));

    private static Objective<Tensor, Tensor> Inner(Tensor scale) =>
        Objective.From<Tensor, Tensor>((w, h) => ((w - h).Square() + (0.1 * w.Exp()) + (0.1 * w * w.Sum()) + (0 * scale)).Sum());

    private static Objective<Tensor, Tensor> Flat(Tensor scale) => Objective.From<Tensor, Tensor>(
        (w, h) => (s_curvatures * ((w - h).Square() + (0.1 * (w - h).Square().Square()) + (0 * scale))).Sum());

    private static FixedPointProblem<Tensor, Tensor> Problem(Tensor x) => Bilevel.Problem(Map(x), s_outer);

    private static MinimizationProblem<Tensor, Tensor> Minimum(Tensor x) =>
        Bilevel.Problem(Inner(x).MinimizedBy(Minimizer.NewtonCg()), s_outer);

    /// <summary>Cancels at one of the operations that it is asked for.</summary>
    private sealed class EndingBackend(CancellationTokenSource source, int at) : BytesBackend
    {
        public int Operations { get; private set; }

        protected override bool Runs(Primitive primitive, ReadOnlySpan<TensorType> operands)
        {
            if (++Operations == at)
            {
                source.Cancel();
            }

            return base.Runs(primitive, operands);
        }
    }
}
