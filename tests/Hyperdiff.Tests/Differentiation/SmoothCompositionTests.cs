namespace Hyperdiff.Tests.Differentiation;

/// <summary>Smooth compositions of functions that have a kink have the derivatives of the smooth function, where the kink would be too, in every order and
/// mode.</summary>
public sealed class SmoothCompositionTests
{
    // closed forms, in products of a handful of numbers near 1
    private const double Rounding = 1e-12;

    private static readonly Tensor s_zero = Tensor.Zeros([3]);
    private static readonly Tensor s_other = Tensor.From([0.3, -0.7, 1.1]);

    /// <summary>Each function beside the smooth one that it equals.</summary>
    private static Dictionary<string, (Func<Tensor, Tensor> Kinked, Func<Tensor, Tensor> Smooth)> Compositions => new()
    {
        ["Norm² as Square"] = (x => x.Norm().Square(), Squares),
        ["Norm² as a product"] = (x => x.Norm() * x.Norm(), Squares),
        ["Norm² as a power"] = (x => x.Norm().Pow(2), Squares),
        ["Norm⁴"] = (x => x.Norm().Pow(4), x => Squares(x).Square()),
        ["Norm⁴ as products"] = (x => x.Norm() * x.Norm() * x.Norm() * x.Norm(), x => Squares(x).Square()),
        ["Norm³ Norm"] = (x => x.Norm().Pow(3) * x.Norm(), x => Squares(x).Square()),
        ["(−Norm)²"] = (x => (-x.Norm()).Square(), Squares),
        ["(Norm/3)²"] = (x => (x.Norm() / 3).Square(), x => Squares(x) / 9),
        ["(2 Norm)(3 Norm)"] = (x => 2 * x.Norm() * (3 * x.Norm()), x => 6 * Squares(x)),
        ["Norm over an axis that stays"] = (x => x.Reshape(3, 1).Norm(1, keepAxis: true).Square().Sum(), Squares),
        ["Norms of rows, multiplied"] = (x => (x.Reshape(3, 1).Norm(1) * x.Reshape(3, 1).Norm(1)).Sum(), Squares),
        ["Norm across a broadcast"] = (x => (x.Norm(0, keepAxis: true) * Tensor.Ones([3])).Square().Sum(), x => 3 * Squares(x)),
        ["x Norm squared"] = (x => (x * x.Norm()).Square().Sum(), x => Squares(x).Square()),
        ["Norms in a scalar product"] = (x => x.Reshape(3, 1).Norm(1).Dot(x.Reshape(3, 1).Norm(1)), Squares),
        ["LpNorm(2)²"] = (x => x.LpNorm(2).Square(), Squares),
        ["LpNorm(4)⁴"] = (x => x.LpNorm(4).Pow(4), x => x.Pow(4).Sum()),
        ["LpNorm(3)⁶"] = (x => x.Pow(2).LpNorm(3).Pow(3), x => x.Pow(6).Sum()),
        ["Std²"] = (x => x.Std().Square(), x => x.Var()),
        ["Std² over an axis"] = (x => x.Reshape(1, 3).Std(1).Square().Sum(), x => x.Var()),
        ["√Σx², squared"] = (x => x.Square().Sum().Sqrt().Square(), Squares),
        ["√Σx² twice"] = (x => x.Square().Sum().Sqrt() * x.Square().Sum().Sqrt(), Squares),
        ["∛ cubed"] = (x => x.Cbrt().Pow(3).Sum(), x => x.Sum()),
        ["hypotenuse squared"] = (x => (x[0].Square() + x[1].Square()).Sqrt().Square(), x => x[0].Square() + x[1].Square()),
        ["Linalg.Norm of a matrix"] = (x => x.Reshape(3, 1).Norm([0, 1]).Square(), Squares),
        ["|x|² as Square"] = (x => x.Abs().Square().Sum(), Squares),
        ["|x| |x|"] = (x => (x.Abs() * x.Abs()).Sum(), Squares),
        ["|x|⁴"] = (x => x.Abs().Pow(4).Sum(), x => x.Pow(4).Sum()),
        ["|x|·|x|"] = (x => x.Abs().Dot(x.Abs()), Squares),
        ["Σ|x| |x| as a row times a column"] = (x => x.Abs().Reshape(1, 3).MatMul(x.Abs().Reshape(3, 1)).Sum(), Squares),
        ["|x| sign x"] = (x => (x.Abs() * x.Sign()).Sum(), x => x.Sum()),
        ["(|x| (1 + x²))²"] = (x => (x.Abs() * (1 + x.Square())).Square().Sum(), x => (x * (1 + x.Square())).Square().Sum()),
        ["max(x, −x)²"] = (x => x.Maximum(-x).Square().Sum(), Squares),
        ["max(−x, x)²"] = (x => (-x).Maximum(x).Square().Sum(), Squares),
        ["max(x − 1, 1 − x)² moved"] = (x => ((x + 1) - 1).Maximum(1 - (x + 1)).Square().Sum(), Squares),
        ["a choice, squared"] = (x => Tensor.Where(x > 0, x, -x).Square().Sum(), Squares),
        ["another choice, squared"] = (x => Tensor.Where(x < 0, -x, x).Square().Sum(), Squares),
        ["a choice with equality, squared"] = (x => Tensor.Where(x >= 0, x, -x).Square().Sum(), Squares),
        ["Relu² of both sides"] = (x => (x.Relu().Square() + (-x).Relu().Square()).Sum(), Squares),
        ["Relu² of both sides, summed apart"] = (x => x.Relu().Square().Sum() + (-x).Relu().Square().Sum(), Squares),
        ["Relu² of both sides, as means"] = (x => x.Relu().Square().Mean() + (-x).Relu().Square().Mean(), x => Squares(x) / 3),
        ["Relu² of both sides, halved"] = (x => (0.5 * x.Relu().Square().Sum()) + (0.5 * (-x).Relu().Square().Sum()), x => 0.5 * Squares(x)),
        ["Relu² of both sides, with terms between"] = (x => x.Relu().Square().Sum() + x.Sum().Sin() + (-x).Relu().Square().Sum(),
            x => Squares(x) + x.Sum().Sin()),
        ["Relu⁴ of both sides"] = (x => (x.Relu().Pow(4) + (-x).Relu().Pow(4)).Sum(), x => x.Pow(4).Sum()),
        ["Relu² and min²"] = (x => (x.Maximum(0).Square() + x.Minimum(0).Square()).Sum(), Squares),
        ["Relu − Relu"] = (x => (x.Relu() - (-x).Relu()).Square().Sum(), Squares),
        ["max + min"] = (x => (x.Maximum(0) + x.Minimum(0)).Square().Sum(), Squares),
        ["(1 + Norm²)^−½"] = (x => (1 + x.Norm().Square()).Pow(-0.5), x => (1 + Squares(x)).Pow(-0.5)),
        ["exp(−Norm²)"] = (x => (-x.Norm().Square()).Exp(), x => (-Squares(x)).Exp()),
        ["exp(−Norm Norm)"] = (x => (-(x.Norm() * x.Norm())).Exp(), x => (-Squares(x)).Exp()),
        ["√(1 + Norm²)"] = (x => (1 + x.Norm().Square()).Sqrt(), x => (1 + Squares(x)).Sqrt()),
        ["|x|² of elements"] = (x => x.Abs()[0].Square() + x.Abs()[1].Square() + x.Abs()[2].Square(), Squares),
        ["|x|² of elements taken by indices"] = (x => x.Abs().Take(Tensor.From([2, 0, 1])).Square().Sum(), Squares),
        ["|x|² turned round"] = (x => (x.Flip().Abs() * x.Abs().Flip()).Sum(), Squares),
        ["|x|² joined"] = (x => Tensor.Concat(0, x.Abs()[..1], x[1..].Abs()).Square().Sum(), Squares),
        ["Norms stacked"] = (x => Tensor.Stack(0, x.Norm(), (2 * x).Norm()).Square().Sum(), x => 5 * Squares(x)),
        ["|x|² of both types"] = (x => (x.To(DType.Float32).Abs().To(DType.Float64).Square().Sum() * 0) + x.Abs().Square().Sum(), Squares),
        ["(Norm / (2 + x))², across a broadcast"] = (x => (x.Norm() / (2 + x)).Square().Sum(), x => (Squares(x) / (2 + x).Square()).Sum()),
        ["(LpNorm(4) eˢ)⁴"] = (x => (x.LpNorm(4) * x.Sum().Exp()).Pow(4), x => x.Pow(4).Sum() * (4 * x.Sum()).Exp()),
        ["(hypotenuse eˢ)²"] = (x => (x[0].Hypot(x[1]) * x.Sum().Exp()).Square(), x => (x[0].Square() + x[1].Square()) * (2 * x.Sum()).Exp()),
        ["(∛ eˢ)³"] = (x => (x.Cbrt() * x.Sum().Exp()).Pow(3).Sum(), x => x.Sum() * (3 * x.Sum()).Exp()),
        ["(√Σx² eˢ)²"] = (x => (x.Square().Sum().Sqrt() * x.Sum().Exp()).Square(), x => Squares(x) * (2 * x.Sum()).Exp()),
        ["(−Norm |x| eˢ)²"] = (x => (-x.Norm() * x.Abs() * x.Sum().Exp()).Square().Sum(), x => Squares(x).Square() * (2 * x.Sum()).Exp()),
        ["Norms in turns"] = (x => x.Norm() / (2 + x[0]) * x.Norm(), x => Squares(x) / (2 + x[0])),
        ["tanh² |x|"] = (x => x.Abs().Tanh().Square().Sum(), x => x.Tanh().Square().Sum()),
        ["|x| sin |x|"] = (x => (x.Abs() * x.Abs().Sin()).Sum(), x => (x * x.Sin()).Sum()),
        ["|x|³ tan 2|x|"] = (x => (x.Abs().Pow(3) * (x.Abs() * 2).Tan()).Sum(), x => (x.Pow(3) * (2 * x).Tan()).Sum()),
        ["tanh |x| sign x"] = (x => (x.Abs().Tanh() * x.Sign()).Sum(), x => x.Tanh().Sum()),
        ["cos tanh |x|"] = (x => x.Abs().Tanh().Cos().Sum(), x => x.Tanh().Cos().Sum()),
        ["Norm(x) Norm(−x)"] = (x => x.Norm() * (-x).Norm(), Squares),
        ["|x| |−x|"] = (x => (x.Abs() * (-x).Abs()).Sum(), Squares),
        ["|−x| sign(−x)"] = (x => ((-x).Abs() * (-x).Sign()).Sum(), x => -x.Sum()),
        ["|−x| sign x"] = (x => ((-x).Abs() * x.Sign()).Sum(), x => x.Sum()),
        ["max · min"] = (x => (x.Maximum(x.Flip(0)) * x.Flip(0).Minimum(x)).Sum(), x => (x * x.Flip(0)).Sum()),
        ["max² + min²"] = (x => (x.Maximum(2 * x).Square() + x.Minimum(2 * x).Square()).Sum(), x => 5 * Squares(x)),
        ["(max − min)²"] = (x => (x.Maximum(x.Flip(0)) - x.Minimum(x.Flip(0))).Square().Sum(), x => (x - x.Flip(0)).Square().Sum()),
        ["e^max + e^min, summed apart"] = (
            x => x.Maximum(x.Flip(0)).Exp().Sum() + x.Minimum(x.Flip(0)).Exp().Sum(), x => x.Exp().Sum() + x.Flip(0).Exp().Sum()),
        ["cos |x|"] = (x => x.Abs().Cos().Sum(), x => x.Cos().Sum()),
        ["cosh |x|"] = (x => x.Abs().Cosh().Sum(), x => x.Cosh().Sum()),
        ["log(1 + |x|²)"] = (x => x.Abs().Square().Log1p().Sum(), x => x.Square().Log1p().Sum()),
    };

