using Hyperdiff.Fixtures.Problems;

namespace Hyperdiff.Tests.Hypergradients;

/// <summary>A tolerance of a linear system holds for every leaf of the state, whatever its unit: with one leaf of 10¹² and another of 1, hypergradients are as
/// accurate as with two leaves of 1, by every solver, in both directions.</summary>
public sealed class MixedScaleTests
{
    private const int Half = 3;

    // the condition of the system, about 4, times tolerances of 3.7e-11 of the adjoint and, squared into the state, of the inner solve
    private const double Accuracy = 1e-8;

    private static readonly Tensor s_matrix = Dense.Of(MatrixMaker.PositiveDefinite(new Random(3), 2 * Half, 0.5, 1.5));
    private static readonly Tensor s_hyper = Tensor.From([0.3, -0.2, 0.7, 1.1, 0.4, -0.9]);
    private static readonly Tensor s_slope = Tensor.From([1.0, -2, 3, 0.5, 1, 2]);

    private static readonly Dictionary<string, LinearSolver> s_solvers = new()
    {
        ["conjugate gradients"] = LinearSolver.ConjugateGradient(),
        ["GMRES"] = LinearSolver.Gmres(),
        ["MINRES"] = LinearSolver.Minres(),
        ["BiCGStab"] = LinearSolver.BiCgStab(),
        ["LSMR"] = LinearSolver.Lsmr(),
        ["auto"] = LinearSolver.Auto(),
        ["LU"] = LinearSolver.DenseLu(),
        ["Cholesky"] = LinearSolver.DenseCholesky(),
        ["fixed point"] = LinearSolver.FixedPoint(),
        ["Anderson"] = LinearSolver.Anderson(4),
        ["Broyden"] = LinearSolver.Broyden(10),
        ["in float32"] = LinearSolver.InFloat32(LinearSolver.Gmres(tolerance: 1e-10)),
        ["refined"] = LinearSolver.Refined(LinearSolver.Gmres(tolerance: 1e-3), 1e-10),
        ["normal equations"] = LinearSolver.Normal(LinearSolver.ConjugateGradient()),
        ["preconditioned"] = LinearSolver.Preconditioned(LinearSolver.ConjugateGradient(), Preconditioner.Diagonal(6)),
    };

    public static TheoryData<string> Names => [.. s_solvers.Keys];

