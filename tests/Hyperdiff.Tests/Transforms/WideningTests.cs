using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff.Tests.Transforms;

/// <summary>What a float64 function computes in float32 within has the range of float32; its tangents and cotangents have that of float64.</summary>
public sealed class WideningTests
{
    private static readonly Tensor s_x = Tensor.From([0.3, -0.7, 1.1, 0.2]);
    private static readonly Tensor s_direction = Tensor.From([0.5, 0.25, -1.5, 2]);
    private static readonly Tensor s_matrix = Tensor.From(new[,] { { 1, 0.5, 0, 0.25 }, { 0.5, 2, 0.125, 0 }, { 0, 0.125, 1, 1 }, { 0.25, 0, 1, 3 } });
    private static readonly Tensor s_narrow = s_matrix.To(DType.Float32);

    private static readonly Dictionary<string, Func<Tensor, Tensor>> s_functions = new()
    {
        ["elementwise"] = x => (x.Tanh() * x.Exp()) + (x * x.Sigmoid()),
        ["product"] = x => s_narrow.MatMul(x).Sin(),
        ["product of both"] = x => x.Reshape(2, 2).MatMul(x.Reshape(2, 2)),
        ["norm"] = x => x.Norm() * x,
        ["softmax"] = x => x.Softmax(0),
        ["choice"] = x => Tensor.Where(x > 0, x.Square(), x.Exp()),
        ["largest"] = x => x.Max() * x.Sort().Cos(),
        ["rearranged"] = x => Tensor.Concat(0, x[1..].Flip(0), x.CumSum(0).Square(), x.Take(Tensor.From([2, 0])) * x[3]),
        ["there and back"] = x => (x.To(DType.Float64).Cos().To(DType.Float32) * x).Sin(),
        ["solve"] = x => Linalg.Solve(s_narrow + (x.Reshape(4, 1) * x), x),
        ["factor"] = x => Linalg.Cholesky(s_narrow + (x.Reshape(4, 1) * x)),
        ["loop"] = x => Loop.Iterate(5, y => (y * 0.5).Sin() + x, x),
        ["loop with checkpoints"] = x => Loop.Iterate(6, y => (y * 0.5).Sin() + x, x, checkpointing: Checkpointing.Every(2)),
        ["while"] = x => Loop.While((Tensor y) => y.Norm() < 9, y => y * 1.5, x, 20).Carry,
        ["scan"] = x => Loop.Scan((Tensor sum, Tensor y) => (sum + (y * y), sum.Sin()), x[0], x).Outputs,
        ["checkpoint"] = x => Diff.Checkpoint((Tensor y) => y.Sin() * y.Norm())(x),
        ["custom tangent"] = x => Diff.CustomTangent((Tensor y) => y.Sin(), (y, t) => y.Cos() * t)(x),
        ["custom cotangent"] = x => Diff.CustomCotangent((Tensor y) => y.Sin(), (y, _, c) => y.Cos() * c)(x),
        ["fixed point"] = x => FixedPoint.Of(FixedPointMap.From<Tensor, Tensor>((w, h) => (0.25 * w.Sin()) + h), x, x),
        ["batch"] = x => Diff.Vmap((Tensor row) => row.Sin() * row.Sum(), x.Reshape(2, 2)),
    };

    public static TheoryData<string> Functions => [.. s_functions.Keys];

    [Theory]
    [MemberData(nameof(Functions))]
    public void DerivativesOfAMultiple_AreTheMultiple_WhereTheFunctionComputesInFloat32(string name)
    {
        Func<Tensor, Tensor> within = s_functions[name];
        Tensor Of(Tensor x) => within(x.To(DType.Float32)).To(DType.Float64).Cos().Sum();
        Derived plain = Derived.Of(Of, 0);
        Assert.All(plain.Numbers, number => Assert.True(double.IsFinite(number)));
        Assert.NotEqual(0, plain.Numbers[0]);
        foreach (int k in (int[])[-500, -200, -100, 100, 200, 500])
        {
            Assert.Equal([.. plain.Numbers.Select(number => Math.ScaleB(number, k))], Derived.Of(Of, k).Numbers);
        }
    }

    /// <summary>The gradient, a product with the Hessian, a tangent in a far direction, and the gradient of a gradient, of 2ᵏ f.</summary>
    private sealed record Derived(double[] Numbers)
    {
        public static Derived Of(Func<Tensor, Tensor> function, int k)
        {
            Tensor unit = Tensor.Scalar(Math.ScaleB(1, k));
            Tensor F(Tensor x) => unit * function(x);
            Tensor gradient = Diff.Grad(F, s_x), curved = Diff.Hvp(F, s_x, s_direction);
            Tensor tangent = Diff.Jvp(function, s_x, unit * s_direction).Tangent;
            Tensor twice = Diff.Grad(x => (Diff.Grad(F, x) * s_direction).Sum(), s_x);
            return new Derived([.. gradient.ToArray<double>(), tangent.ToScalar(), .. curved.ToArray<double>(), .. twice.ToArray<double>()]);
        }
    }

    [Fact]
    public void FunctionOfFloat32_KeepsItsDerivativesInFloat32()
    {
        Graph function = TracedFunction.Of(
            x => [s_narrow.MatMul(x[0]).Tanh().To(DType.Float64).Square().Sum() * x[0].Norm().To(DType.Float64)],
            [new TensorType(DType.Float32, [4])]).Graph;

        Graph gradient = Derivatives.Gradient(function, [0]);

        // what the loss itself computes in float64 is 4 numbers and scalars; products stay narrow
        Assert.All(gradient.Equations.Where(equation => equation.Primitive.Name.Contains("MatMul", StringComparison.Ordinal)),
            equation => Assert.Equal(DType.Float32, equation.Results[0].Type.DType));
        Assert.Contains(gradient.Equations, equation => equation.Primitive.Name.Contains("MatMul", StringComparison.Ordinal));
    }
}
