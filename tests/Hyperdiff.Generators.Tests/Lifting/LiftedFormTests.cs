using Hyperdiff.Generators.Tests.Harness;

namespace Hyperdiff.Generators.Tests.Lifting;

/// <summary>Forms over plain numbers are used like any others: solved, differentiated, bound to data.</summary>
public sealed class LiftedFormTests
{
    // of implicit derivatives with the default tolerances
    private const double Tolerance = 1e-8;

    [Fact]
    public async Task KeplersEquation_IsSolvedAndDifferentiated()
    {
        double[] result = await Run("""
            public readonly record struct Orbit(double M, double Ecc);

            public static partial class Astronomy
            {
                [FixedPointMap] static double Kepler(double e, Orbit o) => o.M + o.Ecc * System.Math.Sin(e);

                [RootCondition] static double Balance(double e, Orbit o) => e - o.Ecc * System.Math.Sin(e) - o.M;
            }

            public static class Run
            {
                public static double[] Now()
                {
                    Solution<double> e = Astronomy.KeplerMap.Solve(1.0, new Orbit(0.5, 0.3));
                    Orbit d = Astronomy.KeplerMap.Gradient(e.State, new Orbit(0.5, 0.3));
                    double root = Astronomy.BalanceCondition.SolvedBy(Root.Newton()).Solve(1.0, new Orbit(0.5, 0.3)).EnsureConverged();
                    Orbit r = Astronomy.BalanceCondition.Gradient(root, new Orbit(0.5, 0.3));
                    return [e.EnsureConverged(), d.M, d.Ecc, root, r.M, r.Ecc];
                }
            }
            """);

        (double e, double slope) = (result[0], 1 - (0.3 * Math.Cos(result[0])));
        Assert.Equal(0.5 + (0.3 * Math.Sin(e)), e, Tolerance);
        Assert.Equal(1 / slope, result[1], Tolerance);
        Assert.Equal(Math.Sin(e) / slope, result[2], Tolerance);
        Assert.Equal(e, result[3], Tolerance);
        Assert.Equal(1 / slope, result[4], Tolerance);
        Assert.Equal(Math.Sin(e) / slope, result[5], Tolerance);
    }

    [Fact]
    public async Task Gradient_BesideTheSolution_Throws()
    {
        double[] result = await Run("""
            public static partial class Model
            {
                [FixedPointMap] static double Half(double w, double h) => 0.5 * w + h;

                [FixedPointMap] static double Same(double w, double h) => w + 0 * h;
            }

            public static class Run
            {
                public static double[] Now() => [Model.HalfMap.Gradient(6, 3), Throws(() => Model.HalfMap.Gradient(6.1, 3)), Throws(() => Model.SameMap.Gradient(1, 1)),
                    Throws(() => Model.HalfMap.Gradient(double.NaN, 3)), Model.HalfMap.Gradient(0, 0)];

                private static double Throws(System.Func<double> action)
                {
                    try { return action(); } catch (SolveException) { return -1; }
                }
            }
            """);

        Assert.Equal([2, -1, -1, -1, 2], result);
    }