    public static TheoryData<string, double> Cases
    {
        get
        {
            var data = new TheoryData<string, double>();
            foreach (string solver in s_solvers.Keys)
            {
                foreach (double scale in new[] { 1, 1e3, 1e6, 1e12, 1e-9 })
                {
                    data.Add(solver, scale);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void HypergradientsHoldTheirToleranceByLeaf(string name, double scale)
    {
        LinearSolver solver = s_solvers[name];
        Tensor In((Tensor A, Tensor B) w) => Tensor.Concat(0, w.A / scale, w.B);
        (Tensor A, Tensor B) Out(Tensor z) => (z[..Half] * scale, z[Half..]);
        (Tensor, Tensor) zero = (Tensor.Zeros([Half]), Tensor.Zeros([Half]));

        // z* = M⁻¹ h for M of the matrix, in units of A that are scale
        Objective<(Tensor A, Tensor B), Tensor> f = Objective.From<(Tensor A, Tensor B), Tensor>(
            (w, h) => (0.5 * In(w).Dot(s_matrix.MatMul(In(w)))) - In(w).Dot(h));
        FixedPointMap<(Tensor A, Tensor B), Tensor> map = FixedPointMap.From<(Tensor A, Tensor B), Tensor>(
            (w, h) => Out(In(w) - (s_matrix.MatMul(In(w)) - h)));
        Minimization<(Tensor A, Tensor B), Tensor> minimum = f.MinimizedBy(Minimizer.NewtonCg());
        FixedPointFinding<(Tensor A, Tensor B), Tensor> point = map.SolvedBy(FixedPoint.Iteration());
        bool forMaps = !solver.IsScaleFree, symmetric = name is "conjugate gradients" or "MINRES" or "Cholesky" or "preconditioned";
        Tensor none = Tensor.Zeros([Half]);
        foreach (Tensor slope in new[] { s_slope, Tensor.Concat(0, none, s_slope[Half..]), Tensor.Concat(0, s_slope[..Half], none) })
        {
            Objective<(Tensor A, Tensor B), Tensor> outer = Objective.From<(Tensor A, Tensor B), Tensor>((w, h) => (slope * In(w)).Sum());
            Tensor exact = Linalg.Solve(s_matrix, slope);
            var found = new List<(string Of, Tensor Gradient)>();
            if (!forMaps)
            {
                found.Add(("minimum", Hypergradient.Implicit(solver).Compute(Bilevel.Problem(minimum, outer), zero, s_hyper).EnsureConverged()));
                found.Add(("gradient through a minimum", Diff.Grad((Tensor h) => outer.Evaluate(Argmin.Of(minimum, zero, h, solver), h), s_hyper)));
                Tensor change = Diff.Jvp((Tensor h) => outer.Evaluate(Argmin.Of(minimum, zero, h, solver), h), s_hyper, s_slope).Tangent;
                Assert.Equal(1, change.ToScalar() / exact.Dot(s_slope).ToScalar(), Accuracy);
            }

            if (!symmetric)
            {
                found.Add(("map", Hypergradient.Implicit(solver).Compute(Bilevel.Problem(point, outer), zero, s_hyper).EnsureConverged()));
                found.Add(("gradient through a map", Diff.Grad((Tensor h) => outer.Evaluate(FixedPoint.Of(point, zero, h, solver, solver), h), s_hyper)));
                Tensor change = Diff.Jvp((Tensor h) => outer.Evaluate(FixedPoint.Of(point, zero, h, solver, solver), h), s_hyper, s_slope).Tangent;
                Assert.Equal(1, change.ToScalar() / exact.Dot(s_slope).ToScalar(), Accuracy);
            }

            Assert.All(found, one => Assert.True(
                Distance(one.Gradient, exact) <= Accuracy, $"{one.Of}: {Distance(one.Gradient, exact):G3}"));
        }
    }

    /// <summary>A leaf of the state that is zero but for rounding is no leaf of a tiny unit: it moves with λ as others do.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void LeafThatIsZeroButForRounding_IsSolvedAsOthers(string name)
    {
        LinearSolver solver = s_solvers[name];
        foreach (double noise in new[] { 1e-17, 1e-9, 0 })
        {
            Tensor at = Tensor.Concat(0, s_hyper[..Half], Tensor.Full([Half], noise));
            foreach (Tensor matrix in new[] { s_matrix, Tensor.Eye(2 * Half) * s_matrix })
            {
                // z* = h, whatever the matrix, so that the second half is noise
                Tensor In((Tensor A, Tensor B) w) => Tensor.Concat(0, w.A, w.B);
                (Tensor, Tensor) state = (at[..Half], at[Half..]);
                var f = Objective.From<(Tensor A, Tensor B), Tensor>((w, h) => 0.5 * (In(w) - h).Dot(matrix.MatMul(In(w) - h)));
                var map = FixedPointMap.From<(Tensor A, Tensor B), Tensor>((w, h) =>
                {
                    Tensor next = In(w) - (0.5 * matrix.MatMul(In(w) - h));
                    return (next[..Half], next[Half..]);
                });
                var outer = Objective.From<(Tensor A, Tensor B), Tensor>((w, h) => (s_slope * In(w)).Sum());
                if (solver.IsScaleFree)
                {
                    Require(Hypergradient.Implicit(solver).Compute(Bilevel.Problem(f.MinimizedBy(Minimizer.NewtonCg()), outer), state, at));
                }

                if (name is not ("conjugate gradients" or "MINRES" or "Cholesky" or "preconditioned"))
                {
                    Require(Hypergradient.Implicit(solver).Compute(Bilevel.Problem(map, outer), state, at));
                }
            }
        }

        // how far the noise is from its own solution is told by the report of the inner solve
        static void Require(ImplicitHypergradient<(Tensor A, Tensor B), Tensor> found)
        {
            Assert.True(found.AdjointReport.Converged, $"{found}");
            Assert.True(Distance(found.Gradient, s_slope) <= Accuracy, $"{Distance(found.Gradient, s_slope):G3}, {found}");
        }
    }

    private static double Distance(Tensor found, Tensor exact) => ((found - exact).Norm() / exact.Norm()).ToScalar();

    /// <summary>What is part of the answer is not brought to other units: a ridge and terms of a series are what they are in the caller's.</summary>
    [Fact]
    public void AnswersThatDependOnUnits_AreNotChanged()
    {
        const double scale = 1e6;
        Objective<(Tensor A, Tensor B), Tensor> f = Objective.From<(Tensor A, Tensor B), Tensor>(
            (w, h) => (0.5 * (w.A / scale).Square().Sum()) + (0.5 * w.B.Square().Sum()) - (h * ((w.A / scale) + w.B)).Sum());
        Objective<(Tensor A, Tensor B), Tensor> outer = Objective.From<(Tensor A, Tensor B), Tensor>((w, h) => w.B.Sum() + (w.A.Sum() / scale));
        Tensor At(LinearSolver solver) => Hypergradient.Implicit(solver)
            .Compute(Bilevel.Problem(f.MinimizedBy(Minimizer.NewtonCg()), outer), (Tensor.Zeros([1]), Tensor.Zeros([1])), Tensor.From([0.7])).Gradient;

        // H = diag(1/s², 1), g = (1/s, 1), B = −(1/s, 1)
        const double rho = 0.5, rate = 0.25;
        Assert.Equal((1 / (1 + (rho * scale * scale))) + (1 / (1 + rho)), At(LinearSolver.Ridge(LinearSolver.Gmres(), rho)).ToArray<double>()[0], 1e-9);
        double series = Enumerable.Range(0, 3).Sum(j => rate * Math.Pow(1 - rate, j));
        Assert.Equal(series, At(new TruncatedSeriesSolver(3, rate)).ToArray<double>()[0], 1e-9);
    }
}
