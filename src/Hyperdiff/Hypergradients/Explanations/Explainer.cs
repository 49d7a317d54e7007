using System.Diagnostics;
using System.Globalization;
using Hyperdiff.Graphs;

namespace Hyperdiff;

/// <summary>Measures what an <see cref="Explanation"/> says.</summary>
internal sealed class Explainer
{
    private const double Digits = 1e-8;
    private const int NullSpaceSeed = 2;
    private const int Trial = 8;
    private const int Restart = 30;
    private const int Seed = 1;
    private const int DenseLimit = 4096;
    private const int Repetitions = 5;

    private readonly bool _map;
    private readonly LinearOperator _matrix;
    private readonly Tensor[] _rightHandSide;
    private readonly OperatorProbe _probe;
    private readonly (TimeSpan Evaluation, TimeSpan Product, TimeSpan Transposed) _times;
    private readonly (int States, int Hypers, long StateBytes) _sizes;
    private readonly double _residual;
    private readonly bool _symmetric;
    private readonly bool? _singular;

    private Explainer(bool map, LinearOperator matrix, Func<Tensor[]> evaluate, (Tensor[] StateGradient, int Hypers, Ranks Ranks) outer)
    {
        (_map, _matrix) = (map, matrix);
        (Tensor[] rightHandSide, LinearOperator forward) = (outer.StateGradient, matrix.Transpose());
        _probe = OperatorProbe.Of(matrix, Seed).WithPowers(matrix);
        _symmetric = _probe.IsSymmetric(rightHandSide.CoarsestEpsilon());
        _singular = NullSpaceProbe.Of(matrix, NullSpaceSeed).IsSingular;

        // where g vanishes any vector shows the rate
        _rightHandSide = Norm(rightHandSide) > 0 ? rightHandSide : [.. rightHandSide.Select(Tensor.OnesLike)];
        _residual = Norm(evaluate());

        // of which the recommendation is made: those of rank 0, so that all have the same
        TimeSpan Agreed(Action action) => TimeSpan.FromTicks(outer.Ranks.FromRank0(Time(action).Ticks));
        _times = (Agreed(() => evaluate()), Agreed(() => forward.Apply(_rightHandSide)), Agreed(() => matrix.Apply(_rightHandSide)));
        _sizes = (DenseMatrix.Size(matrix), outer.Hypers, matrix.InputTypes.Sum(type => (long)type.Bytes));
    }

    public static Explanation Explain(IBoundFunction function, IBoundFunction outer, InnerSolver solver, BilevelPoint point)
    {
        point.Hyper.RequireActive("A hypergradient");
        var problem = InnerProblem.Of(function, point);
        Tensor[] state = point.State.Tensors;
        ConditionDerivative condition = ConditionDerivative.At(solver, problem, point);
        Tensor[] gradient = OuterDerivative.At(outer, point).StateGradient;
        int hypers = point.Hyper.ActiveTensors.Sum(leaf => leaf.Shape.ElementCount);
        Graph graph = solver.Condition(problem);
        return new Explainer(solver is FixedPointSolver, condition.Adjoint, () => problem.Call(graph, state),
            (gradient, hypers, function.Ranks ?? outer.Ranks ?? Ranks.Single)).Explain();
    }

    private Explanation Explain()
    {
        ExplainedMethod[] methods = [.. Methods().OrderBy(method => !method.IsApplicable)];
        Tensor[] operands = [.. _rightHandSide, .. _matrix.Residuals];
        return new Explanation([.. methods])
        {
            States = _sizes.States,
            Hypers = _sizes.Hypers,
            InnerResidual = _residual,
            Asymmetry = _probe.Asymmetry,
            IsSymmetric = _symmetric,
            Curvature = _probe.Curvature,
            IsSingular = _singular,
            Contraction = _probe.Growth,
            Times = _times,
            ProductBytes = _matrix.Graph.Executable(Eager.BackendOf("a prediction of memory", operands)).PeakBytes,
        };
    }

