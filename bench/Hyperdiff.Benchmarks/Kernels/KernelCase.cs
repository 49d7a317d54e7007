namespace Hyperdiff.Benchmarks.Kernels;

/// <summary>One computation that both sides do.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Peer">The same as an expression of PyTorch, of x (and y).</param>
/// <param name="Run">The same by the library.</param>
/// <param name="Operands">What it is given.</param>
internal sealed record KernelCase(string Name, string Peer, Func<Tensor[], Tensor> Run, params KernelOperand[] Operands)
{
    private const int Many = 1_280_000;

    /// <summary>Multiplications and additions of the value, for what is bound by those; 0 for what is bound by memory.</summary>
    public double Work { get; init; }

    /// <summary>Whether it has derivatives.</summary>
    public bool IsDifferentiable { get; init; } = true;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<KernelCase> All { get; } =
    [
        Of("x + 1", "x + 1", x => x + 1),
        Of("2x", "x * 2", x => x * 2),
        OfTwo("x + y", "x + y", (x, y) => x + y),
        OfTwo("xy", "x * y", (x, y) => x * y),
        OfTwo("x / y", "x / y", (x, y) => x / y),
        Of("square", "x * x", x => x * x),
        Of("sqrt", "x.sqrt()", x => x.Sqrt(), KernelOperand.Positive),
        Of("abs", "x.abs()", x => x.Abs()),
        Of("relu", "torch.relu(x)", x => x.Relu()),
        Of("clamp", "x.clamp(-1, 1)", x => x.Clamp(-1, 1)),
        Of("where", "torch.where(x > 0.5, x, 2 * x)", x => Tensor.Where(x > 0.5, x, 2 * x)),
        OfTwo("maximum", "torch.maximum(x, y)", (x, y) => x.Maximum(y)),
        Of("exp", "x.exp()", x => x.Exp()),
        Of("expm1", "x.expm1()", x => x.Expm1()),
        Of("log", "x.log()", x => x.Log(), KernelOperand.Positive),
        Of("log1p", "x.log1p()", x => x.Log1p(), KernelOperand.Positive),
        Of("sin", "x.sin()", x => x.Sin()),
        Of("cos", "x.cos()", x => x.Cos()),
        Of("tan", "x.tan()", x => x.Tan()),
        Of("atan", "x.atan()", x => x.Atan()),
        Of("asin", "x.asin()", x => x.Asin(), KernelOperand.Unit),
        Of("acos", "x.acos()", x => x.Acos(), KernelOperand.Unit),
        Of("sinh", "x.sinh()", x => x.Sinh()),
        Of("cosh", "x.cosh()", x => x.Cosh()),
        Of("tanh", "x.tanh()", x => x.Tanh()),
        Of("sigmoid", "x.sigmoid()", x => x.Sigmoid()),
        Of("softplus", "torch.nn.functional.softplus(x, threshold=1e9)", x => x.Softplus()),
        Of("silu", "torch.nn.functional.silu(x)", x => x.Silu()),
        Of("gelu", "torch.nn.functional.gelu(x)", x => x.Gelu()),
        Of("erf", "x.erf()", x => x.Erf()),
        Of("x^2.5", "x ** 2.5", x => x.Pow(2.5), KernelOperand.Positive),
        OfTwo("x^y", "x ** y", (x, y) => x.Pow(y), KernelOperand.Positive),
        OfTwo("atan2", "torch.atan2(x, y)", (x, y) => x.Atan2(y)),
        Of("sum", "x.sum()", x => x.Sum()),
        Of("mean", "x.mean()", x => x.Mean()),
        Of("max", "x.max()", x => x.Max()),
        Of("norm", "x.norm()", x => x.Norm()),
        Of("variance", "x.var(unbiased=False)", x => x.Var()),
        Of("argmax", "x.argmax()", x => x.ArgMax()) with { IsDifferentiable = false },
        Of("logsumexp", "x.logsumexp(0)", x => x.LogSumExp()),
        Of("softmax", "x.softmax(0)", x => x.Softmax()),
        Of("log softmax", "x.log_softmax(0)", x => x.LogSoftmax()),
        Rows("sum of rows", "x.sum(1)", x => x.Sum(1)),
        Rows("sum of columns", "x.sum(0)", x => x.Sum(0)),
        Rows("max of rows", "x.max(1).values", x => x.Max(1)),
        Rows("softmax of rows", "x.softmax(1)", x => x.Softmax(1)),
        Rows("logsumexp of rows", "x.logsumexp(1)", x => x.LogSumExp(1)),
        Rows("softmax of columns", "x.softmax(0)", x => x.Softmax(0)),
        Rows("cumsum of rows", "x.cumsum(1)", x => x.CumSum(1)),
        Rows("cumsum of columns", "x.cumsum(0)", x => x.CumSum(0)),
        Rows("cumprod of rows", "x.cumprod(1)", x => x.CumProd(1), KernelOperand.NearOne),
        Rows("transpose", "x.t().contiguous()", x => x.Transpose()),
        Rows("transpose of squares", "x.t().contiguous()", x => x.Transpose(), KernelOperand.Normal(1024, 1024)),
        Rows("axes turned", "x.permute(2, 0, 1).contiguous()", x => x.Permute(2, 0, 1), KernelOperand.Normal(128, 64, 64)),
        Rows("concatenation", "torch.cat([x, x], 1)", x => Tensor.Concat(1, x, x)),
        Rows("padding", "torch.nn.functional.pad(x, (1, 1, 1, 1))", x => x.Pad([1, 1], [1, 1])),
        Rows("every second column", "x[:, ::2].contiguous()", x => x[.., TensorIndex.Every(2, ..)]),
        Rows("sort of rows", "x.sort(dim=1, stable=True).values", x => x.Sort(1)),
        Of("sort", "x.sort(dim=0, stable=True).values", x => x.Sort(), KernelOperand.Normal(320_000)),
        Product(4, 1000, 1000),
        Product(1, 1000, 1000),
        Product(4096, 32, 32),
        Product(256, 256, 256),
        Product(32, 4096, 32),
        Product(1000, 1, 1000),
        new("x' x of [4096,256]", "x.t() @ x", x => x[0].Transpose().MatMul(x[0]), KernelOperand.Normal(4096, 256)) { Work = 4096.0 * 256 * 256 },
        new("x[1000,1000] y[1000]", "x @ y", x => x[0].MatMul(x[1]), KernelOperand.Normal(1000, 1000), KernelOperand.Normal(1000)) { Work = 2e6 },
        new("convolution", "torch.nn.functional.conv2d(x, y, padding=1)", x => x[0].Conv2d(x[1], s_same), KernelOperand.Normal(32, 16, 28, 28),
            KernelOperand.Normal(32, 16, 3, 3)) { Work = 2.0 * 32 * 32 * 28 * 28 * 16 * 9 },
        new("depthwise convolution", "torch.nn.functional.conv2d(x, y, padding=1, groups=16)", x => x[0].Conv2d(x[1], s_depthwise),
            KernelOperand.Normal(32, 16, 28, 28), KernelOperand.Normal(16, 1, 3, 3)) { Work = 2.0 * 32 * 16 * 28 * 28 * 9 },
        new("convolution of digits", "torch.nn.functional.conv2d(x, y, padding=1)", x => x[0].Conv2d(x[1], s_same), KernelOperand.Normal(64, 16, 8, 8),
            KernelOperand.Normal(16, 16, 3, 3)) { Work = 2.0 * 64 * 16 * 8 * 8 * 16 * 9 },
        new("depthwise convolution of digits", "torch.nn.functional.conv2d(x, y, padding=1, groups=16)", x => x[0].Conv2d(x[1], s_depthwise),
            KernelOperand.Normal(64, 16, 8, 8), KernelOperand.Normal(16, 1, 3, 3)) { Work = 2.0 * 64 * 16 * 8 * 8 * 9 },
        new("max pool", "torch.nn.functional.max_pool2d(x, 2)", x => x[0].MaxPool2d(2), KernelOperand.Normal(32, 16, 28, 28)),
        new("average pool", "torch.nn.functional.avg_pool2d(x, 3, 1, 1, count_include_pad=True)",
            x => x[0].AvgPool2d(3, 1, 1), KernelOperand.Normal(32, 16, 28, 28)),
        .. MatrixCases.All,
    ];

