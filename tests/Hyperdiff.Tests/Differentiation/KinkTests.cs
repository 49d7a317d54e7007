namespace Hyperdiff.Tests.Differentiation;

/// <summary>A hypergradient or a second derivative exactly at a kink says so, with the operation's name, and says nothing anywhere else.</summary>
public sealed class KinkTests
{
    private static readonly Tensor s_zero = Tensor.Zeros([3]);

    // irregular numbers, where nothing ties, jumps or vanishes
    private static readonly Tensor s_else = Tensor.From([0.3137, -0.7311, 1.1234]);

    /// <summary>A function, a point at its kink, and what is said of it.</summary>
    private static Dictionary<string, (Func<Tensor, Tensor> Function, Tensor At, string[] Said)> Kinks => new()
    {
        ["Abs"] = (x => x.Abs().Sum(), Tensor.From([0.0, 1, 0]), ["`Abs` at 0 in 2 of 3 elements"]),
        ["Abs x"] = (x => (x.Abs() * x).Sum(), s_zero, ["`Abs` at 0 in 3 of 3 elements"]),
        ["Sign"] = (x => (x.Sign() * x.Square()).Sum(), s_zero, ["a jump of `Sign` in 3 of 3 elements"]),
        ["Relu"] = (x => x.Relu().Square().Sum(), Tensor.From([0.0, 1, 2]), ["`Relu` at 0 in 1 of 3 elements"]),
        ["LeakyRelu"] = (x => x.LeakyRelu().Sum(), s_zero, ["`LeakyRelu` at 0 in 3 of 3 elements"]),
        ["Elu"] = (x => x.Elu().Sum(), s_zero, ["`Elu` at 0 in 3 of 3 elements"]),
        ["Maximum of a number"] = (x => x.Maximum(2).Sum(), Tensor.From([2.0, 3, 2]), ["`Maximum` at 2 in 2 of 3 elements"]),
        ["Maximum"] = (x => x.Maximum(x.Flip(0)).Sum(), s_else, ["a tie of `Maximum` in 1 of 3 elements"]),
        ["Minimum"] = (x => x.Minimum(0).Sum(), s_zero, ["`Minimum` at 0 in 3 of 3 elements"]),
        ["Clamp"] = (x => x.Clamp(-1, 1).Sum(), Tensor.From([-1.0, 1, 0]), ["`Clamp` at -1 in 1 of 3 elements", "`Clamp` at 1 in 1 of 3 elements"]),
        ["Max"] = (x => x.Max(), Tensor.From([1.0, 1, 0]), ["a tie of `Max`"]),
        ["Max along an axis"] = (x => x.Outer(x).Max(0).Sum(), Tensor.From([1.0, 1, 0]), ["a tie of `Max` in 3 of 3 elements"]),
        ["Min"] = (x => x.Min(), s_zero, ["a tie of `Min`"]),
        ["MaxPool"] = (x => x.MaxPool1d(2, 1).Sum(), Tensor.From([1.0, 1, 3]), ["a tie of `Max` in 1 of 2 elements"]),
        ["Norm"] = (x => x.Norm(), s_zero, ["`Norm` at 0"]),
        ["exp(−Norm)"] = (x => (-x.Norm()).Exp(), s_zero, ["`Norm` at 0"]),
        ["cos Norm"] = (x => x.Norm().Cos(), s_zero, ["`Norm` at 0"]),
        ["LpNorm(3)"] = (x => x.Square().LpNorm(3), s_zero, ["`LpNorm` at 0"]),
        ["LpNorm(1)"] = (x => x.LpNorm(1), s_zero, ["`Abs` at 0 in 3 of 3 elements"]),
        ["Std"] = (x => x.Std(), Tensor.Ones([3]), ["`Std` at 0"]),
        ["Sqrt"] = (x => x.Square().Sum().Sqrt(), s_zero, ["`Sqrt` at 0"]),
        ["Sqrt squared"] = (x => x.Sqrt().Square().Sum(), s_zero, ["`Sqrt` at 0 in 3 of 3 elements"]),
        ["Cbrt"] = (x => x.Cbrt().Sum(), s_zero, ["`Cbrt` at 0 in 3 of 3 elements"]),
        ["a power"] = (x => x.Pow(1.5).Sum(), s_zero, ["`NumberPower` at 0 in 3 of 3 elements"]),
        ["a tensor's power"] = (x => x.Pow(Tensor.Full([3], 1.5)).Sum(), s_zero, ["`Power` at 0 in 3 of 3 elements"]),
        ["Floor"] = (x => (x.Floor() * x).Sum(), Tensor.From([1.0, 0.5, 2]), ["a jump of `Floor` in 2 of 3 elements"]),
        ["Ceiling"] = (x => (x.Ceiling() * x).Sum(), Tensor.From([1.0, 0.5, 2]), ["a jump of `Ceiling` in 2 of 3 elements"]),
        ["Round"] = (x => (x.Round() * x).Sum(), Tensor.From([0.5, 1.5, 2]), ["a jump of `Round` in 2 of 3 elements"]),
        ["Truncate"] = (x => (x.Truncate() * x).Sum(), Tensor.From([0, 1.0, 2.5]), ["a jump of `Truncate` in 1 of 3 elements"]),
        ["to int32"] = (x => (x.To(DType.Int32).To(DType.Float64) * x).Sum(), Tensor.From([0, 1.0, 2.5]), ["a jump of `Convert` in 1 of 3 elements"]),
        ["Modulo"] = (x => x.Mod(Tensor.Full([3], 2.0)).Sum(), Tensor.From([4.0, 1, 3]), ["a jump of `Modulo` in 1 of 3 elements"]),
        ["Atan2"] = (x => x.Atan2(x).Sum(), s_zero, ["`Atan2` at 0 in 3 of 3 elements"]),
        ["Where"] = (x => Tensor.Where(x > 1, x.Square(), x).Sum(), Tensor.From([1.0, 2, 3]), ["`Where` at 1 in 1 of 3 elements"]),
        ["Where of two"] = (x => Tensor.Where(x <= x.Flip(0), x, 2 * x).Sum(), s_else, ["a tie of `Where` in 1 of 3 elements"]),
        ["Where at one point"] = (x => Tensor.Where(x.Equal(0), 1, x.Sin() / Tensor.Where(x.Equal(0), 1, x)).Sum(), Tensor.From([0.0, 1, 2]),
            ["`Where` at 0 in 1 of 3 elements"]),
        ["a mask as numbers"] = (x => ((x > 0).To(DType.Float64) * x).Sum(), Tensor.From([0.0, 1, 2]), ["`Where` at 0 in 1 of 3 elements"]),
        ["Sort"] = (x => x.Sort()[0], Tensor.From([1.0, 1, 0]), ["a tie of `Sort` in 1 of 2 elements"]),
        ["TopK"] = (x => x.TopK(2).Values.Sum(), Tensor.From([1.0, 1, 0]), ["a tie of `Sort` in 1 of 2 elements"]),
        ["ArgMax"] = (x => x.Square().Take(x.ArgMax().Reshape(1)).Sum(), Tensor.From([1.0, 1, 0]), ["a tie of `ArgMax`"]),
        ["SoftThreshold"] = (x => Proximal.SoftThreshold(x, Tensor.Scalar(1)).Sum(), Tensor.From([1.0, 0, -1]),
            ["`SoftThreshold` at 1 in 1 of 3 elements", "`SoftThreshold` at -1 in 1 of 3 elements"]),
        ["Box"] = (x => Proximal.Box(x, 0, 1).Sum(), Tensor.From([0.5, 0, 0]), ["`Box` at 0 in 2 of 3 elements"]),
        ["NonNegative"] = (x => Proximal.NonNegative(x).Sum(), s_zero, ["`NonNegative` at 0 in 3 of 3 elements"]),
        ["Huber"] = (x => Hyperdiff.Losses.Huber(x, Tensor.Zeros([3])), Tensor.From([1.0, 0, 0.5]), ["`Huber` at 1 in 1 of 3 elements"]),
        ["Hinge"] = (x => Hyperdiff.Losses.Hinge(x, Tensor.Ones([3])), Tensor.From([1.0, 0, 0.5]), ["`Relu` at 0 in 1 of 3 elements"]),
        ["MeanAbsoluteError"] = (x => Hyperdiff.Losses.MeanAbsoluteError(x, Tensor.Zeros([3])), s_zero, ["`Abs` at 0 in 3 of 3 elements"]),
        ["two uses, one place"] = (x => x.Relu().Sum() + (2 * x).Relu().Sum(), s_zero, ["`Relu` at 0 in 6 of 6 elements"]),
        ["in a loop"] = (x => Loop.Iterate(4, c => c.Relu(), x).Sum(), Tensor.From([0.0, 1, 2]), ["`Relu` at 0 in 4 of 12 elements"]),
        ["in a while loop"] = (x => Loop.While(c => c.Sum() < 20, c => 2 * c.Relu(), x, 10).Carry.Sum(), Tensor.From([0.0, 1, 2]),
            ["`Relu` at 0 in 3 of 9 elements"]),
        ["in a scan"] = (x => Loop.Scan((Tensor c, Tensor row) => (c + row.Abs(), c), Tensor.Scalar(0), x).Carry, Tensor.From([0.0, 1, 0]),
            ["`Abs` at 0 in 2 of 3 elements"]),
        ["in a checkpoint"] = (x => Diff.Checkpoint((Tensor y) => y.Norm())(x), s_zero, ["`Norm` at 0"]),
        ["in a batch"] = (x => Diff.Vmap((Tensor y) => y.Relu(), x).Sum(), Tensor.From([0.0, 1, 0]), ["`Relu` at 0 in 2 of 3 elements"]),
        ["an element of LpNorm(1.5)"] = (x => x.LpNorm(1.5), Tensor.From([1.0, 0, 2]), ["an element of `LpNorm` at 0 in 1 of 3 elements"]),
        ["Simplex"] = (x => (Proximal.Simplex(x) * s_else).Sum(), Tensor.From([0.7, 0.3, 0]), ["`Simplex` at 0 in 1 of 3 elements"]),
        ["Simplex, by sums that are rounded"] = (
            x => (Proximal.Simplex(x, 0.6) * s_else).Sum(), Tensor.From([0.5, 0.2, 0.05]), ["`Simplex` at 0 in 1 of 3 elements"]),
        ["the condition of a loop"] = (
            x => Loop.While(c => c.Sum() < 12, c => 2 * c, x, 10).Carry.Sum(), Tensor.Ones([3]), ["`Loop.While` at 12 in 1 of 3 elements"]),
        ["the condition of a loop, between"] = (
            x => Loop.While(c => c.Sum() < 4 * x.Square().Sum(), c => 2 * c, x, 10).Carry.Sum(),
            Tensor.Ones([3]),
            ["a tie of `Loop.While` in 1 of 3 elements"]),
        ["the condition of loops of a batch"] = (
            x => Diff.Vmap((Tensor y) => Loop.While(c => c < 4, c => 2 * c, y, 10).Carry, x).Sum(),
            Tensor.From([1.0, 1.5, 2]),
            ["`Where` at 4 in 1 of 6 elements", "`Loop.While` at 4 in 3 of 9 elements"]),
        ["a custom tangent"] = (
            x => Diff.CustomTangent((Tensor y) => y.Abs(), (y, dy) => Tensor.Where(y > 0, dy, -dy))(x).Sum(), s_zero, ["`Where` at 0 in 3 of 3 elements"]),
        ["a custom cotangent"] = (
            x => Diff.CustomCotangent((Tensor y) => y.Abs(), (y, _, dz) => Tensor.Where(y > 0, dz, -dz))(x).Sum(), s_zero, ["`Where` at 0 in 3 of 3 elements"]),
        ["minima of a batch"] = (
            x => Diff.Vmap((Tensor h) => Argmin.Of(
                Objective.From<Tensor, Tensor>((w, p) => (0.5 * (w - p).Square()) + w.Relu().Square()).MinimizedBy(Minimizer.NewtonCg()),
                Tensor.Scalar(0),
                h), x).Sum(),
            Tensor.From([0.0, 1, 0]),
            ["`Relu` at 0 in 2 of 3 elements"]),
        ["in a minimum"] = (
            x => Argmin.Of(Objective.From<Tensor, Tensor>((w, h) => (0.5 * (w - h).Square().Sum()) + w.Relu().Square().Sum())
                .MinimizedBy(Minimizer.NewtonCg()), s_zero, x).Sum(),
            s_zero,
            ["`Relu` at 0 in 3 of 3 elements"]),
    };