    [Fact]
    public async Task BilevelProblem_OverNumbers_HasTheSameHypergradientByEveryMethod()
    {
        double[] result = await Run("""
            public sealed record Settings(double Rate, double Weight);

            public static partial class Model
            {
                [InnerObjective] static double Train(double[] w, Settings s, double[] x)
                {
                    double sum = 0;
                    for (int i = 0; i < x.Length; i++) { sum += (w[0] + w[1] * x[i] - x[i] * x[i]) * (w[0] + w[1] * x[i] - x[i] * x[i]); }
                    return sum / x.Length + s.Weight * (w[0] * w[0] + w[1] * w[1]);
                }

                [FixedPointMap] static double[] Step(double[] w, Settings s, double[] x)
                {
                    double[] next = new double[2];
                    double a = 0, b = 0;
                    foreach (double v in x) { double r = 2 * (w[0] + w[1] * v - v * v) / x.Length; a += r; b += r * v; }
                    next[0] = w[0] - s.Rate * (a + 2 * s.Weight * w[0]);
                    next[1] = w[1] - s.Rate * (b + 2 * s.Weight * w[1]);
                    return next;
                }

                [OuterObjective] static double Validate(double[] w, Settings s) => w[0] * w[0] + 3 * w[1] + 0.1 * s.Weight;
            }

            public static class Run
            {
                public static double[] Now()
                {
                    double[] x = [0.1, 0.4, 0.9, 1.3], start = [0, 0];
                    var at = new Settings(0.2, 0.05);
                    var minimum = Bilevel.Problem(Model.TrainObjective(x).MinimizedBy(Minimizer.NewtonCg()), Model.ValidateObjective);
                    var point = Bilevel.Problem(Model.StepMap(x).SolvedBy(FixedPoint.Iteration()), Model.ValidateObjective);
                    var a = Hypergradient.Implicit().Compute(minimum, start, at);
                    var b = Hypergradient.Implicit().Compute(point, start, at);
                    var c = Hypergradient.Reverse(steps: 400).Compute(point, start, at);
                    var d = Hypergradient.Forward(steps: 400).Compute(point, start, at);
                    return [a.Gradient.Weight, b.Gradient.Weight, c.Gradient.Weight, d.Gradient.Weight, a.Gradient.Rate, b.Gradient.Rate, a.State.Length, a.State[0] - b.State[0]];
                }
            }
            """);

        Assert.All(result[1..4], value => Assert.Equal(result[0], value, 1e-6));
        Assert.NotEqual(0, result[0]);
        Assert.Equal(0, result[4]);
        Assert.Equal(0, result[5], Tolerance);
        Assert.Equal(2, result[6]);
        Assert.Equal(0, result[7], Tolerance);
    }

    [Fact]
    public async Task Structures_OfNumbers_AreTakenApartAndPutTogether()
    {
        double[] result = await Run("""
            public readonly record struct Point(double X, double Y);
            public sealed record Body(Point At, Point V, double[] Charges, double[,] Table, int Count, (double A, double B) Pair);
            [Tree] public sealed partial record Marked(double Scale, Tensor Shift, [Frozen] double Fixed);

            public static partial class Model
            {
                [InnerObjective] static double Energy(Body b, Marked m, Point[] others, double[][] rows, Tensor t, bool square, double scale = 2)
                {
                    double s = b.At.X * b.V.Y + b.Charges[1] * b.Table[1, 0] + b.Count * b.Pair.B;
                    foreach (Point p in others) { s += p.X * b.At.Y; }
                    foreach (double[] row in rows) { s += row[0] * b.Pair.A; }
                    Tensor u = (t + m.Shift) * m.Scale;
                    return (square ? s * s : s) * scale + m.Fixed * b.At.X + Of((u * s).Sum());
                }

                static double Of(Tensor t) => 0;
            }

            public static class Run
            {
                public static double[] Now()
                {
                    var body = new Body(new(1, 2), new(3, 4), [5, 6], new double[,] { { 7, 8 }, { 9, 10 } }, 3, (0.5, 0.25));
                    var objective = Model.EnergyObjective([new(1, 1), new(2, 2)], [[1, 5], [2, 6]], Tensor.From([1.0, 2.0]), false);
                    Body g = objective.Gradient(body, new Marked(1, Tensor.Scalar(0.5), 7));
                    return [objective.Evaluate(body, new Marked(1, Tensor.Scalar(0.5), 7)).ToScalar(), g.At.X, g.At.Y, g.V.X, g.V.Y, g.Charges[0], g.Charges[1],
                        g.Table[1, 0], g.Table[0, 0], g.Count, g.Pair.A, g.Pair.B];
                }
            }
            """);

        const double s = (1 * 4) + (6 * 9) + (3 * 0.25) + (3 * 2) + (3 * 0.5);
        Assert.Equal([(2 * s) + 7, (2 * 4) + 7, 2 * 3, 0, 2 * 1, 0, 2 * 9, 2 * 6, 0, 3, 2 * 3, 2 * 3], result);
    }

