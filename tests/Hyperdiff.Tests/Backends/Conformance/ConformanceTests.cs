using Hyperdiff.Backends.Cpu;
using Hyperdiff.Backends.Reference;
using Hyperdiff.Graphs;
using Hyperdiff.Testing;

namespace Hyperdiff.Tests.Backends.Conformance;

/// <summary>The backends of this library do what every backend must.</summary>
public sealed class ConformanceTests
{
    // areas in which nothing iterates, so that nothing is read, but for these primitives
    private static readonly string[] s_withoutIterations = ["memory", "primitives", "derivatives", "batches", "edges", "graphs", "plans", "random bits"];
    private static readonly string[] s_iterating = ["LinearSolve ", "ImplicitSolve ", "GivenProduct ", "WhileLoop ", "ScanLoop "];

    /// <summary>What a device cannot do yet: a line goes when it can, and none is added.</summary>
    internal static IReadOnlyList<string> NotYet { get; } =
    [
        "hypergradients: implicit, by factors over a condition", "hypergradients: implicit, by factors over a map",
        "hypergradients: implicit, by factors over a minimum", "hypergradients: zero order over a condition", "hypergradients: zero order over a map",
        "hypergradients: zero order over a minimum", "hypergradients: zero order over a process", "hypergradients: zero order over a response",
        "hypergradients: zero order over a value", "hypergradients: zero order over steps", "hypergradients: zero order over steps with their memory",
        "inner solvers: Newton by factors", "linear solvers: GMRES(20) with diagonal scaling", "linear solvers: MINRES with a Nyström preconditioner of rank 3",
        "linear solvers: conjugate gradients with diagonal scaling", "linear solvers: dense Cholesky", "linear solvers: dense LU",
        "loops: a bounded loop without a step",
    ];

    public static TheoryData<string> Areas => [.. BackendConformance.Cases.Select(item => item.Area).Distinct()];

    [Theory]
    [MemberData(nameof(Areas))]
    public void TheCpuBackend_Conforms(string area) => Run(CpuBackend.Instance, area).EnsureConforms();

    [Theory]
    [MemberData(nameof(Areas))]
    public void ACpuBackendWithThreadsOfItsOwn_Conforms(string area) => Run(CpuBackend.WithThreads(3, "managed"), area).EnsureConforms();

    [Theory]
    [MemberData(nameof(Areas))]
    public void TheReferenceBackend_Conforms(string area) => Run(ReferenceBackend.Instance, area).EnsureConforms();

    [Theory]
    [MemberData(nameof(Areas))]
    public void AGuardedBackend_Conforms(string area)
    {
        // a bounded loop reads whether there is a next step, and some edges whether an integer holds
        var strict = new GuardedBackend(1);
        var guarded = new GuardedBackend();
        ConformanceResult[] results = [.. BackendConformance.Cases.Where(item => item.Area == area).Select(item => item.Run(
            s_withoutIterations.Contains(area) && !s_iterating.Any(name => item.Name.StartsWith(name, StringComparison.Ordinal)) ? strict : guarded))];

        Assert.Empty(results.Where(result => result.Outcome == ConformanceOutcome.Failed && !NotYet.Contains(result.Case.ToString())));
        Assert.Empty(results.Where(result => result.Outcome == ConformanceOutcome.Skipped));
        Assert.Empty(results.Where(result => result.Outcome == ConformanceOutcome.Passed && NotYet.Contains(result.Case.ToString()))
            .Select(result => $"{result}: take it off the table"));
    }

    [Fact]
    public void WhatTheHostComputesForWantOfAKernel_IsWhatADeviceComputes()
    {
        var backend = new GuardedBackend(int.MaxValue, lacks: _ => true);

        BackendConformance.Run(backend, item => item.Area is "primitives" or "derivatives" or "plans" or "loops" && !NotYet.Contains(item.ToString()))
            .EnsureConforms();
        Assert.True(backend.Counts.Downloads > 0);
    }

    [Fact]
    public void Cases_HaveNamesOfTheirOwn()
    {
        Assert.Equal(BackendConformance.Cases.Count, BackendConformance.Cases.Select(item => item.ToString()).Distinct().Count());
        Assert.All(BackendConformance.Cases, item => Assert.Same(item, BackendConformance.Find(item.ToString())));
        Assert.Contains("BackendConformance.Cases", Assert.Throws<ArgumentException>(() => BackendConformance.Find("none")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cases_CoverEverySolverAndEveryMethod()
    {
        Type[] Concrete(Type type) => [.. type.Assembly.GetTypes().Where(found => found.IsAssignableTo(type) && !found.IsAbstract)];

        // those of one's own that are functions are made by From
        Assert.Equal(["FunctionLinearSolver"], Concrete(typeof(LinearSolver)).Except(LinearSolverConformance.Solvers(null).Select(solver => solver.GetType()))
            .Select(type => type.Name));
        Assert.Equal(["BlackBoxSolver", "FunctionMinimizer", "FunctionRootSolver"], Concrete(typeof(InnerSolver))
            .Except(InnerSolverConformance.Solvers(null).Values.Select(solver => solver.GetType())).Select(type => type.Name).Order());
        Assert.Empty(Concrete(typeof(HypergradientMethod)).Except(HypergradientConformance.Methods.Select(method => method.Make(
            Bilevel.Problem((Tensor h) => h.Sum().ToScalar())).GetType())));
    }

    private static ConformanceReport Run(IBackend backend, string area) => BackendConformance.Run(backend, item => item.Area == area);
}
