using Hyperdiff.Fixtures.Solvers;

namespace Hyperdiff.Tests.PublicLaws;

/// <summary>What the library makes of linear solvers and preconditioners of the user's: what they do badly is told by name.</summary>
public sealed class OwnLinearSolverTests
{
    private const string Name = "mine";

    private static readonly Tensor s_dense = Tensor.From(new double[,] { { 4, 1, 0 }, { 0, 3, -1 }, { 1, 0, 2 } });
    private static readonly Tensor s_spd = Tensor.From(new double[,] { { 4, 1, 0 }, { 1, 3, -1 }, { 0, -1, 2 } });
    private static readonly Tensor s_b = Tensor.From([1.0, -2, 3]);

    private static LinearOperator Operator(Tensor matrix) => LinearOperator.From(v => matrix.MatMul(v), s_b.Type);

    private static LinearSolution Run(Func<LinearSystem, LinearSolution> solve, CancellationToken cancellation = default) =>
        LinearSolver.From(Name, solve).Solve(Operator(s_dense), [s_b], null, cancellation);

    private static LinearSolution Exact(LinearSystem system) =>
        system.Solution(LinearSolver.DenseLu().Solve(system.Matrix, system.RightHandSide.Leaves).Value);

    public static TheoryData<string> Faults => new(
        "null", "no leaves", "a leaf of null", "another shape", "another type", "another shape, told");