    [Fact]
    public async Task NumbersAsData_OfAMethodOverTensors_ShareOnePlan()
    {
        double[] result = await Run("""
            public static partial class Model
            {
                [InnerObjective] static Tensor Train(Tensor w, Tensor h, Tensor x, double rate, int power)
                {
                    double k = rate * power;
                    return (w * x).Square().Sum() * k + h * rate;
                }
            }

            public static class Run
            {
                public static double[] Now()
                {
                    Tensor w = Tensor.From([1.0, 2.0]), x = Tensor.From([3.0, 1.0]), h = Tensor.Scalar(5);
                    double a = Model.TrainObjective(x, 0.5, 2).Evaluate(w, h).ToScalar(), b = Model.TrainObjective(x, 0.25, 2).Evaluate(w, h).ToScalar();
                    return [a, b, Model.TrainObjective(x, 0.25, 2).Gradient(w, h).ToArray<double>()[1], Model.TrainObjective(x, 0.25, 2).Traces];
                }
            }
            """);

        Assert.Equal([13 + 2.5, 6.5 + 1.25, 0.5 * 2 * 2, 1], result);
    }

    [Fact]
    public async Task BatchOfNumbers_IsSampled()
    {
        double[] result = await Run("""
            public static partial class Model
            {
                [InnerObjective] static double Fit(double w, double h, [Batch] double[] x)
                {
                    double s = 0;
                    for (int i = 0; i < x.Length; i++) { s += (w - x[i]) * (w - x[i]); }
                    return s / x.Length + h * w * w;
                }

                [OuterObjective] static double Far(double w, double h) => (w - 3) * (w - 3);
            }

            public static class Run
            {
                public static double[] Now()
                {
                    var fit = Model.FitObjective([1, 1, 1, 1, 1, 1, 1, 1]).MinimizedBy(Minimizer.NewtonCg());
                    var stochastic = Hypergradient.Stochastic(optimizer: Optimizer.Sgd(0.1), iterations: 300, innerBatches: 4, outerBatches: 0, batchSize: 4);
                    var problem = Bilevel.Problem(fit, Model.FarObjective);
                    var exact = Hypergradient.Implicit().Compute(problem, 0.0, 0.5);
                    var sampled = stochastic.Compute(problem, 0.0, 0.5, new() { Key = RandomKey.FromSeed(7) });
                    return [exact.Gradient, sampled.Gradient];
                }
            }
            """);

        // w* = 1/(1 + h), F = (w − 3)²
        double w = 1 / 1.5;
        Assert.Equal(2 * (w - 3) * -(w * w), result[0], Tolerance);
        Assert.Equal(result[0], result[1], 1e-3);
    }