    /// <summary>What looks like a kink, and is none.</summary>
    private static Dictionary<string, (Func<Tensor, Tensor> Function, Tensor At)> Smooth => new()
    {
        ["nothing with a kink"] = (x => x.Sin().Sum(), s_zero),
        ["a norm squared"] = (x => x.Norm().Square(), s_zero),
        ["a stopped kink"] = (x => (x.StopGradient().Abs() * x).Sum(), s_zero),
        ["a kink of data"] = (x => (Tensor.Zeros([3]).Relu() * x).Sum(), s_zero),
        ["the branch that is not taken"] = (x => Tensor.Where(x > 5, x.Abs(), x).Sum(), s_zero),
        ["behind a broadcast choice"] = (x => Tensor.Where(x.Norm() > 5, x.Abs(), x).Sum(), s_zero),
        ["Huber at 0"] = (x => Hyperdiff.Losses.Huber(x, Tensor.Zeros([3])), s_zero),
        ["SoftThreshold at 0"] = (x => Proximal.SoftThreshold(x, Tensor.Scalar(1)).Sum(), s_zero),
        ["Softmax of ties"] = (x => x.Softmax()[0], s_zero),
        ["LogSumExp of ties"] = (x => x.LogSumExp(), s_zero),
        ["LogSoftmax of ties"] = (x => x.LogSoftmax()[0], s_zero),
        ["cross entropy of ties"] = (x => Hyperdiff.Losses.CrossEntropy(x.Reshape(1, 3), Tensor.From([1])), s_zero),
        ["Softplus, Gelu, Silu"] = (x => (x.Softplus() + x.Gelu() + x.Silu() + x.LogSigmoid()).Sum(), s_zero),
        ["a whole power"] = (x => x.Pow(3).Sum(), s_zero),
        ["a custom rule of a kinked function"] = (x => Diff.CustomTangent((Tensor y) => y.Abs(), (y, dy) => y.Tanh() * dy)(x).Sum(), s_zero),
        ["Norms of eigenvalues that tie"] = (x => Linalg.EigenvaluesSymmetric(Tensor.Eye(3) * x.Unsqueeze(0)).Exp().Sum(), Tensor.Ones([3])),
        ["Squares of singular values of 0"] = (x => Linalg.SingularValues(Tensor.Eye(3) * x.Unsqueeze(0)).Square().Sum(), s_zero),
        ["a NaN test"] = (x => Tensor.Where(x.IsNaN(), 0, x).Sum(), s_zero),
    };

