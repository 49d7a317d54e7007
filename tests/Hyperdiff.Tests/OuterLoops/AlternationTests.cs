using System.Globalization;

namespace Hyperdiff.Tests.OuterLoops;

/// <summary>Steps of optimizers on several problems in turn, against the same written out with derivatives in closed form.</summary>
public sealed class AlternationTests
{
    private static readonly Level<Tensor> s_penalty = Level.Of("penalty", Tensor.Scalar(0.3));
    private static readonly Level<Tensor> s_weights = Level.Of("weights", Tensor.Scalar(0));

    // C = (w − 1)² over c = ½ (w − 2)² + ½ h w²
    private static readonly MultiLevel s_two = MultiLevel.Of(
        s_penalty.Minimizes((_, at) => (at.Solution(s_weights) - 1).Square()),
        s_weights.Minimizes((w, at) => (0.5 * (w - 2).Square()) + (0.5 * at.Parameters(s_penalty) * w.Square())));

    [Fact]
    public void TwoLevels_AreStepsOfW_ThenOneAlongTheImplicitDerivativeThere()
    {
        OuterLoop<LevelPoint, Tensor> loop = OuterLoop.Over(s_two, s_penalty, s_weights.StepsBy(Optimizer.HeavyBall(0.2, 0.5), steps: 3))
            .With(Optimizer.Sgd(0.4)).Until(Stop.AfterSteps(20));
        (double w, double velocity, double h) = (0, 0, 0.3);
        foreach (OuterStep<LevelPoint, Tensor> step in loop.From(s_two.Start, Tensor.Scalar(0.3)))
        {
            for (int i = 0; i < 3; i++)
            {
                // the heavy ball's velocity is in units of w
                velocity = (0.5 * velocity) - (0.2 * (w - 2 + (h * w)));
                w += velocity;
            }

            Assert.Equal(h, step.Hyper.ToScalar(), 1e-12);
            Assert.Equal(w, step.State.Of(s_weights).ToScalar(), 1e-12);
            Assert.Equal((w - 1) * (w - 1), step.Value, 1e-12);

            // dC/dh = −2 (w − 1) w / (1 + h), wherever w is
            double gradient = -2 * (w - 1) * w / (1 + h);
            Assert.Equal(gradient, step.Gradient!.ToScalar(), 1e-10);
            h -= 0.4 * gradient;
        }

        // w* = 2 / (1 + h) = 1
        Assert.Equal(1, h, 0.05);
    }

    [Fact]
    public void ThreeLevels_FindWhatNestedSolvesFind()
    {
        (Level<Tensor> top, Level<Tensor> middle, Level<Tensor> bottom) =
            (Level.Of("top", Tensor.Scalar(0)), Level.Of("middle", Tensor.Scalar(0)), Level.Of("bottom", Tensor.Scalar(0)));
        MultiLevel problems = MultiLevel.Of(
            top.Minimizes((x, at) => (at.Solution(middle) - 1).Square() + (0.1 * x.Square())),
            middle.Minimizes((y, at) => (at.Solution(bottom) + y - at.Parameters(top)).Square() + (0.5 * y.Square())),
            bottom.Minimizes((z, at) => (z - at.Parameters(middle)).Square() + (0.1 * z.Square().Square())));
        OuterLoop<LevelPoint, Tensor> loop = OuterLoop.Over(problems, top, middle.StepsBy(Optimizer.Sgd(0.1), 4), bottom.StepsBy(Optimizer.Sgd(0.2), 8))
            .With(Optimizer.Sgd(0.2)).Until(Stop.AfterSteps(150));
        OuterRun<LevelPoint, Tensor> run = loop.From(problems.Start, Tensor.Scalar(0));
        run.ToEnd();

        // at the end nested solves from there change nothing, and the total derivative is zero
        LevelGradient<Tensor> nested = problems.Gradient(top, run.State.State);
        nested.EnsureConverged();
        Assert.Equal(0, nested.Gradient.ToScalar(), 1e-5);
        Assert.Equal(nested.Point.Of(middle).ToScalar(), run.State.State.Of(middle).ToScalar(), 1e-5);
        Assert.Equal(nested.Point.Of(bottom).ToScalar(), run.State.State.Of(bottom).ToScalar(), 1e-5);
    }

