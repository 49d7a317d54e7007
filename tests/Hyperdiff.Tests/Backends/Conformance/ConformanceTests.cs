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

    /// <summary>What factors a matrix does so on the host, which reads it once.</summary>
    private static readonly string[] s_factoring = ["dense LU", "dense Cholesky", "by factors"];

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
        var factoring = new GuardedBackend(SolveComparison.Unknowns * SolveComparison.Unknowns);
        GuardedBackend BackendOf(ConformanceCase item) => s_factoring.Any(name => item.Name.Contains(name, StringComparison.Ordinal)) ? factoring
            : s_withoutIterations.Contains(area) && !s_iterating.Any(name => item.Name.StartsWith(name, StringComparison.Ordinal)) ? strict : guarded;
        ConformanceReport report = new(guarded.Name, [.. BackendConformance.Cases.Where(item => item.Area == area).Select(item => item.Run(BackendOf(item)))]);

        report.EnsureConforms();
        Assert.Empty(report.Skipped);
    }

    [Fact]
    public void WhatTheHostComputesForWantOfAKernel_IsWhatADeviceComputes()
    {
        var backend = new GuardedBackend(int.MaxValue, lacks: _ => true);

        BackendConformance.Run(backend, item => item.Area is "primitives" or "derivatives" or "plans" or "loops")
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
