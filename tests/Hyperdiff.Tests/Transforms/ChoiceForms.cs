namespace Hyperdiff.Tests.Transforms;

/// <summary>What may stand between a choice and an infinite slope: functions of four numbers that are regular at 0.</summary>
internal static class ChoiceForms
{
    private static readonly Objective<Tensor, Tensor> s_distance = Objective.From<Tensor, Tensor>(
        (w, h) => (0.5 * (w - h).Square().Sum()) + (0.25 * w.Square().Square().Sum()));

    /// <summary>The functions by name, in any floating type.</summary>
    public static IReadOnlyDictionary<string, Func<Tensor, Tensor>> All { get; } = new Dictionary<string, Func<Tensor, Tensor>>
    {
        ["nothing"] = u => u,
        ["a scalar broadcast"] = u => u[0].BroadcastTo([3]),
        ["sum"] = u => u.Sum(),
        ["mean and variance"] = u => u.Mean() + u.Var(),
        ["standard deviation"] = u => (u + Numbers(u)).Std(),
        ["maximum over an axis"] = u => (u + Numbers(u)).Max() + u.Min(),
        ["median by sorting"] = u => (u + Numbers(u)).Sort()[1],
        ["arithmetic"] = u => ((2 * u) - (u / 3) + (-u)) * (1 + u),
        ["division"] = u => (1 + u) / (2 - u),
        ["power"] = u => (2 + u).Pow(1.5) + (2 + u).Pow(1 + u),
        ["functions"] = u => u.Exp() + u.Tanh().Sin() + (1 + u).Log() + u.Sigmoid() + u.Softplus() + u.Atan2(1 + u),
        ["choices"] = u => (u - 1).Relu() + u.LeakyRelu() + u.Elu() + u.Abs() + u.Maximum(1) + u.Minimum(u.Flip() + 1) + (1 + u).Clamp(0, 3),
        ["losses"] = u => Hyperdiff.Losses.Huber(u, Numbers(u)) + Hyperdiff.Losses.CrossEntropy(u.Unsqueeze(0), Tensor.From([1]))
            + Hyperdiff.Losses.BinaryCrossEntropyWithLogits(u, u.To(DType.Float64).To(u.DType).StopGradient()),
        ["soft threshold"] = u => Proximal.SoftThreshold(u + 1, Tensor.Full([], 0.5, u.DType)),
        ["projection on the simplex"] = u => Proximal.Simplex(u + Numbers(u)),
        ["index"] = u => u[2],
        ["slice"] = u => u[1..3],
        ["steps"] = u => u.Slice(0, 0, 4, 2),
        ["concatenation"] = u => Tensor.Concat(0, u, Numbers(u), u[..1]),
        ["stack"] = u => Tensor.Stack(1, u, Numbers(u), u),
        ["flip and roll"] = u => u.Flip() + u.Roll(1, 0),
        ["tile"] = u => u.Tile(2),
        ["reshape and permute"] = u => u.Reshape(2, 2).Transpose(),
        ["take"] = u => u.Take(Tensor.From([1, 1, 3])),
        ["gather"] = u => u.Reshape(2, 2).Gather(Tensor.From(new[,] { { 0, 0 }, { 1, 0 } })),
        ["scatter"] = u => u.ScatterAdd(Tensor.From([0, 2, 2, 1]), 5),
        ["pad"] = u => u.Pad([1], [2]),
        ["diagonal"] = u => u.Reshape(2, 2).Diagonal(),
        ["diagonal matrix"] = u => u.DiagonalMatrix(1),
        ["band"] = u => u.Reshape(2, 2).Tril() + u.Reshape(2, 2).Triu(),
        ["float64"] = u => u.To(DType.Float64),
        ["float32 and back"] = u => u.To(DType.Float32).To(u.DType),
        ["cumulative sum"] = u => u.CumSum(0),
        ["cumulative product"] = u => (1 + u).CumProd(0),
        ["product"] = u => (1 + u).Prod(),
        ["softmax"] = u => u.Softmax(),
        ["log-softmax"] = u => u.LogSoftmax() + u.LogSumExp(),
        ["layer norm"] = u => Hyperdiff.Layers.LayerNorm(u + Numbers(u), Tensor.OnesLike(u), Tensor.ZerosLike(u)),
        ["root mean square norm"] = u => Hyperdiff.Layers.RmsNorm(u + Numbers(u), Tensor.OnesLike(u)),
        ["norms"] = u => (u + Numbers(u)).Norm() + (1 + u).LpNorm(3),
        ["dot and outer"] = u => u.Dot(Numbers(u)) + u.Outer(1 + u),
        ["matrix times vector"] = u => Matrix(u).MatMul(u),
        ["vector times matrix"] = u => u.MatMul(Matrix(u)),
        ["matrix of it times itself"] = u => (Matrix(u) + u).MatMul(1 + u),
        ["batched products"] = u => u.Reshape(2, 2, 1).MatMul(u.Reshape(2, 1, 2) + 1),
        ["einsum"] = u => Tensor.Einsum("ij,jk,k->i", Matrix(u), Matrix(u) + u, u),
        ["einsum of a trace"] = u => Tensor.Einsum("ii,i->", u.Reshape(2, 2), u[..2] + 1),
        ["convolution"] = u => u.Reshape(1, 1, 4).Conv1d(Numbers(u)[..2].Reshape(1, 1, 2), new Convolution { Padding = 1 }),
        ["convolution by it"] = u => Numbers(u).Reshape(1, 1, 4).Conv1d(u.Reshape(1, 1, 4), new Convolution { Padding = 2 }),
        ["transposed convolution"] = u => u.Reshape(1, 1, 4).ConvTranspose1d((Numbers(u) + u).Reshape(1, 1, 4)),
        ["pooling"] = u => (u + Numbers(u)).Reshape(1, 4).MaxPool1d(2) + u.Reshape(1, 4).AvgPool1d(2),
        ["sparse product"] = u => Sparse(Numbers(u)).MatMul(u),
        ["sparse matrix of it"] = u => Sparse(u).MatMul(1 + u) + Sparse(u).TransposedMatMul(Numbers(u)),
        ["solve"] = u => Linalg.Solve(Matrix(u), u),
        ["solve with a matrix of it"] = u => Linalg.Solve(Matrix(u) + u, 1 + u),
        ["triangular solve"] = u => Linalg.SolveTriangular(Matrix(u) + u.DiagonalMatrix(), u.Unsqueeze(-1), lower: true),
        ["inverse and determinant"] = u =>
            Linalg.Inverse(Matrix(u) + u).Sum() + Linalg.Determinant(Matrix(u) + u) + Linalg.LogDeterminant(Matrix(u) + u).LogAbsolute,
        ["Cholesky"] = u => Linalg.Cholesky(Definite(u) + u.DiagonalMatrix()),
        ["QR"] = u => Linalg.Qr(Matrix(u) + u).R,
        ["eigenvalues"] = u => Linalg.Eigh(Definite(u) + u.DiagonalMatrix()).Values,
        ["eigenvectors"] = u => Linalg.Eigh(Definite(u) + u.DiagonalMatrix()).Vectors.Square(),
        ["singular values"] = u => Linalg.SingularValues(Definite(u) + u.DiagonalMatrix()),
        ["loop"] = u => Loop.Iterate(3, x => 0.5 * (x + (u * x).Sin()), u),
        ["loop with checkpoints"] = u => Loop.Iterate(4, x => 0.5 * (x + (u * x).Sin() + u), u, checkpointing: Checkpointing.Every(2)),
        ["scan"] = u => Scanned(u, Checkpointing.None),
        ["scan with checkpoints"] = u => Scanned(u, Checkpointing.Every(2)),
        ["while"] = u => Loop.While(x => x.Sum() < 3, x => x + (0.5 * x.Cos()) + u, u, limit: 20).Carry,
        ["loop with a choice"] = u => Loop.Iterate(3, x => Tensor.Where(x > 0.5, (0.5 * x).Sqrt(), x + u), u),
        ["checkpoint"] = u => Diff.Checkpoint<Tensor, Tensor>(x => x.Sin() * x.Exp())(u),
        ["custom tangent"] = u => Diff.CustomTangent<Tensor, Tensor>(x => x.Sin(), (x, dx) => x.Cos() * dx)(u),
        ["custom cotangent"] = u => Diff.CustomCotangent<Tensor, Tensor>(x => x.Sin(), (x, _, c) => x.Cos() * c)(u),
        ["map over items"] = u => Diff.Vmap(x => x.Sin() * (1 + u.Sum()), u),
        ["gradient within"] = u => Diff.Grad(x => (x.Sin() * x).Sum(), u + 0.5),
        ["fixed point"] = u =>
            FixedPoint.Of(FixedPointMap.From<Tensor, Tensor>((w, h) => (0.3 * w.Cos()) + h)
            .SolvedBy(FixedPoint.Iteration(Tolerance(u))), Tensor.ZerosLike(u), u, LinearSolver.FixedPoint(Tolerance(u))),
        ["minimum"] = u => Argmin.Of(
            s_distance.MinimizedBy(Minimizer.NewtonCg(Tolerance(u))), Tensor.ZerosLike(u), u, LinearSolver.ConjugateGradient(Tolerance(u))),
    };

