namespace Hyperdiff.Generators.IntegrationTests;

/// <summary>Functions that problems are made of.</summary>
public static partial class Molecule
{
    /// <summary>A spring between neighbors, and a quartic well.</summary>
    [Differentiable]
    public static Tensor Energy(Tensor x, Penalty stiffness, int power) =>
        (stiffness.LogL2.Exp() * (x[1..] - x[..^1]).Square()).Sum() + (0.25 * x.Pow(power).Sum());

    [Differentiable]
    public static (Tensor Mean, Weights Scaled) Split(Weights w, Tensor scale) => (w.W.Mean(), scale * w);

    /// <summary>A step down the energy, and a term of its own.</summary>
    [FixedPointMap]
    static Tensor Step(Tensor x, Penalty stiffness, Tensor target) => x - (0.05 * (EnergyFunction.Grad((x, stiffness, 4)).x + x - target));

    [GradientOf(nameof(Step))]
    public static partial Tensor StepPullback(Tensor x, Penalty stiffness, Tensor target, Tensor cotangent);

    [InnerObjective]
    static Tensor Total(Tensor x, Penalty stiffness, Tensor target) => Energy(x, stiffness, 4) + (0.5 * (x - target).Square().Sum());

    [HessianProductOf(nameof(Total))]
    public static partial Tensor TotalCurvature(Tensor x, Penalty stiffness, Tensor target, Tensor v);
}

public sealed class FunctionTests
{
    private static readonly Tensor s_x = Tensor.From([0.5, -1, 2]);
    private static readonly Tensor s_target = Tensor.From([1.0, 0, -1]);
    private static readonly Penalty s_stiffness = new(Tensor.From([0.0, -1]));

    // by hand: 2 k (x₂ − x₁) to both ends, and x³
    private static double[] Slope(double[] x) =>
    [
        (-2 * (x[1] - x[0])) + Math.Pow(x[0], 3),
        (2 * (x[1] - x[0])) - (2 * Math.Exp(-1) * (x[2] - x[1])) + Math.Pow(x[1], 3),
        (2 * Math.Exp(-1) * (x[2] - x[1])) + Math.Pow(x[2], 3),
    ];

    private static double[] Curvature(double[] x, double[] v)
    {
        double k = 2 * Math.Exp(-1);
        return
        [
            ((2 + (3 * x[0] * x[0])) * v[0]) - (2 * v[1]),
            (-2 * v[0]) + ((2 + k + (3 * x[1] * x[1])) * v[1]) - (k * v[2]),
            (-k * v[1]) + ((k + (3 * x[2] * x[2])) * v[2]),
        ];
    }

    [Fact]
    public void Function_HasValueGradientAndProducts()
    {
        var at = (s_x, s_stiffness, 4);
        var v = (Tensor.From([1.0, 2, -1]), new Penalty(Tensor.Zeros([2])), 4);
        var f = Molecule.EnergyFunction;

        // (1.5)² + 9/e + (0.0625 + 1 + 16)/4
        Assert.Equal(2.25 + (9 * Math.Exp(-1)) + (17.0625 / 4), f.Evaluate(at).ToScalar(), 1e-14);
        AssertClose(Slope([0.5, -1, 2]), f.Grad(at).x);
        Assert.Equal(4, f.Grad(at).power);
        Assert.Equal([2.25, 9 * Math.Exp(-1)], f.ValueAndGrad(at).Gradient.stiffness.LogL2.ToArray<double>().Select(slope => Math.Round(slope, 12)),
            (a, b) => Math.Abs(a - b) < 1e-11);
        AssertClose(Curvature([0.5, -1, 2], [1, 2, -1]), f.Hvp(at, v).x);
        Assert.Equal(Dot(Slope([0.5, -1, 2]), [1, 2, -1]), f.Jvp(at, v).Tangent.ToScalar(), 1e-12);
        AssertClose([.. Slope([0.5, -1, 2]).Select(slope => 3 * slope)], f.Vjp(at, Tensor.Scalar(3)).Cotangent.x);
    }

