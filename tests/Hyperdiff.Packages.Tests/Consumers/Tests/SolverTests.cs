using Hyperdiff;
using Hyperdiff.Testing;
using Xunit;

namespace Tests;

public sealed class SolverTests
{
    [Fact]
    public void SteepestDescent_ObeysTheLaws() => Laws.Of(new SteepestDescent(new Tolerance(1e-10, 0))).EnsureHolds();

    [Fact]
    public void WhatReturnsTheRightHandSide_DoesNot()
    {
        var identity = LinearSolver.From("the right-hand side", system => system.Solution(system.RightHandSide));
        Assert.Throws<LawException>(() => Laws.Of(identity).EnsureHolds());
    }
}
