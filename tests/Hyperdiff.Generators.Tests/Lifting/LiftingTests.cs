using Hyperdiff.Backends.Reference;
using Hyperdiff.Generators.Tests.Harness;
using Hyperdiff.Graphs;

namespace Hyperdiff.Generators.Tests.Lifting;

/// <summary>A method over plain numbers that is lifted to tensors gives what it gives itself, and its derivative.</summary>
public sealed class LiftingTests(LiftedPrograms programs) : IClassFixture<LiftedPrograms>
{
    // on every side of the conditions in the methods, and not near their edges
    private static readonly (double X, double Y)[] s_points =
        [(0.37, 0.81), (-1.27, 0.43), (1.93, -0.61), (2.41, 1.37), (-0.53, -1.71), (0.11, 2.9), (-2.2, 2.6)];

    public static TheoryData<string> Titles => [.. LiftedCase.Liftable.Select(item => item.Title)];

    [Theory]
    [MemberData(nameof(Titles))]
    public void Value_OnTheReferenceBackend_IsThatOfTheMethodToTheLastBit(string title)
    {
        TracedFunction traced = TracedFunction.Of(leaves => [programs.Lifted(title, leaves[0], leaves[1])], [Tensor.Scalar(0), Tensor.Scalar(0)],
            readable: false);
        IExecutable plan = ReferenceBackend.Instance.Compile(traced.Graph);

        foreach ((double x, double y) in s_points)
        {
            double actual = plan.Run([Tensor.Scalar(x), Tensor.Scalar(y), .. traced.Captures])[0].ToScalar();
            double expected = programs.Call(title, x, y);
            Assert.True(BitConverter.DoubleToInt64Bits(expected) == BitConverter.DoubleToInt64Bits(actual) || (double.IsNaN(expected) && double.IsNaN(actual)),
                $"at ({x}, {y}): {actual:R} instead of {expected:R}");
        }
    }

    [Fact]
    public async Task Methods_AllOfThem_AreLeftAloneByTheAnalyzers() =>
        Assert.Empty(await Analysis.Of([.. LiftedCase.Liftable.Select((item, i) => LiftedCase.Source(item, $"Case{i}"))]));

    [Theory]
    [MemberData(nameof(Titles))]
    public void Gradient_IsThatOfDifferences(string title)
    {
        // central differences are off by h² of the third derivative and by ε/h of the value: at h = 1e-6 below 1e-8 of either
        const double h = 1e-6, tolerance = 1e-7;
        foreach ((double x, double y) in s_points)
        {
            (Tensor value, (Tensor X, Tensor Y) slope, _) = Diff.ValueAndGrad(((Tensor X, Tensor Y) at) => programs.Lifted(title, at.X, at.Y))(
                (Tensor.Scalar(x), Tensor.Scalar(y)));

            double scale = 1 + Math.Abs(value.ToScalar()) + Math.Abs(slope.X.ToScalar()) + Math.Abs(slope.Y.ToScalar());
            double dx = (programs.Call(title, x + h, y) - programs.Call(title, x - h, y)) / (2 * h);
            double dy = (programs.Call(title, x, y + h) - programs.Call(title, x, y - h)) / (2 * h);
            Assert.True(double.IsNaN(dx) || Math.Abs(dx - slope.X.ToScalar()) <= tolerance * scale,
                $"∂x at ({x}, {y}): {slope.X.ToScalar():R} instead of {dx:R}");
            Assert.True(double.IsNaN(dy) || Math.Abs(dy - slope.Y.ToScalar()) <= tolerance * scale,
                $"∂y at ({x}, {y}): {slope.Y.ToScalar():R} instead of {dy:R}");
        }
    }
}