    [Fact]
    public void Function_IsTracedOncePerShapesAndStaticArguments()
    {
        var f = Molecule.EnergyFunction;
        f.Evaluate((Tensor.Zeros([7]), new Penalty(Tensor.Zeros([6])), 2));
        int before = f.Traces;
        for (int i = 0; i < 10; i++)
        {
            f.Grad((Tensor.Full([7], i), new Penalty(Tensor.Full([6], i)), 2));
            f.Hvp((Tensor.Full([7], i), new Penalty(Tensor.Zeros([6])), 2), (Tensor.Ones([7]), new Penalty(Tensor.Zeros([6])), 2));
        }

        Assert.Equal(before, f.Traces);

        // x³ has another plan than x²
        Assert.Equal(7 * 3 * 0.25, f.Grad((Tensor.Ones([7]), new Penalty(Tensor.Zeros([6])), 3)).x.Sum().ToScalar(), 1e-14);
        Assert.Equal(before + 1, f.Traces);
    }

    [Fact]
    public void Function_OfABatch_IsThatOfItsItems()
    {
        Tensor[] items = [s_x, 2 * s_x, s_x - 1];
        Penalty stiffness = new(Tensor.Stack(0, [.. items.Select(_ => s_stiffness.LogL2)]));

        Tensor all = Molecule.EnergyFunction.Vmap((Tensor.Stack(0, items), stiffness, 4));

        Assert.Equal(items.Select(item => Molecule.Energy(item, s_stiffness, 4).ToScalar()), all.ToArray<double>());
        Assert.Throws<ShapeMismatchException>(() => Molecule.EnergyFunction.Vmap((Tensor.Stack(0, items), s_stiffness, 4)));
    }

    [Fact]
    public void Function_Nests()
    {
        // the Jacobian of the gradient, and a function within another's trace
        Tensor jacobian = Diff.Jacobian((Tensor x) => Molecule.EnergyFunction.Grad((x, s_stiffness, 4)).x, s_x);
        AssertClose(Curvature([0.5, -1, 2], [1, 2, -1]), jacobian.MatMul(Tensor.From([1.0, 2, -1])));
        var (mean, scaled) = Molecule.SplitFunction.Vjp((new Weights(s_x, Tensor.Scalar(1)), Tensor.Scalar(3)),
            (Tensor.Scalar(3), new Weights(s_x, Tensor.Scalar(2)))).Value;
        Assert.Equal((0.5, 3), (mean.ToScalar(), scaled.B.ToScalar()));
        var back = Molecule.SplitFunction.Vjp((new Weights(s_x, Tensor.Scalar(1)), Tensor.Scalar(3)),
            (Tensor.Scalar(3), new Weights(s_x, Tensor.Scalar(2)))).Cotangent;
        AssertClose([2.5, -2, 7], back.w.W);
        Assert.Equal((0.25 + 1 + 4) + 2, back.scale.ToScalar(), 1e-14);
    }

    [Fact]
    public void DerivativesOfMapsAndObjectives_AreThoseByHand()
    {
        double[] x = [0.5, -1, 2], v = [1, 2, -1];

        // J = 1 − 0.05 (H + 1), which is symmetric
        AssertClose([.. Curvature(x, v).Select((product, i) => v[i] - (0.05 * (product + v[i])))],
            Molecule.StepPullback(s_x, s_stiffness, s_target, Tensor.From(v)));
        AssertClose([.. Curvature(x, v).Select((product, i) => product + v[i])], Molecule.TotalCurvature(s_x, s_stiffness, s_target, Tensor.From(v)));
        Assert.Throws<ShapeMismatchException>(() => Molecule.StepPullback(s_x, s_stiffness, s_target, Tensor.Zeros([2])));
        Assert.Throws<ShapeMismatchException>(() => Molecule.TotalCurvature(s_x, s_stiffness, s_target, Tensor.Zeros([2])));
    }

    [Fact]
    public void FunctionThatIsNoScalar_HasNoGradient()
    {
        ShapeMismatchException failure = Assert.Throws<ShapeMismatchException>(
            () => new DifferentiableFunction<Tensor>("Twice", "x", static x => 2 * x, Tree.Tensor).Grad(s_x));

        Assert.StartsWith("A gradient needs a function that returns a floating scalar; this one returned float64 [3].", failure.Message,
            StringComparison.Ordinal);
    }

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();

    // a dozen operations on numbers up to 10
    private static void AssertClose(double[] expected, Tensor actual)
    {
        double[] found = actual.ToArray<double>();
        Assert.Equal(expected.Length, found.Length);
        Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First, pair.Second, 1e-13));
    }
}
