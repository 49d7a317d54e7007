using System.Reflection;
using NeuralLayers = Hyperdiff.Layers;
using TrainingLosses = Hyperdiff.Losses;

namespace Hyperdiff.Tests.Values;

/// <summary>The operations of the table by name; a name that is not here is a method of <see cref="Tensor"/> that takes nothing, or one tensor.</summary>
internal static class ValueOperations
{
    private static readonly Dictionary<string, Func<ValueCase, Tensor[], Tensor[]>> s_operations = new(StringComparer.Ordinal)
    {
        // elementwise
        ["Negate"] = (_, x) => [-x[0]],
        ["Add"] = (_, x) => [x[0] + x[1]],
        ["Subtract"] = (_, x) => [x[0] - x[1]],
        ["Multiply"] = (_, x) => [x[0] * x[1]],
        ["Divide"] = (_, x) => [x[0] / x[1]],
        ["Where"] = (_, x) => [Tensor.Where(x[0], x[1], x[2])],
        ["PowNumber"] = (c, x) => [x[0].Pow(c.Number("exponent"))],
        ["Polygamma"] = (c, x) => [x[0].Polygamma(c.Int("order"))],
        ["Clamp"] = (c, x) => [x[0].Clamp(c.Number("low"), c.Number("high"))],
        ["Elu"] = (c, x) => [x[0].Elu(Option(c, "alpha", 1))],
        ["LeakyRelu"] = (c, x) => [x[0].LeakyRelu(Option(c, "slope", 0.01))],
        ["To"] = (c, x) => [x[0].To(Enum.Parse<DType>(c.Text("dtype")))],

        // reductions
        ["Sum"] = (c, x) => [x[0].Sum(c.Ints("axes"), c.Flag("keep"))],
        ["Mean"] = (c, x) => [x[0].Mean(c.Ints("axes"), c.Flag("keep"))],
        ["Max"] = (c, x) => [x[0].Max(c.Ints("axes"), c.Flag("keep"))],
        ["Min"] = (c, x) => [x[0].Min(c.Ints("axes"), c.Flag("keep"))],
        ["Prod"] = (c, x) => [x[0].Prod(c.Ints("axes"), c.Flag("keep"))],
        ["Var"] = (c, x) => [x[0].Var(c.Ints("axes"), c.Flag("keep"), c.Int("correction"))],
        ["Std"] = (c, x) => [x[0].Std(c.Ints("axes"), c.Flag("keep"), c.Int("correction"))],
        ["Norm"] = (c, x) => [x[0].Norm(c.Ints("axes"), c.Flag("keep"))],
        ["LpNorm"] = (c, x) => [x[0].LpNorm(c.Number("power"), c.Ints("axes"), c.Flag("keep"))],
        ["Any"] = (c, x) => [x[0].Any(c.Int("axis"))],
        ["All"] = (c, x) => [x[0].All(c.Int("axis"))],
        ["ArgMax"] = (c, x) => [x[0].ArgMax(c.Int("axis"))],
        ["ArgMin"] = (c, x) => [x[0].ArgMin(c.Int("axis"))],
        ["CumSum"] = (c, x) => [x[0].CumSum(c.Int("axis"))],
        ["CumProd"] = (c, x) => [x[0].CumProd(c.Int("axis"))],
        ["Softmax"] = (c, x) => [x[0].Softmax(c.Int("axis"))],
        ["LogSoftmax"] = (c, x) => [x[0].LogSoftmax(c.Int("axis"))],
        ["LogSumExp"] = (c, x) => [x[0].LogSumExp(c.Int("axis"))],
        ["Sort"] = (c, x) => [x[0].Sort(c.Int("axis"), c.Flag("descending"))],
        ["ArgSort"] = (c, x) => [x[0].ArgSort(c.Int("axis"), c.Flag("descending"))],
        ["TopK"] = (c, x) => Pair(x[0].TopK(c.Int("count"), c.Int("axis"))),

        // shapes and indices
        ["Slice"] = (c, x) => [x[0].Slice(c.Int("axis"), c.Int("start"), c.Int("stop"), c.Int("step"))],
        ["Permute"] = (c, x) => [x[0].Permute(c.Ints("order"))],
        ["Transpose"] = (_, x) => [x[0].Transpose()],
        ["Reshape"] = (c, x) => [x[0].Reshape(c.Ints("sizes"))],
        ["MoveAxis"] = (c, x) => [x[0].MoveAxis(c.Int("source"), c.Int("destination"))],
        ["Flip"] = (c, x) => [x[0].Flip(c.Ints("axes"))],
        ["Roll"] = (c, x) => [x[0].Roll(c.Int("shift"), c.Int("axis"))],
        ["Tile"] = (c, x) => [x[0].Tile(c.Ints("counts"))],
        ["Diagonal"] = (c, x) => [x[0].Diagonal(c.Int("offset"))],
        ["DiagonalMatrix"] = (c, x) => [x[0].DiagonalMatrix(c.Int("offset"))],
        ["Tril"] = (c, x) => [x[0].Tril(c.Int("diagonal"))],
        ["Triu"] = (c, x) => [x[0].Triu(c.Int("diagonal"))],
        ["Pad"] = (c, x) => [x[0].Pad(c.Ints("before"), c.Ints("after"), c.Number("value"))],
        ["Concat"] = (c, x) => [Tensor.Concat(c.Int("axis"), x)],
        ["Stack"] = (c, x) => [Tensor.Stack(c.Int("axis"), x)],
        ["Split"] = (c, x) => x[0].Split(c.Int("axis"), c.Ints("sizes")),
        ["BroadcastTo"] = (c, x) => [x[0].BroadcastTo(new Shape(c.Ints("shape")))],
        ["Take"] = (c, x) => [x[0].Take(x[1], c.Int("axis"))],
        ["Gather"] = (c, x) => [x[0].Gather(x[1], c.Int("axis"))],
        ["ScatterAdd"] = (c, x) => [x[0].ScatterAdd(x[1], c.Int("size"), c.Int("axis"))],
        ["OneHot"] = (c, x) => [x[0].OneHot(c.Int("classes"))],

        // contractions
        ["Einsum"] = (c, x) => [Tensor.Einsum(c.Text("subscripts"), x)],
        ["Conv1d"] = (c, x) => [x[0].Conv1d(x[1], Moves(c))],
        ["Conv2d"] = (c, x) => [x[0].Conv2d(x[1], Moves(c))],
        ["Conv3d"] = (c, x) => [x[0].Conv3d(x[1], Moves(c))],
        ["ConvTranspose1d"] = (c, x) => [x[0].ConvTranspose1d(x[1], Moves(c), c.Int("outputPadding"))],
        ["ConvTranspose2d"] = (c, x) => [x[0].ConvTranspose2d(x[1], Moves(c), c.Int("outputPadding"))],
        ["ConvTranspose3d"] = (c, x) => [x[0].ConvTranspose3d(x[1], Moves(c), c.Int("outputPadding"))],
        ["MaxPool1d"] = (c, x) => [x[0].MaxPool1d(c.Int("kernel"), c.Int("stride"), c.Int("padding"), c.Int("dilation"))],
        ["MaxPool2d"] = (c, x) => [x[0].MaxPool2d(c.Int("kernel"), c.Int("stride"), c.Int("padding"), c.Int("dilation"))],
        ["MaxPool3d"] = (c, x) => [x[0].MaxPool3d(c.Int("kernel"), c.Int("stride"), c.Int("padding"), c.Int("dilation"))],
        ["AvgPool1d"] = (c, x) => [x[0].AvgPool1d(c.Int("kernel"), c.Int("stride"), c.Int("padding"), c.Flag("count"))],
        ["AvgPool2d"] = (c, x) => [x[0].AvgPool2d(c.Int("kernel"), c.Int("stride"), c.Int("padding"), c.Flag("count"))],
        ["AvgPool3d"] = (c, x) => [x[0].AvgPool3d(c.Int("kernel"), c.Int("stride"), c.Int("padding"), c.Flag("count"))],
        ["SparseMatMul"] = (_, x) => [CsrMatrix.FromDense(x[0]).MatMul(x[1])],
        ["SparseTransposedMatMul"] = (_, x) => [CsrMatrix.FromDense(x[0]).TransposedMatMul(x[1])],

        // linear algebra
        ["Solve"] = (_, x) => [Linalg.Solve(x[0], x[1])],
        ["SolveTriangular"] = (c, x) => [Linalg.SolveTriangular(x[0], x[1], c.Flag("lower"), c.Flag("transpose"), c.Flag("unit"))],
        ["Inverse"] = (_, x) => [Linalg.Inverse(x[0])],
        ["Determinant"] = (_, x) => [Linalg.Determinant(x[0])],
        ["LogDeterminant"] = (_, x) => Pair(Linalg.LogDeterminant(x[0])),
        ["Cholesky"] = (_, x) => [Linalg.Cholesky(x[0])],
        ["EigenvaluesSymmetric"] = (_, x) => [Linalg.EigenvaluesSymmetric(x[0])],
        ["SingularValues"] = (_, x) => [Linalg.SingularValues(x[0])],
        ["Qr"] = (_, x) => Pair(Linalg.Qr(x[0])),

        // losses and layers
        ["MeanSquaredError"] = (_, x) => [TrainingLosses.MeanSquaredError(x[0], x[1])],
        ["MeanAbsoluteError"] = (_, x) => [TrainingLosses.MeanAbsoluteError(x[0], x[1])],
        ["Huber"] = (c, x) => [TrainingLosses.Huber(x[0], x[1], c.Number("delta"))],
        ["BinaryCrossEntropyWithLogits"] = (_, x) => [TrainingLosses.BinaryCrossEntropyWithLogits(x[0], x[1])],
        ["CrossEntropy"] = (c, x) => [TrainingLosses.CrossEntropy(x[0], x[1], c.Number("smoothing"))],
        ["KullbackLeibler"] = (_, x) => [TrainingLosses.KullbackLeibler(x[0], x[1])],
        ["Hinge"] = (_, x) => [TrainingLosses.Hinge(x[0], x[1])],
        ["Linear"] = (_, x) => [NeuralLayers.Linear(x[0], x[1], x[2])],
        ["Embedding"] = (_, x) => [NeuralLayers.Embedding(x[0], x[1])],
        ["LayerNorm"] = (c, x) => [NeuralLayers.LayerNorm(x[0], x[1], x[2], c.Number("epsilon"))],
        ["RmsNorm"] = (c, x) => [NeuralLayers.RmsNorm(x[0], x[1], c.Number("epsilon"))],
        ["BatchNorm"] = (c, x) => [NeuralLayers.BatchNorm(x[0], x[1], x[2], (x[3], x[4]), c.Number("epsilon"))],
        ["BatchNormTraining"] = (c, x) => BatchNormTraining(c, x),
        ["GruCell"] = (_, x) => [NeuralLayers.GruCell(x[0], x[1], (x[2], x[3], x[4], x[5]))],
        ["LstmCell"] = (_, x) => Pair(NeuralLayers.LstmCell(x[0], (x[1], x[2]), (x[3], x[4], x[5], x[6]))),
        ["Attention"] = (_, x) => [NeuralLayers.Attention(x[0], x[1], x[2], x.Length == 4 ? x[3] : null)],
    };