    private IEnumerable<ExplainedMethod> Methods()
    {
        var tolerance = new Tolerance(Digits, 0);
        if (_map)
        {
            yield return Implicit(new FixedPointLinearSolver(tolerance, Trial), vectors: 2);
        }

        yield return !_symmetric ? No("implicit, conjugate gradients", "the system is not symmetric")
            : _probe.Curvature <= 0 ? No("implicit, conjugate gradients", "the system is not positive definite")
            : Implicit(new ConjugateGradientSolver(tolerance, Trial), vectors: 4);
        yield return _symmetric ? Implicit(new MinresSolver(tolerance, Trial), vectors: 7) : No("implicit, MINRES", "the system is not symmetric");
        yield return Implicit(new GmresSolver(Restart, tolerance, Trial), vectors: Restart + 3);
        yield return Dense();
        if (_map)
        {
            (bool settles, long steps) = Steps(_probe.Growth);
            string note = string.Create(CultureInfo.InvariantCulture, $"ρ(J) about {_probe.Growth:G3}");
            if (!settles)
            {
                yield return No("reverse", $"{note}: the iterates do not contract");
                yield break;
            }

            yield return new ExplainedMethod("reverse", true, steps, steps, (_times.Evaluation + _times.Evaluation + _times.Transposed) * steps,
                steps * _sizes.StateBytes, note);
            yield return new ExplainedMethod(
                "forward", true, steps, steps * _sizes.Hypers, (_times.Evaluation + (_times.Product * _sizes.Hypers)) * steps,
                (_sizes.Hypers + 1) * _sizes.StateBytes, note);
        }
    }

    private ExplainedMethod Dense()
    {
        const string Name = "implicit, dense LU";
        long size = _sizes.States;
        if (_singular == true)
        {
            return No(Name, "the system is singular, and has no factors");
        }

        if (size > DenseLimit)
        {
            return No(Name, $"{size} unknowns are {size * size * sizeof(double) / 1_000_000} MB of matrix");
        }

        // 2/3 d³ operations, at about 10⁹ of them a second
        var factorization = TimeSpan.FromSeconds(2.0 / 3 * size * size * size / 1e9);
        return new ExplainedMethod(Name, true, 0, size, (_times.Transposed * size) + factorization, size * size * sizeof(double), "a product per unknown");
    }

    /// <summary>A solver's cost, from a few updates on the adjoint's own right-hand side.</summary>
    private ExplainedMethod Implicit(LinearSolver solver, int vectors)
    {
        string name = $"implicit, {solver.Name}";
        SolveReport report = solver.Solve(_matrix, _rightHandSide).Report;
        if (report.Status is not (SolveStatus.Converged or SolveStatus.MaxIterations))
        {
            return No(name, $"it ended as {report.Status} after {report.Iterations} updates");
        }

        double rate = report.Iterations == 0 ? 0 : Math.Pow(report.Residual / Norm(_rightHandSide), 1.0 / report.Iterations);
        (bool settles, long updates) = report.Converged ? (true, report.Iterations) : Steps(rate);
        string note = string.Create(CultureInfo.InvariantCulture, $"{Math.Min(Trial, report.Iterations)} updates took the residual by ×{rate:G2} each");
        if (!settles)
        {
            return No(name, note);
        }

        long products = report.Iterations == 0 ? report.Products : (long)Math.Ceiling(updates * (report.Products / (double)report.Iterations));
        return new ExplainedMethod(name, true, updates, products, _times.Transposed * products, vectors * _sizes.StateBytes, note);
    }

    private static ExplainedMethod No(string name, string why) => new(name, false, 0, 0, TimeSpan.Zero, 0, why);

    /// <summary>How many steps of a rate give eight digits; not if it does not contract to speak of.</summary>
    private static (bool Settles, long Steps) Steps(double rate)
    {
        const double Slowest = 0.9999;
        return !(rate < Slowest) ? (false, 0) : (true, rate <= Digits ? 1 : (long)Math.Ceiling(Math.Log(Digits) / Math.Log(rate)));
    }

    /// <summary>The median of a few runs, after one that compiles.</summary>
    private static TimeSpan Time(Action action)
    {
        action();
        var times = new TimeSpan[Repetitions];
        for (int i = 0; i < times.Length; i++)
        {
            long start = Stopwatch.GetTimestamp();
            action();
            times[i] = Stopwatch.GetElapsedTime(start);
        }

        return times.Order().ElementAt(Repetitions / 2);
    }

    private static double Norm(Tensor[] leaves) => new LeafVector(leaves).Magnitude();
}