    private static readonly Convolution s_same = new() { Padding = Padding.Same };
    private static readonly Convolution s_depthwise = new() { Padding = Padding.Same, Groups = 16 };

    private static KernelCase Of(string name, string peer, Func<Tensor, Tensor> run, KernelOperand? operand = null) =>
        new(name, peer, x => run(x[0]), operand is null ? KernelOperand.Normal(Many) : operand.OfDefault(Many));

    private static KernelCase OfTwo(string name, string peer, Func<Tensor, Tensor, Tensor> run, KernelOperand? operand = null) =>
        new(name, peer, x => run(x[0], x[1]), (operand ?? KernelOperand.Normal(Many)).OfDefault(Many), KernelOperand.Positive.OfDefault(Many));

    private static KernelCase Rows(string name, string peer, Func<Tensor, Tensor> run, KernelOperand? operand = null) =>
        new(name, peer, x => run(x[0]), operand is null ? KernelOperand.Normal(4096, 128) : operand.OfDefault(4096, 128));

    private static KernelCase Product(int rows, int inner, int columns) =>
        new($"x[{rows},{inner}] y[{inner},{columns}]", "x @ y", x => x[0].MatMul(x[1]), KernelOperand.Normal(rows, inner), KernelOperand.Normal(inner, columns))
        {
            Work = 2.0 * rows * inner * columns,
        };
}
