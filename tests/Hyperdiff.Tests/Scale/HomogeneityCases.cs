using System.Reflection;

namespace Hyperdiff.Tests.Scale;

/// <summary>The functions of <see cref="HomogeneityTests"/> with their degrees; every public function is in it, or among those for which the law says nothing,
/// with the reason.</summary>
public sealed partial class HomogeneityTests
{
    private static readonly Dictionary<string, Homogeneous> s_cases = new()
    {
        ["Sum"] = new(1, (x, _) => x.Sum(), [7]),
        ["Mean"] = new(1, (x, _) => x.Mean(0), [5, 3]),
        ["Abs"] = new(1, (x, _) => x.Abs(), [6]),
        ["Relu"] = new(1, (x, _) => x.Relu() + x.LeakyRelu(0.25), [6]),
        ["Max and Min"] = new(1, (x, _) => x.Max(0) - x.Min(0), [5, 3]),
        ["Maximum"] = new(1, (x, s) => x.Maximum(x.Flip()).Minimum(0.5 * s), [6]),
        ["Clamp"] = new(1, (x, s) => x.Clamp(-0.25 * s, 0.5 * s), [6]),
        ["Sort"] = new(1, (x, _) => x.Sort().CumSum(0), [6]),
        ["Norm"] = new(1, (x, _) => x.Norm(), [9]),
        ["Norm of rows"] = new(1, (x, _) => x.Norm(1), [4, 3]),
        ["Norm of columns"] = new(1, (x, _) => x.Norm(0), [5, 3]),
        ["Norm of the middle"] = new(1, (x, _) => x.Norm(1), [2, 3, 2]),
        ["LpNorm(1)"] = new(1, (x, _) => x.LpNorm(1), [6]),
        ["LpNorm(1.5)"] = new(1, (x, _) => x.LpNorm(1.5), [6]),
        ["LpNorm(3)"] = new(1, (x, _) => x.LpNorm(3, [1]), [3, 4]),
        ["LpNorm(100)"] = new(1, (x, _) => x.LpNorm(100), [6]),
        ["LpNorm(∞)"] = new(1, (x, _) => x.LpNorm(double.PositiveInfinity), [6]),
        ["Hypot"] = new(1, (x, s) => x.Hypot(x.Flip()) + x.Hypot(Tensor.Scalar(0.3 * s, x.DType)), [6]),
        ["Atan2"] = new(0, (x, _) => x.Atan2(x.Flip()), [6]),
        ["Divide"] = new(0, (x, _) => x / x.Flip(), [6]),
        ["Reciprocal"] = new(-1, (x, _) => x.Reciprocal(), [6]),
        ["Multiply"] = new(2, (x, _) => x * x.Flip(), [6]),
        ["Square"] = new(2, (x, _) => x.Square(), [6]),
        ["Sqrt"] = new(0.5, (x, _) => x.Abs().Sqrt(), [6], Step: 2),
        ["Rsqrt"] = new(-0.5, (x, _) => x.Abs().Rsqrt(), [6], Step: 2),
        ["Modulo"] = new(1, (x, s) => x.Mod(Tensor.Scalar(0.3 * s, x.DType)), [6]),
        ["MatMul"] = new(2, (x, _) => x.MatMul(x.Transpose()), [3, 3]),
        ["Einsum"] = new(2, (x, _) => Tensor.Einsum("ij,kj->ik", x, x.Flip()), [3, 3]),
        ["Variance"] = new(2, (x, _) => x.Var(0, correction: 1), [5, 3]),
        ["Deviation"] = new(1, (x, _) => x.Std(), [7]),
        ["Deviation of columns"] = new(1, (x, _) => x.Std(0, correction: 1), [5, 3]),
        ["LayerNorm"] = new(0, (x, s) => Hyperdiff.Layers.LayerNorm(x, Weight(x, 4), Weight(x, 4), 0.01 * s * s), [3, 4], Span: 0.5),
        ["RmsNorm"] = new(0, (x, s) => Hyperdiff.Layers.RmsNorm(x, Weight(x, 4), 0.01 * s * s), [3, 4], Span: 0.5),
        ["BatchNorm while training"] = new(0,
            (x, s) => Hyperdiff.Layers.BatchNormTraining(x, Weight(x, 3), Weight(x, 3), (Weight(x, 3), Weight(x, 3)), epsilon: 0.01 * s * s).Output,
            [5, 3], Span: 0.5),
        ["Mean squared error"] = new(2, (x, _) => Hyperdiff.Losses.MeanSquaredError(x, x.Flip()), [6]),
        ["Mean absolute error"] = new(1, (x, _) => Hyperdiff.Losses.MeanAbsoluteError(x, x.Flip()), [6]),
        ["Huber"] = new(2, (x, s) => Hyperdiff.Losses.Huber(x, x.Flip(), 0.5 * s), [6]),
        ["Simplex"] = new(1, (x, s) => Proximal.Simplex(x, 1.5 * s), [3, 5]),
        ["Box"] = new(1, (x, s) => Proximal.Box(x, -0.25 * s, 0.5 * s), [6]),
        ["NonNegative"] = new(1, (x, _) => Proximal.NonNegative(x), [6]),
        ["SoftThreshold"] = new(1, (x, s) => Proximal.SoftThreshold(x, Tensor.Scalar(0.25 * s, x.DType)), [6]),
        ["Convolution"] = new(2, (x, _) => x.Conv1d(x.Unsqueeze(0)[.., .., ..2]), [1, 6]),
        ["Pooling"] = new(1, (x, _) => x.MaxPool1d(2) + x.AvgPool1d(2), [1, 6]),
        ["Pow(2.5)"] = new(2.5, (x, _) => x.Abs().Pow(2.5), [6], Step: 2, Span: 0.4),
        ["Prod"] = new(3, (x, _) => x.Prod(), [3], Span: 0.5),
        ["CumProd"] = new(3, (x, _) => x.CumProd(0)[2], [3], Span: 0.5),
        ["Dot and Outer"] = new(2, (x, _) => x.Outer(x.Flip()) + x.Dot(x.Roll(1, 0)), [3]),
        ["Linear"] = new(2, (x, s) => Hyperdiff.Layers.Linear(x, x.Flip(), 0.5 * s * s * Weight(x, 3)), [3, 4], Span: 0.5),
        ["Transposed convolution"] = new(2, (x, _) => x.ConvTranspose1d(x.Unsqueeze(1)[.., .., ..2]), [1, 6]),
        ["Cholesky"] = new(0.5, (x, s) => Linalg.Cholesky(x + x.Transpose() + (5 * s * Tensor.Eye(3, x.DType))), [3, 3], Step: 2),
        ["Cholesky of a Gram matrix"] = new(1, (x, _) => Linalg.Cholesky(x.MatMul(x.Transpose())), [3, 4], Span: 0.45),
        ["Inverse"] = new(-1, (x, _) => Linalg.Inverse(x), [3, 3]),
        ["Solve in the matrix"] = new(-1, (x, _) => Linalg.Solve(x, Tensor.Eye(3, x.DType)[.., ..2]), [3, 3]),
        ["Solve in the right-hand side"] = new(1, (x, _) => Linalg.Solve(Tensor.Eye(3, x.DType) + (0.25 * Tensor.Ones([3, 3], x.DType)), x), [3, 2]),
        ["Solve in both"] = new(0, (x, _) => Linalg.Solve(x, x.Transpose()), [3, 3]),
        ["SolveTriangular"] = new(0, (x, s) => Linalg.SolveTriangular(x + (3 * s * Tensor.Eye(3, x.DType)), x, lower: true), [3, 3]),
        ["Determinant"] = new(3, (x, _) => Linalg.Determinant(x), [3, 3], Span: 0.5),
        ["Determinants of a batch"] = new(2, (x, _) => Linalg.Determinant(x), [2, 2, 2], Span: 0.5),
        ["LogDeterminant"] = new(0, (x, s) => Linalg.LogDeterminant(x / s).LogAbsolute, [3, 3]),
        ["Q"] = new(0, (x, _) => Linalg.Qr(x).Q, [4, 3]),
        ["R"] = new(1, (x, _) => Linalg.Qr(x).R, [4, 3]),
        ["Eigenvalues"] = new(1, (x, _) => Linalg.EigenvaluesSymmetric(x), [4, 4]),
        ["Squares of eigenvalues"] = new(2, (x, _) => Linalg.EigenvaluesSymmetric(x).Square().Sum(), [4, 4]),
        ["Eigenvectors"] = new(0, (x, _) => Linalg.Eigh(x).Vectors, [4, 4]),
        ["Singular values"] = new(1, (x, _) => Linalg.SingularValues(x), [4, 3]),
        ["Left singular vectors"] = new(0, (x, _) => Linalg.Svd(x).U, [4, 3]),
        ["Right singular vectors"] = new(0, (x, _) => Linalg.Svd(x).Vt, [3, 5]),
    };