    [Fact]
    public async Task Functions_OfNumbers_HaveDerivativesOfEveryOrder()
    {
        double[] result = await Run("""
            public sealed record Orbit(double M, double Ecc);

            public static partial class Model
            {
                [Differentiable] static double Wave(double x) => x > 0 ? System.Math.Sin(x) * x : x * x;

                [Differentiable] static double Energy(double x, Orbit o, double[] a, int n)
                {
                    double s = 0;
                    for (int i = 0; i < n; i++) { s += a[i] * Wave(x) * o.M; }
                    return s + o.Ecc * o.Ecc;
                }
            }

            public static class Run
            {
                public static double[] Now()
                {
                    var at = (2.0, new Orbit(3, 4), new double[] { 1, 0.5, 7 }, 2);
                    var g = Model.EnergyFunction.Grad(at);
                    return [Model.WaveFunction.Evaluate(2.0).ToScalar(), Model.WaveFunction.Grad(2.0), Model.WaveFunction.Hvp(2.0, 1.0), Model.WaveFunction.Grad(-3.0),
                        Model.EnergyFunction.Evaluate(at).ToScalar(), g.x, g.o.M, g.o.Ecc, g.a[1], g.a[2], g.n, Model.EnergyFunction.Traces];
                }
            }
            """);

        (double wave, double slope) = (2 * Math.Sin(2), Math.Sin(2) + (2 * Math.Cos(2)));
        double[] expected = [wave, slope, (2 * Math.Cos(2)) - (2 * Math.Sin(2)), -6, (1.5 * wave * 3) + 16, 1.5 * 3 * slope, 1.5 * wave, 8, wave * 3, 0, 2, 1];
        Assert.Equal(expected.Length, result.Length);
        Assert.All(expected.Zip(result), pair => Assert.Equal(pair.First, pair.Second, 1e-14 * (1 + Math.Abs(pair.First))));
    }

    [Fact]
    public async Task Solves_InBranches_AreMadeWhereTheBranchIsTaken()
    {
        double[] result = await Run("""
            public static partial class Model
            {
                [InnerObjective] static Tensor Energy(Tensor w, double k)
                {
                    Tensor s = w.Square().Sum();
                    if (k > 0)
                    {
                        (Tensor q, Tensor r) = Linalg.Qr(w * k);
                        s = s + r.Square().Sum() + 0 * q.Sum() + Root(w * k);
                    }

                    return k < 10 ? s : Root(w - k * w);
                }

                static Tensor Root(Tensor a) => Linalg.Cholesky(a)[0, 0];
            }

            public static class Run
            {
                public static double[] Now()
                {
                    Tensor w = Tensor.From([4.0, 0, 0, 9.0]).Reshape(2, 2);
                    var energy = Model.EnergyObjective;
                    return [energy.Evaluate(w, 1).ToScalar(), energy.Evaluate(w, -1).ToScalar(), energy.Gradient(w, 1)[0, 0].ToScalar(),
                        energy.Gradient(w, -1)[0, 0].ToScalar()];
                }
            }
            """);

        Assert.Equal([97 + 97 + 2, 97, 8 + 8 + 0.25, 8], result, (a, b) => Math.Abs(a - b) < 1e-12);
    }

    [Fact]
    public async Task Scalars_OfAnotherElementType_AreRoundedToIt()
    {
        double[] result = await Run("""
            public static partial class Model
            {
                [InnerObjective] static Tensor Loss(Tensor w, double h, double rate) =>
                    (w * Tensor.Scalar(rate, DType.Float32)).Sum() * Tensor.Scalar(h, DType.Float32) + Tensor.Scalar(h).To(DType.Float32);
            }

            public static class Run
            {
                public static double[] Now()
                {
                    Tensor w = Tensor.Scalar(2, DType.Float32);
                    Tensor value = Model.LossObjective(0.1).Evaluate(w, 0.3);
                    return [value.ToScalar(), value.DType == DType.Float32 ? 1 : 0, Model.LossObjective(0.1).Gradient(w, 0.3).ToScalar()];
                }
            }
            """);

        Assert.Equal([(2 * 0.1f * 0.3f) + 0.3f, 1, 0.1f * 0.3f], result);
    }

    [Fact]
    public void PlainNumbers_InAFunctionThatIsTraced_AreRefusedWithTheRemedy()
    {
        NotSupportedException thrown = Assert.Throws<NotSupportedException>(() => Diff.Grad((double x) => Tensor.Scalar(x), 1.0));

        Assert.Contains("Tensor where it took double", thrown.Message, StringComparison.Ordinal);
    }

    private static async Task<double[]> Run(string source)
    {
        Assert.Empty(await Analysis.Of(source));
        return Program.Run(source);
    }
}
