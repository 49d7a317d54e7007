namespace Hyperdiff.Tests.Differentiation;

/// <summary>What is null is refused by the name that the caller knows: an argument by its own, a result by that of the function.</summary>
public sealed class NullResultTests
{
    private static readonly Tensor s_at = Tensor.From([0.5, 2]);

    private static Dictionary<string, Action<Func<Tensor, Tensor>, Tensor>> Forms => new()
    {
        ["Grad"] = (f, at) => Diff.Grad(f, at),
        ["ValueAndGrad"] = (f, at) => Diff.ValueAndGrad(f, at),
        ["GradWithReport"] = (f, at) => Diff.GradWithReport(f, at),
        ["Hvp"] = (f, at) => Diff.Hvp(f, at, s_at),
        ["HvpWithReport"] = (f, at) => Diff.HvpWithReport(f, at, s_at),
        ["Hessian"] = (f, at) => Diff.Hessian(f, at),
        ["HessianWithReport"] = (f, at) => Diff.HessianWithReport(f, at),
        ["Laplacian"] = (f, at) => Diff.Laplacian(f, at),
        ["LaplacianWithReport"] = (f, at) => Diff.LaplacianWithReport(f, at),
        ["Jacobian"] = (f, at) => Diff.Jacobian(f, at),
        ["JacobianForward"] = (f, at) => Diff.JacobianForward(f, at),
        ["JacobianReverse"] = (f, at) => Diff.JacobianReverse(f, at),
        ["JacobianWithReport"] = (f, at) => Diff.JacobianWithReport(f, at),
        ["Jvp"] = (f, at) => Diff.Jvp(f, at, s_at),
        ["Vjp"] = (f, at) => Diff.Vjp(f, at, s_at),
        ["Linearize"] = (f, at) => Diff.Linearize(f, at),
        ["PeakMemory"] = (f, at) => Diff.PeakMemory(f, at),
        ["Checkpoint"] = (f, at) => Diff.Checkpoint(f)(at),
        ["CustomTangent"] = (f, at) => Diff.CustomTangent<Tensor, Tensor>(x => x.Sum(), (x, _) => f(x))(at),
        ["CustomCotangent"] = (f, at) => Diff.CustomCotangent<Tensor, Tensor>(x => x.Sum(), (x, _, _) => f(x))(at),
    };

    public static TheoryData<string> Names => [.. Forms.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void NullPoints_AreNamed(string name) => Assert.Equal("at", Assert.Throws<ArgumentNullException>(() => Forms[name](x => x.Sum(), null!)).ParamName);

    [Theory]
    [MemberData(nameof(Names))]
    public void FunctionsThatReturnNull_AreNamed(string name) =>
        Assert.Matches("(function|rule) returned null", Assert.Throws<ArgumentException>(() => Forms[name](_ => null!, s_at)).Message);

    [Fact]
    public void Directions_AreNamed()
    {
        Assert.Equal("direction", Assert.Throws<ArgumentNullException>(() => Diff.Hvp(x => x.Sum(), s_at, null!)).ParamName);
        Assert.Equal("tangent", Assert.Throws<ArgumentNullException>(() => Diff.Jvp((Tensor x) => x, s_at, null!)).ParamName);
        Assert.Equal("cotangent", Assert.Throws<ArgumentNullException>(() => Diff.Vjp((Tensor x) => x, s_at, null!)).ParamName);
    }

    [Fact]
    public void Operands_AreNamed()
    {
        Tensor none = null!;
        foreach (Func<Tensor> right in (Func<Tensor>[])
            [() => 2.0 + none, () => 2.0 - none, () => 2.0 * none, () => 2.0 / none, () => 2.0 < none, () => 2 * none])
        {
            Assert.Equal("right", Assert.Throws<ArgumentNullException>(right).ParamName);
        }

        foreach (Func<Tensor> left in (Func<Tensor>[])
            [() => none + 2.0, () => none - 2.0, () => none * 2.0, () => none / 2.0, () => none > 2.0, () => none * 2])
        {
            Assert.Equal("left", Assert.Throws<ArgumentNullException>(left).ParamName);
        }

        Assert.Equal("tensor", Assert.Throws<ArgumentNullException>(() => -none).ParamName);
        Assert.Equal("mask", Assert.Throws<ArgumentNullException>(() => !none).ParamName);
    }

    [Fact]
    public void Loops_NameTheirStartAndTheirStep()
    {
        Assert.Equal("start", Assert.Throws<ArgumentNullException>(() => Loop.Iterate<Tensor>(2, x => x, null!)).ParamName);
        Assert.Equal("start", Assert.Throws<ArgumentNullException>(() => Loop.While<Tensor>(x => x.Sum() < 0, x => x, null!, 2)).ParamName);
        Assert.Equal("start", Assert.Throws<ArgumentNullException>(() => Loop.Scan<Tensor, Tensor, Tensor>((c, _) => (c, c), null!, s_at)).ParamName);
        Assert.Contains("step returned null", Assert.Throws<ArgumentException>(() => Loop.Iterate(2, _ => null!, s_at)).Message, StringComparison.Ordinal);
        Assert.Contains("step returned null", Assert.Throws<ArgumentException>(
            () => Loop.Scan<Tensor, Tensor, Tensor>((c, _) => (c, null!), s_at, s_at)).Message, StringComparison.Ordinal);
    }
}
