namespace Hyperdiff.Tests.ReferenceProblems;

/// <summary>Two programs whose derivatives contain derivatives, each by forward or reverse mode outside and inside: a saddle point, and a particle that is
/// steered by a charge.</summary>
/// <remarks>Source: Siskind and Pearlmutter (2008), "Using programming language theory to make automatic differentiation sound and efficient", section 4; as in
/// gradbench.</remarks>
public sealed class NestedOptimizationTests
{
    public static TheoryData<bool, bool> Modes => new() { { false, false }, { false, true }, { true, false }, { true, true } };

    [Theory]
    [MemberData(nameof(Modes))]
    public void TheSaddlePoint_ByDescentWithinDescent_IsTheOrigin(bool reverseOutside, bool reverseInside)
    {
        // min_x max_y ‖x‖² − ‖y‖²: steps of a quarter halve the distance
        const int Steps = 60;
        Tensor start = Tensor.From([1.0, 1.0]);
        Tensor Highest(Tensor x) => Loop.Iterate(Steps, y => y + (0.25 * Gradient(reverseInside, at => Height(x, at), y)), start);
        Tensor x = Loop.Iterate(Steps, at => at - (0.25 * Gradient(reverseOutside, z => Height(z, Highest(z)), at)), start);

        Agreement.Near([0, 0], x, Math.Pow(2, -Steps));
        Agreement.Near([0, 0], Highest(x), Math.Pow(2, -Steps));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TheSaddlePoint_ByMinimaWithinMinima_IsTheOrigin(bool newton)
    {
        Minimizer by = newton ? Minimizer.NewtonCg() : Minimizer.GradientDescent(StepSize.Fixed(0.25));
        Tensor start = Tensor.From([1.0, 1.0]);
        Minimization<Tensor, Tensor> highest = Objective.From((Tensor y, Tensor x) => -Height(x, y)).MinimizedBy(by);
        Minimization<Tensor, Tensor> lowest = Objective.From((Tensor x, Tensor _) => Height(x, Argmin.Of(highest, start, x))).MinimizedBy(by);
        Solution<Tensor> solution = lowest.Solve(start, Tensor.Scalar(0));

        // the size of the start is what a minimum at 0 can be compared with
        Agreement.Near([0, 0], solution.EnsureConverged(), 1e-6);
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void TheParticle_PassesTheOrigin_WhereItWasPublishedTo(bool reverseOutside, bool reverseInside)
    {
        Tensor w = Tensor.Scalar(0);
        Func<Tensor, Tensor> crossing = at => Crossing(at, reverseInside);
        for (int k = 0; k < 6; k++)
        {
            w -= crossing(w) / Gradient(reverseOutside, crossing, w);
        }

        // Newton's method has squared its error to rounding; there, the square of the distance is least and has no slope
        double slope = Math.Abs(Gradient(reverseOutside, crossing, w).ToScalar());
        Assert.True(Math.Abs(crossing(w).ToScalar()) <= Agreement.Roundings(1e3), $"{crossing(w)}");

        // published is where a descent on the square stopped: its steps had become shorter than 1e-5
        Assert.Equal(0.2071918746486116, w.ToScalar(), 1e-5);
        Assert.Equal(2 * slope * slope, Gradient(reverseOutside, at => Gradient(reverseInside, z => Crossing(z, reverseInside).Square(), at), w).ToScalar(),
            1e-9 * slope * slope);
    }

    private static Tensor Height(Tensor x, Tensor y) => x.Square().Sum() - y.Square().Sum();

    // where Euler's method takes the particle across the axis, as a line between the last two states
    private static Tensor Crossing(Tensor w, bool reverse)
    {
        Tensor Next(Tensor state)
        {
            (Tensor position, Tensor velocity) = (state[0], state[1]);
            Tensor acceleration = -Gradient(reverse, x => Potential(x, w), position);
            return Tensor.Stack(0, position + (0.1 * velocity), velocity + (0.1 * acceleration));
        }

        Tensor start = Tensor.From(new double[,] { { 0, 8 }, { 0.75, 0 } });
        (Tensor last, _) = Loop.While(state => Next(state)[0][1] >= 0, Next, start, 1000);
        return last[0][0] - (last[0][1] / last[1][1] * last[1][0]);
    }

    private static Tensor Potential(Tensor x, Tensor w)
    {
        Tensor Distance(Tensor charge) => (x - charge).Square().Sum().Sqrt();
        return (1 / Distance(Tensor.From([10.0, 0.0]))) + (1 / Distance(Tensor.Stack(0, Tensor.Scalar(10), 10 - w)));
    }

    private static Tensor Gradient(bool reverse, Func<Tensor, Tensor> function, Tensor at) => reverse
        ? Diff.Grad(function, at) : Diff.JacobianForward(function, at);
}
