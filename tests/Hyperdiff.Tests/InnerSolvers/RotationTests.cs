namespace Hyperdiff.Tests.InnerSolvers;

/// <summary>An iteration that turns as it grows is suspected as one that only grows is, on evidence from products with its Jacobian; one that turns, grows
/// and then converges is not.</summary>
public sealed class RotationTests
{
    private const double Angle = 0.7;

    [Theory]
    [InlineData(1.05)]
    [InlineData(1.5)]
    public void AGrowingRotation_IsSuspected_UnlessThatIsSwitchedOff(double modulus)
    {
        // two more directions that contract, and a coupling that makes the matrix non-normal
        Tensor rotation = Turned(modulus, 2, 0.3);
        FixedPointMap<Tensor, Tensor> map = FixedPointMap.From<Tensor, Tensor>(
            (w, h) => Tensor.Concat(0, rotation[..2, ..2].MatMul(w[..2]) + (0.3 * w[2..]), 0.5 * w[2..]) + h);
        SolveReport report = map.SolvedBy(FixedPoint.Iteration(maxIterations: 3000)).Solve(Tensor.Zeros([4]), Tensor.Ones([4])).Report;
        Assert.True(report.Status == SolveStatus.Diverged, report.ToString());

        // 1/ε is reached after so many updates; at least twice that is looked at
        Assert.InRange(report.Iterations, 1, 3 * 36 / Math.Log(modulus));
        FixedPointSolver trusting = FixedPoint.Iteration(maxIterations: 2000) with { StopsOnSuspicion = false };
        SolveReport trusted = map.SolvedBy(trusting).Solve(Tensor.Zeros([4]), Tensor.Ones([4])).Report;
        Assert.True(trusted.Status is SolveStatus.MaxIterations or SolveStatus.NonFiniteIterate, trusted.ToString());
    }

    [Fact]
    public void AnAdjointIteration_HasTheSameSwitch()
    {
        // I − A turns by 0.7 and grows by 1.5
        Tensor matrix = Tensor.Eye(2) - Turned(1.5, 1, 0);
        var system = LinearOperator.From(v => matrix.MatMul(v), new TensorType(DType.Float64, [2]));
        var solver = (FixedPointLinearSolver)LinearSolver.FixedPoint(maxIterations: 500);

        Assert.Equal(SolveStatus.Diverged, solver.Solve(system, [Tensor.Ones([2])]).Report.Status);
        Assert.Equal(SolveStatus.MaxIterations, (solver with { StopsOnSuspicion = false }).Solve(system, [Tensor.Ones([2])]).Report.Status);
    }

    [Theory]
    [InlineData(6)]
    [InlineData(20)]
    public void ANonNormalRotation_ThatGrowsFirst_Converges(int blocks)
    {
        // eigenvalues of modulus 0.9, in blocks that feed each other: grows for long before it falls
        Tensor matrix = Turned(0.9, blocks, 0.5);
        FixedPointMap<Tensor, Tensor> map = FixedPointMap.From<Tensor, Tensor>((w, h) => matrix.MatMul(w) + h);
        SolveReport report = map.SolvedBy(FixedPoint.Iteration(1e-6)).Solve(Tensor.Zeros([2 * blocks]), Tensor.Ones([2 * blocks])).Report;

        // the rounding of what it grew to stays above the tolerance where there are many blocks
        Assert.True(report.Status != SolveStatus.Diverged && (report.Converged || blocks == 20), report.ToString());
    }

    /// <summary>Rotations of a modulus along the diagonal, and a multiple of the identity above each but the first.</summary>
    private static Tensor Turned(double modulus, int blocks, double coupling)
    {
        int size = 2 * blocks;
        var elements = new double[size, size];
        for (int i = 0; i < size; i++)
        {
            (elements[i, i], elements[i, i ^ 1]) = (modulus * Math.Cos(Angle), (i % 2 == 0 ? -1 : 1) * modulus * Math.Sin(Angle));
            if (i + 2 < size)
            {
                elements[i, i + 2] = coupling;
            }
        }

        return Tensor.From(elements);
    }
}
