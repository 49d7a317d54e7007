namespace Hyperdiff.Tests.Hypergradients;

/// <summary>Combinations that have no meaning do not compile, next to those that do.</summary>
public sealed class IllegalCombinationTests
{
    [Theory]
    [InlineData("Hypergradient.Reverse(10, truncate: 3).Compute(map, w, h)")]
    [InlineData("Hypergradient.Implicit().Compute(map, w, h, new() { WarmStart = WarmStart.Of(w) })")]
    [InlineData("Hypergradient.Implicit().Compute(minimum, w, h)")]
    [InlineData("Hypergradient.Implicit().Compute(root, w, h)")]
    [InlineData("Hypergradient.Implicit().Compute(map, w, h).EstimateError()")]
    [InlineData("Hypergradient.Implicit().Compute(map, w, h).Certify(new ContractionBounds())")]
    [InlineData("Hypergradient.Reverse(10).Compute(map, w, h).WithRespectToStart")]
    [InlineData("Hypergradient.Stochastic(Optimizer.Sgd(0.1), iterations: 200, innerBatches: 4, outerBatches: 4, batchSize: 64)"
        + ".Compute(minimum, w, h, new() { Key = RandomKey.FromSeed(7) })")]
    [InlineData("Hypergradient.Darts(0, StepDerivative.Scaled(1), EvaluationPoint.End).Compute(minimum, w, h).Product")]
    public void WhatHasAMeaning_Compiles(string expression) => Assert.Empty(Errors(expression));

    /// <summary>Truncation, steps and gradients in the start belong to iterates, adjoints to solutions, penalties to descents: one within another would count
    /// the dependence on λ twice.</summary>
    [Theory]
    [InlineData("Hypergradient.Maml(10, adjoint: LinearSolver.ConjugateGradient())", "CS1739")]
    [InlineData("Hypergradient.FirstOrderMaml(10, truncate: 3)", "CS1739")]
    [InlineData("Hypergradient.Darts(10, StepDerivative.Scaled(0.1), EvaluationPoint.Start, truncate: 3)", "CS1739")]
    [InlineData("Hypergradient.Stochastic(Optimizer.Sgd(0.1), 10, truncate: 3)", "CS1739")]
    [InlineData("Descent.Iga(0.1, 10, 0.1, adjoint: LinearSolver.ConjugateGradient())", "CS1739")]
    [InlineData("Descent.Bome(0.1, 10, 0.1, 0.5).Minimize(minimum, w, h)", "CS1503")]
    [InlineData("Hypergradient.Implicit(truncate: 3)", "CS1739")]
    [InlineData("Hypergradient.Phantom(3, truncate: 3)", "CS1739")]
    [InlineData("Hypergradient.Reverse(10, adjoint: LinearSolver.ConjugateGradient())", "CS1739")]
    public void TruncationWithAnImplicitSolve_DoesNotCompile(string expression, string error) => Assert.Equal(error, Assert.Single(Errors(expression)));

    /// <summary>Results and arguments of another method; methods over another kind of problem are <see cref="MethodMatrixTests"/>.</summary>
    [Theory]
    [InlineData("Hypergradient.Reverse(10).Compute(map, w, h).Adjoint", "CS1061")]
    [InlineData("Hypergradient.Reverse(10).Compute(map, w, h).EstimateError()", "CS1061")]
    [InlineData("Hypergradient.Implicit().Compute(map, w, h).WithRespectToStart", "CS1061")]
    [InlineData("Hypergradient.Implicit(Minimizer.NewtonCg())", "CS1503")]
    [InlineData("Hypergradient.Implicit(FixedPoint.Anderson())", "CS1503")]
    [InlineData("Hypergradient.Reverse(10).Compute(map, w, h, new() { Batch = 3 })", "CS0117")]
    [InlineData("Hypergradient.Darts(1)", "CS7036")]
    public void ResultsAndArgumentsOfAnotherMethod_DoNotCompile(string expression, string error) => Assert.Equal(error, Assert.Single(Errors(expression)));

    public static TheoryData<LinearSolver, bool> Solvers => new()
    {
        { LinearSolver.ConjugateGradient(), true },
        { LinearSolver.Minres(), true },
        { LinearSolver.DenseCholesky(), true },
        { LinearSolver.BestIterate(LinearSolver.ConjugateGradient()), true },
        { LinearSolver.Ridge(LinearSolver.Minres(), 0.1), true },
        { LinearSolver.Refined(LinearSolver.ConjugateGradient()), true },
        { LinearSolver.Preconditioned(LinearSolver.ConjugateGradient()), true },
        { LinearSolver.Preconditioned(LinearSolver.Gmres(), Preconditioner.Nystrom(2)), true },
        { LinearSolver.Preconditioned(LinearSolver.Gmres()), false },
        { LinearSolver.Normal(LinearSolver.ConjugateGradient()), false },
        { LinearSolver.Gmres(), false },
        { LinearSolver.FixedPoint(), false },
        { LinearSolver.DenseLu(), false },
        { LinearSolver.Auto(), false },
    };

