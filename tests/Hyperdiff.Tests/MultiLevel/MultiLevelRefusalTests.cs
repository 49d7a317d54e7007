namespace Hyperdiff.Tests.MultiLevels;

/// <summary>Problems that cannot be put together, each refused with the path that is in the way.</summary>
public sealed class MultiLevelRefusalTests
{
    private static readonly Level<Tensor> s_a = Level.Of("a", Tensor.Scalar(1));
    private static readonly Level<Tensor> s_b = Level.Of("b", Tensor.Scalar(1));
    private static readonly Level<Tensor> s_c = Level.Of("c", Tensor.Scalar(1));
    private static readonly Level<Tensor> s_d = Level.Of("d", Tensor.Scalar(1));

    [Fact]
    public void ProblemsThatNeedEachOthersSolution_AreACycle() => AssertRefused(
        "a → b → c → a: each of these problems is above the next",
        s_a.Minimizes((_, at) => at.Solution(s_b)),
        s_b.Minimizes((_, at) => at.Solution(s_c)),
        s_c.Minimizes((_, at) => at.Solution(s_a)));

    [Fact]
    public void AProblemThatIsSeenByWhatItSees_IsACycle() => AssertRefused(
        "a → b → a", s_a.Minimizes((x, at) => x * at.Parameters(s_b)), s_b.Minimizes((x, at) => x * at.Parameters(s_a)));

    [Fact]
    public void AProblemThatNeedsTheSolutionOfWhatItSees_IsACycle() => AssertRefused(
        "a → b → a", s_a.Minimizes((_, at) => at.Solution(s_b) + at.Parameters(s_b)), s_b.Minimizes((x, _) => x.Square()));

    [Fact]
    public void AProblemThatAsksForItself_IsRefused()
    {
        AssertRefused("a → a: a asks for its own solution", s_a.Minimizes((_, at) => at.Solution(s_a)));
        AssertRefused("a → a: a asks for its own parameters", s_a.Minimizes((_, at) => at.Parameters(s_a)));
    }

    [Fact]
    public void AGameBelowAProblem_IsRefused() => AssertRefused(
        "b → c → b: the solution of each of these problems depends on the parameters of the next",
        s_a.Minimizes((_, at) => at.Solution(s_b) + at.Solution(s_c)),
        s_b.Minimizes((x, at) => x + at.Solution(s_d)),
        s_c.Minimizes((x, at) => x - at.Solution(s_d)),
        s_d.Minimizes((x, at) => (x - (at.Parameters(s_b) * at.Parameters(s_c))).Square()));

    [Fact]
    public void ProblemsWithoutAnEdge_AreRefused() => AssertRefused(
        "No edge connects a, b with c, d",
        s_a.Minimizes((_, at) => at.Solution(s_b)),
        s_b.Minimizes((x, at) => (x - at.Parameters(s_a)).Square()),
        s_c.Minimizes((_, at) => at.Solution(s_d)),
        s_d.Minimizes((x, _) => x.Square()));

    [Fact]
    public void AProblemThatIsNotDeclared_IsNamed_WithTheEdge()
    {
        AssertRefused("b → a (solution): b is not among the problems", s_a.Minimizes((_, at) => at.Solution(s_b)));
        AssertRefused("b → a (parameters): b is not among the problems", s_a.Minimizes((x, at) => x * at.Parameters(s_b)));
    }

    [Fact]
    public void AProblemThatIsDeclaredTwice_IsNamed() => AssertRefused(
        "There are 2 problems called a", s_a.Minimizes((_, at) => at.Solution(s_b)), s_b.Minimizes((x, _) => x.Square()),
        Level.Of("a", Tensor.Scalar(2)).Minimizes((x, _) => x));

    [Fact]
    public void NoProblem_IsRefused() => AssertRefused("There is no problem");