    [Theory]
    [MemberData(nameof(Faults))]
    public void WhatIsNoVectorOfTheSystem_IsRefused_ByName(string fault)
    {
        LinearSolution solve(LinearSystem system) => fault switch
        {
            "null" => null!,
            "no leaves" => system.Solution(default),
            "a leaf of null" => system.Solution((Tensor[])[null!]),
            "another shape" => system.Solution((Tensor[])[Tensor.Zeros([2])]),
            "another type" => system.Solution((Tensor[])[Tensor.Zeros([3], DType.Float32)]),
            _ => system.Continues((Tensor[])[Tensor.Zeros([2])]) ? null! : null!,
        };
        Exception refused = Record.Exception(() => Run(solve))!;

        Assert.True(refused is InvalidOperationException or ShapeMismatchException, refused.ToString());
        Assert.Contains($"FunctionLinearSolver ({Name})", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsNotFinite_IsAStatus() =>
        Assert.Equal(SolveStatus.NonFiniteIterate, Run(system => system.Solution((Tensor[])[Tensor.Full([3], double.NaN)])).Report.Status);

    [Fact]
    public void AClaimOfConvergence_IsMeasured()
    {
        LinearSolution claimed = Run(system => new LinearSolution([Tensor.Ones([3])], new SolveReport(Name, SolveStatus.Converged, 7, 0, 1, 0, 0, 0)));
        LinearSolution hoped = Run(system =>
        {
            LeafVector ones = (Tensor[])[Tensor.Ones([3])];
            Assert.True(system.Continues(ones, residual: 0));
            return system.Solution(ones);
        });

        // b − A 1
        Assert.Equal((SolveStatus.MaxIterations, Math.Sqrt(16 + 16)), (claimed.Report.Status, claimed.Report.Residual), (a, b) =>
            a.Item1 == b.Item1 && Math.Abs(a.Item2 - b.Item2) < 1e-14);
        Assert.Equal((SolveStatus.MaxIterations, claimed.Report.Residual), (hoped.Report.Status, hoped.Report.Residual));
        Assert.Throws<SolveException>(hoped.EnsureConverged);
    }

    [Fact]
    public void WhoGoesOnForEver_IsEnded()
    {
        LinearSolution products = Run(system =>
        {
            while (true)
            {
                _ = system.Matrix * system.Start;
            }
        });
        Assert.Equal((SolveStatus.MaxIterations, 100_000L), (products.Report.Status, products.Report.Products));
        Assert.StartsWith($"{Name}: it made 100000 products and went on", products.Report.Solver, StringComparison.Ordinal);
    }

    [Fact]
    public void Cancellation_EndsAnyProduct_WithTheLastIterate()
    {
        using var source = new CancellationTokenSource();
        LinearSolution found = Run(system =>
        {
            LeafVector x = system.Start;
            for (int i = 0; ; i++)
            {
                x += 0.1 * (system.RightHandSide - (system.Matrix * x));
                system.Continues(x);
                if (i == 2)
                {
                    source.Cancel();
                }
            }
        }, source.Token);

        Assert.Equal((SolveStatus.Cancelled, 3), (found.Report.Status, found.Report.Iterations));
        Assert.NotEqual(0, found.Value[0].Norm().ToScalar());
    }

    [Fact]
    public void GivingUp_SaysWhy_AndIsBelieved_UnlessItIsSolved()
    {
        LinearSolution given = Run(system => system.GiveUp(system.Start, SolveStatus.Breakdown, "the moon is full"));
        LinearSolution solved = Run(system => system.GiveUp(Exact(system).Value, SolveStatus.Breakdown, "too modest"));
        LinearSolution singular = Run(system => system.GiveUp(Exact(system).Value, SolveStatus.Singular, "two rows are one"));

        Assert.Equal((SolveStatus.Breakdown, $"{Name}: the moon is full"), (given.Report.Status, given.Report.Solver));
        Assert.Equal((SolveStatus.Converged, SolveStatus.Singular), (solved.Report.Status, singular.Report.Status));
        Assert.Throws<ArgumentException>(() => Run(system => system.GiveUp(system.Start, SolveStatus.Converged, "sure")));
    }

    [Fact]
    public void WhatItThrows_IsNotSwallowed() =>
        Assert.Equal("mine", Assert.Throws<FormatException>(() => Run(_ => throw new FormatException("mine"))).Message);

    [Fact]
    public void WhatItDoesToItsVectors_NobodySees()
    {
        Tensor[] b = [s_b];
        LinearSolution found = LinearSolver.From(Name, system =>
        {
            LinearSolution exact = Exact(system);
            system.RightHandSide.Leaves[0] = Tensor.Zeros([3]);
            return exact;
        }).Solve(Operator(s_dense), b);

        Assert.True(found.Report.Converged);
        Assert.Same(s_b, b[0]);
    }

    [Fact]
    public void Products_AreCounted_ThoseOfSolversWithinToo()
    {
        LinearSolution own = Run(system =>
        {
            _ = system.Matrix.Transpose() * (system.Matrix * system.Start);
            return Exact(system);
        });
        SolveReport within = LinearSolver.DenseLu().Solve(Operator(s_dense), [s_b]).Report;

        // and one for the residual of what is returned
        Assert.Equal((within.Products + 2, 1L), (own.Report.Products, own.Report.TransposedProducts));
    }

    [Fact]
    public void WhatIsMadeOfTheMatrix_IsMadeOnce_AndCountedAlways()
    {
        int made = 0;
        PreparedSolver prepared = LinearSolver.From(Name, system =>
        {
            Tensor inverse = system.Once(() =>
            {
                made++;
                return Linalg.Inverse(system.Matrix.ToMatrix());
            });
            return system.Solution((Tensor[])[inverse.MatMul(system.RightHandSide.Leaves[0])]);
        }).Prepare(Operator(s_dense));
        LinearSolution[] found = [prepared.Solve([s_b]), prepared.Solve([2 * s_b])];

        Assert.Equal(1, made);
        Assert.All(found, solution => Assert.Equal((SolveStatus.Converged, 4L), (solution.Report.Status, solution.Report.Products)));
    }

    [Fact]
    public void Hypergradients_ByOwnSolvers_AreThoseByOurs()
    {
        Objective<Tensor, Tensor> f = Objective.From<Tensor, Tensor>(
            (w, h) => (0.5 * (w * s_spd.MatMul(w)).Sum()) + (0.1 * w.Square().Square().Sum()) - (h * w).Sum());
        Objective<Tensor, Tensor> outer = Objective.From<Tensor, Tensor>((w, _) => (w - 1).Square().Sum());
        ImplicitHypergradient<Tensor, Tensor> g(Minimizer by, LinearSolver adjoint) =>
            Hypergradient.Implicit(adjoint).Compute(Bilevel.Problem(f.MinimizedBy(by), outer), Tensor.Zeros([3]), s_b);
        ImplicitHypergradient<Tensor, Tensor> own = g(OwnSolvers.Minimum(1e-12), OwnSolvers.Linear(1e-12));
        Tensor ours = g(Minimizer.NewtonCg(1e-12), LinearSolver.DenseLu(1e-12)).Gradient;

        own.EnsureConverged();
        Assert.Equal((SolverKind.GivenSolver, SolverKind.GivenSolver), (own.Reports[0].Kind, own.Reports[1].Kind));

        // tolerances of 1e-12 through a condition below 10
        Assert.InRange((own.Gradient - ours).Norm().ToScalar() / ours.Norm().ToScalar(), 0, 1e-10);
    }

    [Fact]
    public void ANonSymmetricPreconditioner_IsRefusedByNameWhereSymmetryIsNeeded_AndHelpsElsewhere()
    {
        Preconditioner lower = Preconditioner.From("a lower triangle", a =>
        {
            Tensor inverse = Linalg.Inverse(a.ToMatrix().Tril());
            return LinearOperator.From(v => inverse.MatMul(v), s_b.Type);
        });
        foreach (LinearSolver symmetric in new[] { LinearSolver.ConjugateGradient(), LinearSolver.Minres(), LinearSolver.DenseCholesky() })
        {
            Assert.Contains("FunctionPreconditioner (a lower triangle) does not say that it is symmetric",
                Assert.Throws<ArgumentException>(() => LinearSolver.Preconditioned(symmetric, lower)).Message, StringComparison.Ordinal);
        }

        foreach (LinearSolver any in new[]
            { LinearSolver.Gmres(), LinearSolver.BiCgStab(), LinearSolver.Lsmr(), LinearSolver.Normal(), LinearSolver.FixedPoint() })
        {
            LinearSolver with = LinearSolver.Preconditioned(any, lower);
            Assert.True(with.Solve(Operator(s_dense), [s_b]).Report.Converged, with.Name);
            Assert.True(with.Solve(Operator(s_dense).Transpose(), [s_b]).Report.Converged, with.Name);
        }
    }

    [Fact]
    public void ASymmetricPreconditioner_WorksWithinConjugateGradientsAndMinres()
    {
        // the scales of the unknowns are six digits apart: its inverse diagonal takes that away
        int size = 40;
        Tensor scales = Tensor.From([.. Enumerable.Range(0, size).Select(i => Math.Pow(10, 6.0 * i / size))]);
        Tensor ones = Tensor.Ones([size]);
        var matrix = LinearOperator.From(v => (scales * v) + (0.1 * ones * v.Sum()), ones.Type);
        Preconditioner jacobi = Preconditioner.From("Jacobi", a => LinearOperator.From(v => v / (scales + 0.1), a.InputTypes[0]), isSymmetric: true);
        foreach (LinearSolver by in new[]
            { LinearSolver.ConjugateGradient(1e-10), LinearSolver.Minres(1e-10), LinearSolver.BestIterate(LinearSolver.ConjugateGradient(1e-10)) })
        {
            SolveReport plain = by.Solve(matrix, [ones]).Report, with = LinearSolver.Preconditioned(by, jacobi).Solve(matrix, [ones]).Report;

            // a multiple of the identity and one vector: three different eigenvalues, and as many updates; rounding may ask for a few more
            Assert.True(with.Converged && with.Iterations <= 10 && plain.Iterations > 4 * with.Iterations, $"{plain} {with}");
        }
    }

    [Fact]
    public void APreconditionerThatIsNotWhatItSays_IsToldByName()
    {
        SolveReport solve(Func<LinearOperator, LinearOperator> make) => LinearSolver.Preconditioned(
            LinearSolver.ConjugateGradient(), Preconditioner.From(Name, make, isSymmetric: true)).Solve(Operator(s_spd), [s_b]).Report;
        SolveReport asymmetric = solve(_ => Operator(s_dense)), negative = solve(_ => LinearOperator.From(v => -v, s_b.Type));

        Assert.Equal((SolveStatus.Breakdown, SolveStatus.Breakdown), (asymmetric.Status, negative.Status));
        Assert.Contains($"FunctionPreconditioner ({Name}) says that it is symmetric, and is not", asymmetric.Solver, StringComparison.Ordinal);
        Assert.Contains($"FunctionPreconditioner ({Name}) is not positive definite", negative.Solver, StringComparison.Ordinal);
        Assert.Contains("Approximate returned null", Assert.Throws<InvalidOperationException>(() => solve(_ => null!)).Message, StringComparison.Ordinal);
        Assert.Contains("float64 [2]", Assert.Throws<ShapeMismatchException>(
            () => solve(_ => LinearOperator.From((Tensor v) => v, new TensorType(DType.Float64, [2])))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void GivenProducts_AreChecked()
    {
        LinearOperator from(Func<LeafVector, LeafVector> apply, Func<LeafVector, LeafVector> transposed) => LinearOperator.From(apply, transposed, s_b.Type);

        Assert.Contains("not linear", Assert.Throws<ArgumentException>(() => from(v => v.With([.. v.ToArray().Select(x => x * x)]), v => v)).Message,
            StringComparison.Ordinal);
        Assert.Contains("not the transpose", Assert.Throws<ArgumentException>(() => from(v => 2.0 * v, v => v)).Message, StringComparison.Ordinal);
        Assert.Throws<ShapeMismatchException>(() => from(v => (Tensor[])[Tensor.Zeros([2])], v => v));
        Assert.Throws<InvalidOperationException>(() => from(_ => default, v => v));
    }
}
