using System.Runtime.Intrinsics;
using Hyperdiff.Backends.Cpu;
using Hyperdiff.Backends.Cpu.MatrixProducts;
using Hyperdiff.Backends.Cpu.Plans;
using Hyperdiff.Backends.Cpu.Threads;
using Hyperdiff.Backends.Cpu.WindowSums;
using Hyperdiff.Backends.Reference;
using Hyperdiff.Graphs;
using Hyperdiff.Testing.Samples;

namespace Hyperdiff.Tests.Backends.Cpu.Plans;

/// <summary>Convolutions, pools and their derivatives, planned without writing out what a window sees, against the definitions of what they are made
/// of.</summary>
public sealed class WindowStepTests
{
    private static readonly Convolution s_same = new() { Padding = Padding.Same };
    private static readonly Padding s_behind = Padding.Of(0, 1);

    private static readonly Dictionary<string, (Func<Tensor[], Tensor> Function, int[][] Shapes)> s_functions = new()
    {
        ["convolution"] = (x => x[0].Conv2d(x[1], s_same), [[3, 4, 9, 8], [13, 4, 3, 3]]),
        ["convolution without padding"] = (x => x[0].Conv2d(x[1]), [[2, 3, 9, 7], [5, 3, 2, 3]]),
        ["convolution of one image"] = (x => x[0].Conv2d(x[1], s_same), [[1, 8, 8], [6, 1, 3, 3]]),
        ["convolution in groups"] = (x => x[0].Conv2d(x[1], s_same with { Groups = 2 }), [[3, 4, 8, 8], [6, 2, 3, 3]]),
        ["depthwise convolution"] = (x => x[0].Conv2d(x[1], s_same with { Groups = 6 }), [[5, 6, 28, 28], [6, 1, 3, 3]]),
        ["dilated convolution"] = (x => x[0].Conv2d(x[1], s_same with { Dilation = 2 }), [[2, 2, 11, 10], [4, 2, 3, 3]]),
        ["pointwise convolution"] = (x => x[0].Conv2d(x[1]), [[3, 7, 6, 5], [9, 7, 1, 1]]),
        ["convolution along a line"] = (x => x[0].Conv1d(x[1], s_same), [[3, 2, 50], [4, 2, 5]]),
        ["convolution in space"] = (x => x[0].Conv3d(x[1], s_same), [[2, 2, 5, 6, 7], [3, 2, 3, 3, 3]]),
        ["transposed convolution"] = (x => x[0].ConvTranspose2d(x[1]), [[2, 4, 6, 7], [4, 5, 3, 2]]),
        ["average pool"] = (x => x[0].AvgPool2d(3, 1, 1), [[4, 5, 28, 28]]),
        ["small images of many channels"] = (x => x[0].Conv2d(x[1], s_same), [[5, 9, 4, 5], [17, 9, 3, 3]]),
        ["wide images"] = (x => x[0].Conv2d(x[1], s_same), [[1, 2, 3, 300], [9, 2, 1, 3]]),
    };

    // windows that move by more than one element, and what only they are read for
    private static readonly Dictionary<string, (Func<Tensor[], Tensor> Function, int[][] Shapes)> s_others = new()
    {
        ["convolution with strides"] = (x => x[0].Conv2d(x[1], s_same with { Stride = 2 }), [[3, 4, 9, 8], [6, 4, 3, 3]]),
        ["average pool with strides"] = (x => x[0].AvgPool2d(2), [[4, 5, 14, 12]]),
        ["sum of the axis in the middle"] = (x => x[0].Square().Sum([1, 2]), [[7, 5, 4, 33]]),
        ["sum of many in the middle"] = (x => x[0].Sum(1), [[3, 200, 21]]),
    };

    // derivatives leave out what was not chosen, and of the second one windows of both operations are added up
    private static readonly Dictionary<string, (Func<Tensor[], Tensor> Function, int[][] Shapes)> s_chosen = new()
    {
        ["rectified convolutions"] = (x => x[0].Conv2d(x[1], s_same).Relu().Conv2d(x[1], s_same).Relu(), [[3, 8, 8, 8], [8, 8, 3, 3]]),
        ["mixture"] = (x => x[0].AvgPool2d(2, 1, s_behind) + x[0].Conv2d(x[1], s_same).Relu(), [[3, 8, 8, 8], [8, 8, 2, 2]]),
    };