    [Fact]
    public void FunctionsThatReturnAnotherShape_AreNamed()
    {
        Level<Tensor> vector = Level.Of("vector", Tensor.Ones([2]));

        Assert.Contains("vector must return a floating scalar",
            Assert.Throws<ShapeMismatchException>(() => MultiLevel.Of(vector.Minimizes((x, _) => x))).Message, StringComparison.Ordinal);
        Assert.Contains("vector must return a state like the one",
            Assert.Throws<ShapeMismatchException>(() => MultiLevel.Of(vector.Repeats((x, _) => x.Sum()))).Message, StringComparison.Ordinal);
        Assert.Contains("vector must return a structure like the state",
            Assert.Throws<ShapeMismatchException>(() => MultiLevel.Of(vector.Satisfies((x, _) => x.Sum()))).Message, StringComparison.Ordinal);
        MultiLevel levels = MultiLevel.Of(vector.Minimizes((x, _) => x.Sum()));
        Assert.Contains("vector: leaf vector is float64 [2] in one and float64 [3] in the other",
            Assert.Throws<ShapeMismatchException>(() => levels.Start.With(vector, Tensor.Ones([3]))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatHasNoObjective_HasNoDerivative_AndWhatIsUnknownIsNamed()
    {
        MultiLevel levels = MultiLevel.Of(s_a.Minimizes((_, at) => at.Solution(s_b)), s_b.Repeats((x, at) => 0.5 * (x + at.Parameters(s_a))));

        Assert.Contains("b has no objective", Assert.Throws<ArgumentException>(() => levels.Gradient(s_b)).Message, StringComparison.Ordinal);
        Assert.Contains("c is not among the problems", Assert.Throws<ArgumentException>(() => levels.Gradient(s_c)).Message, StringComparison.Ordinal);
        Assert.Contains("c is not among the problems", Assert.Throws<ArgumentException>(() => levels.Start.Of(s_c)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void StepsOfAnotherKind_AreRefused_WithTheRemedy()
    {
        MultiLevel Of(LevelProblem lower, Response response) => MultiLevel.Of(s_a.Minimizes((_, at) => at.Solution(s_b, response)), lower);
        LevelProblem minimum = s_b.Minimizes((x, at) => (x - at.Parameters(s_a)).Square());
        LevelProblem map = s_b.Repeats((x, at) => 0.5 * (x + at.Parameters(s_a)));
        LevelProblem root = s_b.Satisfies((x, at) => x - at.Parameters(s_a));

        Assert.Contains("b is a minimum, and cannot be unrolled without an optimizer",
            Assert.Throws<ArgumentException>(() => Of(minimum, Response.Unrolled(3)).Gradient(s_a)).Message, StringComparison.Ordinal);
        Assert.Contains("b is a fixed point, and cannot be unrolled by an optimizer",
            Assert.Throws<ArgumentException>(() => Of(map, Response.Unrolled(3, Optimizer.Sgd(0.1))).Gradient(s_a)).Message, StringComparison.Ordinal);
        Assert.Contains("b is a root, and cannot be unrolled", Assert.Throws<ArgumentException>(() => Of(root, Response.Unrolled(3)).Gradient(s_a)).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => Response.Unrolled(-1));
    }

    [Fact]
    public void AnEdgeThatDependsOnValues_IsRefused()
    {
        MultiLevel levels = MultiLevel.Of(
            s_a.Minimizes((x, at) => x.ToScalar() > 2 ? at.Solution(s_c) : at.Solution(s_b)), s_b.Minimizes((x, at) => (x - at.Parameters(s_a)).Square()),
            s_c.Minimizes((x, at) => (x - at.Parameters(s_a)).Square()));
        InvalidOperationException exception = Assert.Throws<InvalidOperationException>(() => levels.Gradient(s_a, levels.Start.With(s_a, Tensor.Scalar(3))));

        Assert.Contains("The edge c → a (solution) was not there", exception.Message, StringComparison.Ordinal);
    }

    private static void AssertRefused(string path, params LevelProblem[] problems) =>
        Assert.Contains(path, Assert.Throws<ArgumentException>(() => MultiLevel.Of(problems)).Message, StringComparison.Ordinal);
}