    public static TheoryData<string> Names => [.. Compositions.Keys];

    /// <summary>∇²f(0), forwards over reverse, in reverse over reverse, in a batch, in a loop and through a checkpoint; and at another point.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void DerivativesAreThoseOfTheSmoothFunction(string name)
    {
        (Func<Tensor, Tensor> kinked, Func<Tensor, Tensor> smooth) = Compositions[name];
        foreach (Tensor at in new[] { s_zero, s_other })
        {
            Close(smooth(at), kinked(at));
            Close(Diff.Grad(smooth, at), Diff.Grad(kinked, at));
            Tensor hessian = Diff.Hessian(smooth, at);
            Close(hessian, Diff.Hessian(kinked, at));
            Close(hessian, Diff.JacobianReverse(x => Diff.Grad(kinked, x), at));
            Close(hessian, Diff.Hessian(Diff.Checkpoint(kinked), at));
            Close(hessian, Diff.Hessian(x => Loop.Iterate(1, c => (c.X, kinked(c.X)), (X: x, F: Tensor.Scalar(0))).F, at));
            Close(hessian, Diff.Hessian(x => Diff.Vmap((Tensor row) => kinked(row), x.Reshape(1, 3)).Sum(), at));
            Close(hessian, Diff.Vmap((Tensor row) => Diff.Hessian(kinked, row), at.Reshape(1, 3)).Reshape(3, 3));
        }
    }