    /// <summary>The operation of a case, applied to operands.</summary>
    public static Tensor[] Apply(ValueCase item, Tensor[] operands)
    {
        if (s_operations.TryGetValue(item.Operation, out Func<ValueCase, Tensor[], Tensor[]>? operation))
        {
            return operation(item, operands);
        }

        MethodInfo method = typeof(Tensor).GetMethod(item.Operation, [.. operands.Skip(1).Select(_ => typeof(Tensor))]) ??
            throw new InvalidOperationException($"Line {item.Line} of the table: there is no operation {item.Operation}.");
        return [(Tensor)method.Invoke(operands[0], [.. operands.Skip(1)])!];
    }

    private static double Option(ValueCase item, string name, double absent) =>
        item.Options.ValueKind == System.Text.Json.JsonValueKind.Object ? item.Number(name) : absent;

    private static Convolution Moves(ValueCase item) => new()
    {
        Stride = item.Int("stride"),
        Padding = item.Int("padding"),
        Dilation = item.Int("dilation"),
        Groups = item.Int("groups"),
    };

    private static Tensor[] BatchNormTraining(ValueCase item, Tensor[] x)
    {
        (Tensor output, (Tensor mean, Tensor variance)) = NeuralLayers.BatchNormTraining(x[0], x[1], x[2], (x[3], x[4]), item.Number("momentum"),
            item.Number("epsilon"));
        return [output, mean, variance];
    }

    private static Tensor[] Pair((Tensor First, Tensor Second) pair) => [pair.First, pair.Second];
}