    [Fact]
    public void AnAlternation_SavedAndResumedAnywhere_EndsWithTheSameBits()
    {
        string folder = Directory.CreateTempSubdirectory("hyperdiff-alternation-").FullName;
        try
        {
            // minibatches: every step has a target of its own
            MultiLevel Problems(RandomKey key) => MultiLevel.Of(
                s_penalty.Minimizes((_, at) => (at.Solution(s_weights) - 1).Square()),
                s_weights.Minimizes((w, at) => (0.5 * (w - key.Normal([])).Square()) + (0.5 * at.Parameters(s_penalty) * w.Square())));
            OuterLoop<LevelPoint, Tensor> loop = OuterLoop.Over(Problems, s_penalty, s_weights.StepsBy(Optimizer.Adam(0.1), steps: 2))
                .With(Optimizer.Adam(0.05)).Within(Bijection.Softplus).Until(Stop.AfterSteps(6));
            Tensor hyper = Tensor.Scalar(0.3);
            List<OuterStep<LevelPoint, Tensor>> whole = [.. loop.From(s_two.Start, hyper)];
            foreach (OuterStep<LevelPoint, Tensor> step in whole)
            {
                string path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{step.Number}.npz"));
                step.Save(path);
                OuterRun<LevelPoint, Tensor> resumed = loop.From(loop.Load(path, s_two.Start, hyper));
                resumed.ToEnd();
                Assert.Equal(whole[^1].Next.Hyper.ToScalar(), resumed.State.Hyper.ToScalar());
                Assert.Equal(whole[^1].Next.State.Of(s_weights).ToScalar(), resumed.State.State.Of(s_weights).ToScalar());
                Assert.Equal(whole[^1].Best!.Value, resumed.State.Best!.Value);
            }

            // another number of steps is another job
            OuterLoop<LevelPoint, Tensor> other = OuterLoop.Over(Problems, s_penalty, s_weights.StepsBy(Optimizer.Adam(0.1), steps: 3))
                .With(Optimizer.Adam(0.05)).Within(Bijection.Softplus);
            Assert.Contains("weights: 2 of Adam", Assert.Throws<ArgumentException>(() => other.Load(Path.Combine(folder, "0.npz"), s_two.Start, hyper)).Message,
                StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void ProblemsThatAreNotStepped_AreSolved()
    {
        // without steps of w, the loop is one along total derivatives of nested solves
        OuterLoop<LevelPoint, Tensor> loop = OuterLoop.Over(s_two, s_penalty).With(Optimizer.Sgd(0.4)).Until(Stop.AfterSteps(1));
        OuterStep<LevelPoint, Tensor> step = loop.From(s_two.Start, Tensor.Scalar(0.3)).Step();

        Assert.Equal(s_two.Gradient(s_penalty).Gradient.ToScalar(), step.Gradient!.ToScalar());
        Assert.Equal(2 / 1.3, step.State.Of(s_weights).ToScalar(), 1e-9);
    }

    [Fact]
    public void WhatDoesNotFit_IsRefusedByName()
    {
        OuterLoop<LevelPoint, Tensor> loop = OuterLoop.Over(s_two, s_penalty, s_weights.StepsBy(Optimizer.Sgd(0.1))).With(Optimizer.Sgd(0.1));
        Level<Tensor> other = Level.Of("other", Tensor.Scalar(1));
        (string Words, Action Call)[] wrong =
        [
            ("weights is stepped twice", () => OuterLoop.Over(s_two, s_penalty, s_weights.StepsBy(Optimizer.Sgd(1)), s_weights.StepsBy(Optimizer.Sgd(1)))),
            ("penalty is stepped twice", () => OuterLoop.Over(s_two, s_penalty, s_penalty.StepsBy(Optimizer.Sgd(1)))),
            ("other is not among the problems penalty, weights", () => OuterLoop.Over(s_two, s_penalty, other.StepsBy(Optimizer.Sgd(1)))
                .With(Optimizer.Sgd(1)).From(s_two.Start, Tensor.Scalar(1))),
            ("needs an optimizer that moves penalty", () => OuterLoop.Over(s_two, s_penalty).From(s_two.Start, Tensor.Scalar(1))),
            ("no use for Coupled", () => loop.Coupled().From(s_two.Start, Tensor.Scalar(1))),
        ];
        Assert.All(wrong, each => Assert.Contains(each.Words, Assert.Throws<ArgumentException>(each.Call).Message, StringComparison.Ordinal));
        Assert.Throws<ArgumentOutOfRangeException>(() => s_weights.StepsBy(Optimizer.Sgd(1), 0));
    }
}
