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

    // the matrix is written out and factored on the host
    private static readonly string[] s_direct = ["by factors", "dense Cholesky", "dense LU"];

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
        (GuardedBackend strict, GuardedBackend guarded, GuardedBackend open) = (new(1), new(), new(int.MaxValue));
        ConformanceReport report = new(guarded.Name, [.. BackendConformance.Cases.Where(item => item.Area == area).Select(item => item.Run(On(item)))]);

        report.EnsureConforms();
        Assert.Empty(report.Skipped);

        GuardedBackend On(ConformanceCase item) => s_direct.Any(name => item.Name.Contains(name, StringComparison.Ordinal)) ? open
            : s_withoutIterations.Contains(area) && !s_iterating.Any(name => item.Name.StartsWith(name, StringComparison.Ordinal)) ? strict : guarded;
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
        Assert.Empty(Concrete(typeof(Descent)).Except(DescentConformance.Descents.Values.Select(descent => descent.GetType())));
    }

    private static ConformanceReport Run(IBackend backend, string area) => BackendConformance.Run(backend, item => item.Area == area);
}