    private static readonly Dictionary<string, (Func<Tensor[], Tensor> Function, int[][] Shapes)> s_extrema = new()
    {
        ["largest of a window"] = (x => x[0].MaxPool2d(2), [[4, 5, 14, 36]]),
        ["largest of overlapping windows"] = (x => x[0].MaxPool2d(3, 1, 1), [[4, 5, 14, 36]]),
        ["smallest of the axis in the middle"] = (x => x[0].Min(1), [[7, 40, 21]]),
        ["largest of the axis in the middle"] = (x => x[0].Max(1), [[7, 40, 21]]),
    };

    public static TheoryData<string, DType, int> Functions => Data(s_functions.Keys);

    public static TheoryData<string, DType, int> Chosen => Data(s_chosen.Keys);

    public static TheoryData<string, DType, int> Others => Data(s_others.Keys);

    public static TheoryData<string, DType, int> Extrema => Data(s_extrema.Keys);

    public static TheoryData<int> Widths => [.. Enum.GetValues<VectorWidth>().Where(width => width <= VectorWidths.Widest).Select(width => (int)width)];

    [Theory]
    [MemberData(nameof(Functions))]
    [MemberData(nameof(Others))]
    public void Plan_IsItsDefinition_WhateverTheThreads(string name, DType dtype, int order)
    {
        (Graph graph, Tensor[] operands) = Derivative(name, dtype, order);

        BackendAssert.AgreesWithReference(CpuBackend.Instance, graph, operands);
        Tensor[] one = CpuBackend.WithThreads(1).Compile(graph).Run(operands), three = CpuBackend.WithThreads(3).Compile(graph).Run(operands);
        Assert.All(one.Zip(three), pair => BackendAssert.SameBits(pair.First, pair.Second));
    }

    // what is chosen is chosen exactly, and at most nine windows choose one element
    [Theory]
    [MemberData(nameof(Extrema))]
    public void Plan_OfExtrema_IsItsDefinition_WhateverTheThreads(string name, DType dtype, int order)
    {
        (Graph graph, Tensor[] operands) = Derivative(name, dtype, order);
        Tensor[] expected = ReferenceBackend.Instance.Compile(graph).Run(operands);
        Tensor[] one = CpuBackend.WithThreads(1).Compile(graph).Run(operands), three = CpuBackend.WithThreads(3).Compile(graph).Run(operands);

        Assert.All(one.Zip(three), pair => BackendAssert.SameBits(pair.First, pair.Second));
        foreach ((Tensor first, Tensor second) in expected.Zip(one))
        {
            double greatest = first.Abs().Max().ToScalar();
            Assert.InRange((first - second).Abs().Max().ToScalar(), 0, order == 0 ? 0 : 9 * dtype.Epsilon() * greatest);
        }
    }

    // whole numbers, whose sums are exact in any order
    [Theory]
    [MemberData(nameof(Chosen))]
    public void Plan_BehindAChoice_IsItsDefinition_WhateverTheThreads(string name, DType dtype, int order)
    {
        (Graph graph, Tensor[] operands) = Derivative(name, dtype, order);
        operands = Array.ConvertAll(operands, operand => (4 * operand).Round());
        Tensor[] expected = ReferenceBackend.Instance.Compile(graph).Run(operands);

        foreach (int threads in (int[])[1, 3])
        {
            Tensor[] actual = CpuBackend.WithThreads(threads).Compile(graph).Run(operands);
            Assert.All(expected.Zip(actual), pair => BackendAssert.SameBits(pair.First + 0, pair.Second + 0));
        }
    }

    [Theory]
    [MemberData(nameof(Functions))]
    [MemberData(nameof(Chosen))]
    public void Plan_WritesOutNoWindows(string name, DType dtype, int order)
    {
        (Graph graph, _) = Derivative(name, dtype, order);
        Step[] steps = ((Plan)CpuBackend.Instance.Compile(graph)).Steps.ToArray();

        Assert.Contains(steps, step => step is WindowStep<double> or WindowStep<float>);
        Assert.DoesNotContain(steps, step => step is OperationStep);

        // the cotangent of the weights of a transposed convolution has its windows on the other side of the product
        Assert.Equal(name == "transposed convolution" && order == 2, Array.Exists(steps, step => step is ProductStep<double> or ProductStep<float>));
    }

    // where an infinity meets zeros that are not in the definition, it must not make a NaN of them
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Cotangents_OfWhatIsNotFinite_AreTheirDefinitions(int operand)
    {
        (Graph graph, Tensor[] operands) = Derivative("convolution", DType.Float64, order: 2);
        double[] elements = operands[operand].ToArray<double>();
        (elements[3], elements[40]) = (double.PositiveInfinity, double.NaN);
        operands[operand] = Tensor.From<double>(elements, operands[operand].Shape);

        BackendAssert.AgreesWithReference(CpuBackend.Instance, graph, operands);
    }

