using CustomSolvers;

namespace Hyperdiff.Examples.Tests;

public sealed class CustomSolversTests
{
    [Fact]
    public void Laws_HoldOfEveryOne() => Assert.All(Demonstration.Laws(), laws => laws.EnsureHolds());

    [Fact]
    public void Hypergradients_AreTheSame_WhateverSolvesTheProblem()
    {
        Tensor[] gradients = [.. Demonstration.Hypergradients().Select(hypergradient => hypergradient.EnsureConverged())];

        // that of the quickstart, whose problem it is; tolerances of 1e-10 through a condition below 10
        Assert.Equal(3, gradients.Length);
        Assert.All(gradients, gradient => Assert.InRange((gradient - gradients[0]).Norm().ToScalar(), 0, 1e-8));
        Assert.Equal([0.617505, -0.024495], gradients[0].ToArray<double>().Select(number => Math.Round(number, 6)));
    }
}