    /// <summary>A declaration is a promise: what contradicts it is refused before any work, wherever a solver meets the map.</summary>
    [Theory]
    [MemberData(nameof(Solvers))]
    public void SolversForSymmetricSystems_OnAMapDeclaredNonSymmetric_Throw(LinearSolver solver, bool refused)
    {
        int calls = 0;
        Tensor turn = Tensor.From(new double[,] { { 0.3, 0.4 }, { -0.4, 0.3 } });
        FixedPointMap<Tensor, Tensor> plain = FixedPointMap.From<Tensor, Tensor>(
            (w, h) =>
            {
                calls++;
                return turn.MatMul(w) + h;
            },
            "Turn");
        FixedPointMap<Tensor, Tensor> map = plain.AsNonSymmetric();
        Objective<Tensor, Tensor> outer = Objective.From<Tensor, Tensor>((w, _) => w.Square().Sum());
        (Tensor w, Tensor h) = (Tensor.Zeros([2]), Tensor.Ones([2]));
        Action[] uses =
        [
            () => Hypergradient.Implicit(adjoint: solver).Compute(Bilevel.Problem(map, outer), w, h),
            () => FixedPoint.Of(map, w, h, adjoint: solver),
            () => FixedPoint.Of(map, w, h, adjoint: LinearSolver.Gmres(), tangent: solver),
            () => BestResponse.At(map, w, h, solver),
            () => BestResponse.At(map, w, h, LinearSolver.Gmres(), solver),
            () => Hypergradient.Implicit(adjoint: LinearSolver.Gmres()).Compute(Bilevel.Problem(map, outer), w, h).EstimateError(solver),
        ];

        Assert.Equal((false, true), (plain.IsNonSymmetric, map.IsNonSymmetric));
        foreach (Action use in uses)
        {
            if (refused)
            {
                string expected =
                    $"Turn is declared non-symmetric, and {solver.Name} needs a symmetric system; use LinearSolver.Gmres, LinearSolver.Auto, or "
                        + $"LinearSolver.Normal around it.";
                Assert.Equal(expected, Assert.Throws<InvalidOperationException>(use).Message);
                Assert.True(use == uses[^1] || calls == 0);
            }
            else
            {
                use();
            }
        }
    }

    /// <summary>A descent that forms quotients of gradients takes no samples, one that remembers components needs them, and none takes a problem whose solver
    /// it would not use.</summary>
    [Theory]
    [InlineData("Descent.Bome(0.1, 1, 0.1, 0.1).Minimize(sampled, w, h)", "CS1503")]
    [InlineData("Descent.Bvfsm(0.1, 1, 0.1, 0.1, 0.1).Minimize(sums, w, h)", "CS1503")]
    [InlineData("Descent.Iga(0.1, 1, 0.1).Minimize(sampled, w, h)", "CS1503")]
    [InlineData("Descent.PbgdGradientNorm(0.1, 0.1, 1).Minimize(sampled, w, h)", "CS1503")]
    [InlineData("Descent.Saba(0.1, 0.1).Minimize(objectives, w, h)", "CS1503")]
    [InlineData("Descent.Saba(0.1, 0.1).Minimize(sampled, w, h)", "CS1503")]
    [InlineData("Descent.Soba(0.1, 0.1).Minimize(minimum, w, h)", "CS1503")]
    [InlineData("Descent.StocBio(0.1, 1, HessianSeries.Random(3, 0.1), 0.1)", "CS1503")]
    public void DescentsOnAnotherProblem_DoNotCompile(string expression, string error) => Assert.Contains(error, Errors(expression));

    [Theory]
    [InlineData("Descent.Soba(0.1, 0.1).Minimize(objectives, w, h)")]
    [InlineData("Descent.Soba(0.1, 0.1).Minimize(sums, w, h)")]
    [InlineData("Descent.F2sa(0.1, 1, 0.1, 1).Minimize(sampled, w, h)")]
    [InlineData("Descent.Saba(0.1, 0.1).Minimize(sums, w, h)")]
    [InlineData("Descent.Bome(0.1, 1, 0.1, 0.1).Minimize(objectives, w, h)")]
    public void DescentsOnTheirProblem_Compile(string expression) => Assert.Empty(Errors(expression));

    private static string[] Errors(string expression) => [.. CompileErrors.Of($$"""
        using Hyperdiff;
        internal static class Attempt
        {
            public static object? Of(
                FixedPointProblem<Tensor, Tensor> map, MinimizationProblem<Tensor, Tensor> minimum, RootProblem<Tensor, Tensor> root, Tensor w, Tensor h,
                ObjectiveProblem<Tensor, Tensor> objectives, SampledProblem<Tensor, Tensor> sampled, FiniteSumProblem<Tensor, Tensor> sums) => {{expression}};
        }
        """).Select(error => error.Id)];
}