    // behind a choice, what is left out is no 0·∞, wherever an infinity stands
    [Theory]
    [MemberData(nameof(Chosen))]
    public void Cotangents_BehindAChoice_OfWhatIsNotFinite_AreTheirDefinitions(string name, DType dtype, int order)
    {
        (Graph graph, Tensor[] operands) = Derivative(name, dtype, order);
        for (int operand = 0; operand < operands.Length; operand++)
        {
            Tensor[] given = Array.ConvertAll(operands, tensor => (4 * tensor).Round());
            double[] elements = given[operand].To(DType.Float64).ToArray<double>();
            elements[40] = double.NegativeInfinity;
            given[operand] = Tensor.From<double>(elements, given[operand].Shape).To(dtype);
            Tensor[] expected = ReferenceBackend.Instance.Compile(graph).Run(given), actual = CpuBackend.Instance.Compile(graph).Run(given);
            Assert.All(expected.Zip(actual), pair => BackendAssert.SameBits(pair.First + 0, pair.Second + 0));
        }
    }

    [Fact]
    public void Call_InTheSteadyState_AllocatesItsResults()
    {
        (Graph graph, Tensor[] operands) = Derivative("convolution", DType.Float64, order: 2);
        IExecutable plan = CpuBackend.WithThreads(1).Compile(graph);
        long results = plan.Run(operands).Sum(result => result.Type.Bytes);
        plan.Run(operands);
        long before = GC.GetAllocatedBytesForCurrentThread();
        plan.Run(operands);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, results + 2000);
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Sum_WithVectorsOfEveryWidth_IsTheSame(int width)
    {
        var shape = new WindowShape
        {
            Batch = 3,
            Channels = 2,
            Outputs = 5,
            Weights = 1,
            Sizes = [6, 9],
            Before = [1, 1],
            Canvas = [8, 11],
            Kernel = [3, 3],
            Strides = [1, 1],
            Dilations = [1, 1],
            Positions = [6, 9],
        };

        // whole numbers, whose sums are exact in any order
        Tensor source = (Draw.Normal(1, new Shape(3, 2, 6, 9)) * 8).Round(), weights = (Draw.Normal(2, new Shape(5, 2, 3, 3)) * 8).Round();
        Tensor expected = source.Conv2d(weights, s_same);
        HostArray result = HostArray.AllocateUninitialized(expected.Type);
        Action<HostArray, HostArray?, HostArray, WorkerPool> run = (VectorWidth)width switch
        {
            VectorWidth.Bits512 => new WindowSum<double, Vector512<double>, Lanes512<double>>(shape).Run,
            VectorWidth.Bits256 => new WindowSum<double, Vector256<double>, Lanes256<double>>(shape).Run,
            _ => new WindowSum<double, Vector128<double>, Lanes128<double>>(shape).Run,
        };
        run(source.Read(), weights.Read(), result, WorkerPool.Inline);

        BackendAssert.SameBits(expected, Tensor.FromHost(result));
    }

    // 0: the value, 1: the cotangent of the first operand alone, 2: of all
    private static (Graph Graph, Tensor[] Operands) Derivative(string name, DType dtype, int order)
    {
        (Func<Tensor[], Tensor> function, int[][] shapes) =
            s_functions.TryGetValue(name, out var known) || s_others.TryGetValue(name, out known) || s_chosen.TryGetValue(name, out known)
                ? known : s_extrema[name];
        Tensor[] operands = [.. shapes.Select((shape, i) => Draw.Normal(i + 1, new Shape(shape)).To(dtype))];
        Tensor cotangent = Draw.Normal(9, function(operands).Shape).To(dtype);
        Graph graph = TracedFunction.Of(
            x => order switch
            {
                0 => [function(x[..^1])],
                1 => [Diff.Vjp(first => function([first, .. x[1..^1]]), x[0], x[^1]).Item2],
                _ => Diff.Vjp(function, x[..^1], x[^1]).Item2,
            },
            [.. operands, cotangent]).Graph;
        return (graph, [.. operands, cotangent]);
    }

    private static TheoryData<string, DType, int> Data(IEnumerable<string> names)
    {
        var data = new TheoryData<string, DType, int>();
        foreach (string name in names)
        {
            for (int order = 0; order < 3; order++)
            {
                data.Add(name, DType.Float64, order);
                data.Add(name, DType.Float32, order);
            }
        }

        return data;
    }
}