    public static TheoryData<string> Kinked => [.. Kinks.Keys];

    public static TheoryData<string> WithoutKinks => [.. Smooth.Keys];

    [Theory]
    [MemberData(nameof(Kinked))]
    public void AKink_IsNamed(string name)
    {
        (Func<Tensor, Tensor> function, Tensor at, string[] said) = Kinks[name];
        Assert.Equal(said, Diff.HvpWithReport(function, at, Tensor.Ones([3])).Kinks.Select(kink => kink.ToString()));
    }

    [Theory]
    [MemberData(nameof(Kinked))]
    public void AwayFromIt_NothingIsSaid(string name)
    {
        if (name is "Maximum" or "Where of two")
        {
            // a middle element is its own mirror image
            return;
        }

        Assert.Empty(Diff.HvpWithReport(Kinks[name].Function, s_else.Abs(), Tensor.Ones([3])).Kinks);
    }

    [Theory]
    [MemberData(nameof(WithoutKinks))]
    public void WhereThereIsNone_NothingIsSaid(string name) =>
        Assert.Empty(Diff.HessianWithReport(Smooth[name].Function, Smooth[name].At).Kinks);

    [Fact]
    public void EveryForm_Reports_WithTheResultOfThePlainOne()
    {
        static Tensor f(Tensor x) => x.Relu().Sum() + x.Square().Sum();
        static Tensor v(Tensor x) => x.Relu() + x.Square();
        (Tensor at, Tensor one) = (Tensor.From([0.0, 1, 2]), Tensor.Ones([3]));
        const string Said = "`Relu` at 0 in 1 of 3 elements";

        Is(Diff.Grad(f, at), Diff.GradWithReport(f, at));
        Is(Diff.Hvp(f, at, one), Diff.HvpWithReport(f, at, one));
        Is(Diff.Hessian(f, at), Diff.HessianWithReport(f, at));
        Is(Diff.Laplacian(f, at), Diff.LaplacianWithReport(f, at));
        Is(Diff.Jacobian(v, at), Diff.JacobianWithReport(v, at));
        Reported<(Tensor Value, Tensor Gradient)> both = Diff.ValueAndGradWithReport(f, at);
        Is(Diff.Grad(f, at), new Reported<Tensor>(both.Value.Gradient, both.Reports, both.Kinks));
        Reported<(Tensor Value, Tensor Tangent)> forward = Diff.JvpWithReport(v, at, one);
        Is(Diff.Jvp(v, at, one).Tangent, new Reported<Tensor>(forward.Value.Tangent, forward.Reports, forward.Kinks));
        Reported<(Tensor Value, Tensor Cotangent)> reverse = Diff.VjpWithReport(v, at, one);
        Is(Diff.Vjp(v, at, one).Cotangent, new Reported<Tensor>(reverse.Value.Cotangent, reverse.Reports, reverse.Kinks));
        Assert.Equal(Said, Assert.Single(Diff.Linearize(v, at).Kinks).ToString());

        static void Is(Tensor plain, Reported<Tensor> reported)
        {
            Assert.Equal(plain.ToArray<double>(), reported.EnsureConverged().ToArray<double>());
            Assert.Equal(Said, Assert.Single(reported.Kinks).ToString());
        }
    }

    /// <summary>Inside a transformation there is no point yet.</summary>
    [Fact]
    public void InsideATransformation_NothingIsCounted() =>
        Assert.Equal([1.0, 1, 1], Diff.Vmap((Tensor x) => Diff.GradWithReport(y => y.Relu() + y, x).Value, s_zero).ToArray<double>());
}
