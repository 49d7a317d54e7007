namespace Hyperdiff.Tests.Tensors;

/// <summary>Sizes that no process can hold are refused by name, with what they would take and what to do.</summary>
public sealed class RoomTests
{
    private const int Most = int.MaxValue;

    private static readonly RandomKey s_key = RandomKey.FromSeed(1);
    private static readonly Tensor s_one = Tensor.From([0.5]);
    private static readonly Tensor s_zeroes = Tensor.Zeros([Most]);

    /// <summary>Results with as many elements as an int counts, more than an array has: everything whose size a caller gives.</summary>
    public static IReadOnlyDictionary<string, Func<object>> TooLong { get; } = new Dictionary<string, Func<object>>
    {
        ["Arange"] = () => Tensor.Arange(Most),
        ["Zeros"] = () => Tensor.Zeros([Most]).ToArray<double>(),
        ["Ones"] = () => Tensor.Ones([Most], DType.Bool).AsSpan<bool>().Length,
        ["Full"] = () => Tensor.Full([Most], 2, DType.Float32).ToString(),
        ["BroadcastTo"] = () => s_one.BroadcastTo([Most]),
        ["Tile"] = () => s_one.Tile(Most),
        ["Pad"] = () => s_one.Pad([0], [Most - 1]),
        ["OneHot"] = () => Tensor.From([3]).OneHot(Most),
        ["ScatterAdd"] = () => s_one.ScatterAdd(Tensor.From([3]), Most),
        ["Add"] = () => s_zeroes + s_one,
        ["Multiply"] = () => s_zeroes * s_one,
        ["Concat"] = () => Tensor.Concat(0, Tensor.Zeros([Most - 1]), s_one),
        ["Take"] = () => s_zeroes.Take(Tensor.From([0, 5])),
        ["Sort"] = () => s_zeroes.Sort(),
        ["CumSum"] = () => s_zeroes.CumSum(0),
        ["Where"] = () => Tensor.Where(s_one > 0, s_zeroes, s_zeroes),
        ["Permutation"] = () => s_key.Permutation(Most),
        ["Bits"] = () => s_key.Bits([Most]),
        ["Uniform"] = () => s_key.Uniform([Most]),
        ["Normal"] = () => s_key.Normal([Most], DType.Float32),
        ["TruncatedNormal"] = () => s_key.TruncatedNormal([Most], -1, 1),
        ["Gumbel"] = () => s_key.Gumbel([Most]),
        ["Bernoulli"] = () => s_key.Bernoulli([Most], 0.5),
        ["Integers"] = () => s_key.Integers([Most], 0, 3),
        ["Categorical"] = () => s_key.Categorical(s_one, [Most]),
        ["Loop.Iterate"] = () => Loop.Iterate(2, (Tensor c) => c.Sin(), s_zeroes),
        ["Diff.Grad"] = () => Diff.Grad((Tensor x) => x.Tile(Most).Sort().Sum(), s_one),
        ["Diff.Vmap"] = () => Diff.Vmap((Tensor x) => x.Reshape(1).Tile(Most), s_one),
    };

    public static TheoryData<string> TooLongNames => new(TooLong.Keys);

    [Theory]
    [MemberData(nameof(TooLongNames))]
    public void MoreElementsThanAnArrayHolds_AreRefused_WithTypeAndRemedy(string name)
    {
        string message = Assert.Throws<ArgumentException>(TooLong[name]).Message;
        Assert.Matches("^(float64|float32|int32|bool) \\[(1, )?214748364[67](, 1)?] ", message);
        Assert.Contains("has more elements than an array holds, 2147483591: use fewer elements, or a part at a time", message, StringComparison.Ordinal);
    }

    [Fact]
    public void MatricesOfSystemsThatNoArrayHolds_AreRefused_WithTheSolversThatNeedNone()
    {
        LinearOperator matrix = LinearOperator.From((Tensor x) => 2 * x, new TensorType(DType.Float64, [100_000]));
        Action[] calls =
        [
            () => LinearSolver.DenseLu().Solve(matrix, [Tensor.Ones([100_000])]), () => LinearSolver.DenseCholesky().Solve(matrix, [Tensor.Ones([100_000])]),
            () => matrix.ToMatrix(),
        ];
        Assert.All(calls, call => Assert.Contains("a system of 100000 unknowns, float64 [100000, 100000] has more elements", Assert.Throws<ArgumentException>(
            call).Message, StringComparison.Ordinal));
    }

    [Fact]
    public void BasesThatNoArrayHolds_AreRefused_WithWhatSetsThem()
    {
        LinearOperator matrix = LinearOperator.From((Tensor x) => 2 * x, new TensorType(DType.Float64, [100_000]));
        Assert.Contains("remember fewer (restart, window, memory)", Assert.Throws<ArgumentException>(
            () => LinearSolver.Gmres(50_000).Solve(matrix, [Tensor.Ones([100_000])])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RowsOfASparseMatrix_AreCounted_WithOneMore() => Assert.Throws<ArgumentOutOfRangeException>(
        "rows", () => CsrMatrix.FromCoordinates([0], [0], s_one, Most, 3));

    [Fact]
    public void WhatAProcessCannotHave_IsRefused_WithBothSizes()
    {
        const double Gibi = 1L << 30;
        Assert.Equal("x takes 5.215 GiB, more than the 0.5 GiB that this process may have", Room.Refusal("x", 700e6, 5.6e9, Gibi / 2));
        Assert.Null(Room.Refusal("x", 700e6, 5.6e9, 6 * Gibi));
        Assert.StartsWith("x has more elements", Room.Refusal("x", 2147483592, 1, Gibi), StringComparison.Ordinal);
        Assert.Contains(
            "no memory left for Sin of float64 [3], in a process that may have",
            Room.Exhausted("Sin of float64 [3]", new InsufficientMemoryException()).Message,
            StringComparison.Ordinal);
    }
}