    /// <summary>w* = h/3 for f = ½(w − h)² + ‖w‖², at h = 0.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void HypergradientsAreThoseOfTheSmoothFunction(string name)
    {
        (Func<Tensor, Tensor> kinked, Func<Tensor, Tensor> smooth) = Compositions[name];
        (Tensor wanted, Tensor found) = (Hypergradient(smooth), Hypergradient(kinked));
        Close(wanted, found);

        static Tensor Hypergradient(Func<Tensor, Tensor> part)
        {
            Objective<Tensor, Tensor> inner = Objective.From<Tensor, Tensor>(
                (w, h) => (0.5 * (w - h).Square().Sum()) + (0.1 * (part(w) - Diff.Grad(part, Tensor.Zeros([3])).Dot(w))));
            Objective<Tensor, Tensor> outer = Objective.From<Tensor, Tensor>((w, h) => w.Sum());
            ImplicitHypergradient<Tensor, Tensor> g = Hyperdiff.Hypergradient.Implicit().Compute(
                Bilevel.Problem(inner.MinimizedBy(Minimizer.NewtonCg()), outer), Tensor.Zeros([3]), Tensor.Zeros([3]));
            Assert.True(g.Converged, g.ToString());
            Assert.DoesNotContain(g.Warnings, warning => warning.Kind == WarningKind.Kink);
            return g.Gradient;
        }
    }