    /// <summary>The functions that refuse arguments that are no numbers, whatever becomes of the result.</summary>
    public static IReadOnlySet<string> NeedsNumbers { get; } = new HashSet<string>
    {
        "solve with a matrix of it", "triangular solve", "inverse and determinant", "Cholesky", "QR", "eigenvalues", "eigenvectors", "singular values",
        "fixed point", "minimum", "while",
    };

    /// <summary>Four distinct numbers.</summary>
    public static Tensor Numbers(Tensor like) => Tensor.From([0.3, -0.7, 1.1, 0.2]).To(like.DType);

    // a few roundings
    private static double Tolerance(Tensor like) => 8 * like.DType.Epsilon();

    private static Tensor Matrix(Tensor like) =>
        Tensor.From(new[,] { { 4, 0.5, -0.3, 0.2 }, { 0.1, 5, 0.4, -0.6 }, { 0.7, -0.2, 3, 0.1 }, { 0.3, 0.6, 0.2, 6 } }).To(like.DType);

    private static Tensor Definite(Tensor like) => Matrix(like) + Matrix(like).Transpose();

    private static CsrMatrix Sparse(Tensor values) => new(values, Tensor.From([0, 2, 1, 3]), Tensor.From([0, 2, 2, 3, 4]), 4);

    private static Tensor Scanned(Tensor u, Checkpointing checkpointing)
    {
        (Tensor carry, Tensor outputs) = Loop.Scan((x, step) => ((0.5 * x.Sin()) + (step * u), x * u), u, Numbers(u), checkpointing: checkpointing);
        return carry + outputs;
    }
}