    /// <summary>The case that tries a public function.</summary>
    private static readonly Dictionary<string, string> s_triedBy = new()
    {
        ["Tensor.Sum"] = "Sum",
        ["Tensor.op_Addition"] = "Sum",
        ["Tensor.op_Subtraction"] = "Variance",
        ["Tensor.op_UnaryNegation"] = "Singular values",
        ["Tensor.ScatterAdd"] = "Sum",
        ["Tensor.Mean"] = "Mean",
        ["Tensor.Abs"] = "Abs",
        ["Tensor.Relu"] = "Relu",
        ["Tensor.LeakyRelu"] = "Relu",
        ["Tensor.Max"] = "Max and Min",
        ["Tensor.Min"] = "Max and Min",
        ["Tensor.Maximum"] = "Maximum",
        ["Tensor.Minimum"] = "Maximum",
        ["Tensor.Clamp"] = "Clamp",
        ["Tensor.Sort"] = "Sort",
        ["Tensor.CumSum"] = "Sort",
        ["Tensor.TopK"] = "Sort",
        ["Tensor.Norm"] = "Norm",
        ["Tensor.LpNorm"] = "LpNorm(100)",
        ["Tensor.Hypot"] = "Hypot",
        ["Tensor.Atan2"] = "Atan2",
        ["Tensor.op_Division"] = "Divide",
        ["Tensor.Reciprocal"] = "Reciprocal",
        ["Tensor.op_Multiply"] = "Multiply",
        ["Tensor.Square"] = "Square",
        ["Tensor.Sqrt"] = "Sqrt",
        ["Tensor.Rsqrt"] = "Rsqrt",
        ["Tensor.Pow"] = "Pow(2.5)",
        ["Tensor.Mod"] = "Modulo",
        ["Tensor.MatMul"] = "MatMul",
        ["Tensor.Einsum"] = "Einsum",
        ["Tensor.Dot"] = "Dot and Outer",
        ["Tensor.Outer"] = "Dot and Outer",
        ["Tensor.Var"] = "Variance",
        ["Tensor.Std"] = "Deviation",
        ["Tensor.Prod"] = "Prod",
        ["Tensor.CumProd"] = "CumProd",
        ["Tensor.Conv1d"] = "Convolution",
        ["Tensor.Conv2d"] = "Convolution",
        ["Tensor.Conv3d"] = "Convolution",
        ["Tensor.ConvTranspose1d"] = "Transposed convolution",
        ["Tensor.ConvTranspose2d"] = "Transposed convolution",
        ["Tensor.ConvTranspose3d"] = "Transposed convolution",
        ["Tensor.MaxPool1d"] = "Pooling",
        ["Tensor.MaxPool2d"] = "Pooling",
        ["Tensor.MaxPool3d"] = "Pooling",
        ["Tensor.AvgPool1d"] = "Pooling",
        ["Tensor.AvgPool2d"] = "Pooling",
        ["Tensor.AvgPool3d"] = "Pooling",
        ["Linalg.Cholesky"] = "Cholesky",
        ["Linalg.Solve"] = "Solve in both",
        ["Linalg.SolveTriangular"] = "SolveTriangular",
        ["Linalg.Inverse"] = "Inverse",
        ["Linalg.Determinant"] = "Determinant",
        ["Linalg.LogDeterminant"] = "LogDeterminant",
        ["Linalg.Qr"] = "R",
        ["Linalg.Eigh"] = "Eigenvectors",
        ["Linalg.EigenvaluesSymmetric"] = "Eigenvalues",
        ["Linalg.Svd"] = "Left singular vectors",
        ["Linalg.SingularValues"] = "Singular values",
        ["Losses.Huber"] = "Huber",
        ["Losses.MeanAbsoluteError"] = "Mean absolute error",
        ["Losses.MeanSquaredError"] = "Mean squared error",
        ["Layers.Linear"] = "Linear",
        ["Layers.LayerNorm"] = "LayerNorm",
        ["Layers.RmsNorm"] = "RmsNorm",
        ["Layers.BatchNormTraining"] = "BatchNorm while training",
        ["Proximal.Box"] = "Box",
        ["Proximal.NonNegative"] = "NonNegative",
        ["Proximal.Simplex"] = "Simplex",
        ["Proximal.SoftThreshold"] = "SoftThreshold",
    };