    [Fact]
    public void TheIssuesProblem_HasAThird()
    {
        Objective<Tensor, Tensor> inner = Objective.From<Tensor, Tensor>((w, h) => (0.5 * (w - h).Square().Sum()) + w.Norm().Square());
        Objective<Tensor, Tensor> outer = Objective.From<Tensor, Tensor>((w, h) => w.Sum());
        ImplicitHypergradient<Tensor, Tensor> g = Hypergradient.Implicit().Compute(
            Bilevel.Problem(inner.MinimizedBy(Minimizer.NewtonCg()), outer), Tensor.Zeros([2]), Tensor.Zeros([2]));

        Assert.True(g.Converged, g.ToString());
        Assert.All(g.Gradient.ToArray<double>(), element => Assert.Equal(1.0 / 3, element, Rounding));
        Assert.Empty(g.Warnings);
    }

    /// <summary>Scales that squares of their own would not hold: the rewritten square is scaled as the norm is.</summary>
    [Theory]
    [InlineData(1e-140)]
    [InlineData(1e140)]
    public void ScaledNorms_StayScaled(double scale)
    {
        Tensor x = Tensor.From([3 * scale, 4 * scale]);
        (Tensor value, Tensor gradient, _) = Diff.ValueAndGrad(y => y.Norm() * y.Norm(), x);
        Assert.Equal(25, value.ToScalar() / scale / scale, 25 * Rounding);
        Assert.Equal(6, gradient[0].ToScalar() / scale, 6 * Rounding);
    }

    /// <summary>A root of what may be negative keeps its domain: the derivative at 0 is 1 or no number, never 0.</summary>
    [Fact]
    public void ARootOfAnything_IsNoSilentZero()
    {
        double slope = Diff.Grad(x => x.Sqrt().Square().Sum(), s_zero)[0].ToScalar();
        Assert.True(slope == 1 || double.IsNaN(slope), $"{slope}");
        Assert.True(double.IsNaN(Diff.ValueAndGrad(x => x.Sqrt().Square().Sum(), Tensor.From([-1.0])).Value.ToScalar()));
    }

    /// <summary>What only looks alike is left alone: quotients, other powers, parts of different values.</summary>
    [Fact]
    public void WhatIsNotSmooth_KeepsItsDerivatives()
    {
        Tensor x = Tensor.From([2.0, -3]);
        Assert.Equal([0.0, 0], Diff.Grad(y => (y.Abs() / y.Abs()).Sum(), x).ToArray<double>());
        Assert.Equal([2.0, -2], Diff.Grad(y => (y.Abs() * 2).Sum(), x).ToArray<double>());
        Assert.Equal([12.0, -27], Diff.Grad(y => y.Abs().Pow(3).Sum(), x).ToArray<double>());
        Assert.Equal([4.0, 0], Diff.Grad(y => y.Relu().Square().Sum(), x).ToArray<double>());
        Assert.Equal([4.0, 0], Diff.Grad(y => (y.Relu().Square() + (y - 5).Relu().Square()).Sum(), x).ToArray<double>());
        Assert.True(double.IsNaN(Diff.ValueAndGrad(y => y.Norm() / y.Norm(), Tensor.Zeros([2])).Value.ToScalar()));
    }

    private static Tensor Squares(Tensor x) => x.Square().Sum();

    private static void Close(Tensor wanted, Tensor found)
    {
        double[] expected = wanted.ToArray<double>();
        Assert.Equal(wanted.Shape, found.Shape);
        Assert.All(found.ToArray<double>(), (element, i) => Assert.Equal(expected[i], element, Rounding * (1 + Math.Abs(expected[i]))));
    }
}