    /// <summary>Public functions that have no degree, by reason.</summary>
    private static readonly (string Reason, string[] Functions)[] s_exempt =
    [
        ("It moves or chooses elements, and computes nothing.",
        [
        "Tensor.Reshape", "Tensor.Flatten", "Tensor.Squeeze", "Tensor.Unsqueeze", "Tensor.BroadcastTo", "Tensor.Permute", "Tensor.Transpose",
        "Tensor.MoveAxis", "Tensor.Flip", "Tensor.Roll", "Tensor.Tile", "Tensor.Diagonal", "Tensor.DiagonalMatrix", "Tensor.Tril", "Tensor.Triu",
        "Tensor.Slice", "Tensor.Take", "Tensor.TakeRows", "Tensor.Gather", "Tensor.Concat", "Tensor.Stack", "Tensor.Split", "Tensor.Pad",
        "Tensor.Where", "Tensor.StopGradient", "Layers.Embedding",
        ]),
        ("Its argument has no unit: it is a sum of powers of it.",
        [
        "Tensor.Sigmoid", "Tensor.Elu", "Tensor.Softplus", "Tensor.LogSigmoid", "Tensor.Silu", "Tensor.Gelu", "Tensor.GeluTanh", "Tensor.Softmax",
        "Tensor.LogSoftmax", "Tensor.LogSumExp", "Tensor.Exp", "Tensor.Expm1", "Tensor.Log", "Tensor.Log1p", "Tensor.Log2", "Tensor.Log10",
        "Tensor.Erf", "Tensor.Erfc", "Tensor.ErfInv", "Tensor.ErfcInv", "Tensor.LogGamma", "Tensor.Digamma", "Tensor.Polygamma", "Tensor.Sin",
        "Tensor.Cos", "Tensor.Tan", "Tensor.Asin", "Tensor.Acos", "Tensor.Atan", "Tensor.Sinh", "Tensor.Cosh", "Tensor.Tanh", "Tensor.Asinh",
        "Tensor.Acosh", "Tensor.Atanh", "Losses.BinaryCrossEntropyWithLogits", "Losses.CrossEntropy", "Losses.Hinge", "Losses.KullbackLeibler",
        "Layers.Attention", "Layers.GruCell", "Layers.LstmCell", "Bijection.Apply", "Bijection.Invert", "Bijection.Pullback",
        ]),
        ("Its result does not change with the scale of its argument, or is an index or a mask.",
        [
        "Tensor.Sign", "Tensor.Floor", "Tensor.Ceiling", "Tensor.Round", "Tensor.Truncate", "Tensor.ArgMax", "Tensor.ArgMin", "Tensor.ArgSort",
        "Tensor.op_LessThan", "Tensor.op_GreaterThan", "Tensor.op_LessThanOrEqual", "Tensor.op_GreaterThanOrEqual", "Tensor.op_BitwiseAnd",
        "Tensor.op_BitwiseOr", "Tensor.op_LogicalNot", "Tensor.Less", "Tensor.LessOrEqual", "Tensor.Greater", "Tensor.GreaterOrEqual", "Tensor.Equal",
        "Tensor.NotEqual", "Tensor.And", "Tensor.Or", "Tensor.Not", "Tensor.IsFinite", "Tensor.IsNaN", "Tensor.All", "Tensor.Any", "Tensor.OneHot",
        ]),
        ("Its degree is a third, and it is right to rounding, not the same in every bit.", ["Tensor.Cbrt"]),
        ("It makes or converts numbers.",
        [
        "Tensor.Scalar", "Tensor.Full", "Tensor.Zeros", "Tensor.Ones", "Tensor.ZerosLike", "Tensor.OnesLike", "Tensor.From", "Tensor.Wrap",
        "Tensor.Arange", "Tensor.Eye", "Tensor.FromHost", "Tensor.To", "Tensor.ToTensor", "Tensor.AsTensorSpan",
        ]),
        ("It multiplies by what is drawn or given.",
        [
        "Layers.Dropout", "Layers.BatchNorm",
        ]),
    ];

    [Fact]
    public void EveryPublicFunction_HasADegree_OrAReason()
    {
        const BindingFlags Public = BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;
        string[] functions =
        [
            .. new[] { typeof(Tensor), typeof(Linalg), typeof(Hyperdiff.Losses), typeof(Hyperdiff.Layers), typeof(Proximal), typeof(Bijection) }
                .SelectMany(type => type.GetMethods(Public).Where(method => !method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal))
                    .Where(method => method.ReturnType.ToString().Contains(nameof(Tensor), StringComparison.Ordinal))
                    .Select(method => $"{type.Name}.{method.Name}")).Distinct().Order(),
        ];
        string[] named = [.. s_triedBy.Keys, .. s_exempt.SelectMany(group => group.Functions)];

        Assert.Equal(named.Length, named.Distinct().Count());
        Assert.Equal(functions, named.Order());
        Assert.All(s_triedBy.Values, name => Assert.Contains(name, s_cases.Keys));
    }
}
