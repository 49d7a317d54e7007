using Hyperdiff.Backends.Cpu;
using Hyperdiff.Backends.Reference;
using Hyperdiff.Graphs;
using Hyperdiff.Primitives;

namespace Hyperdiff.Tests.Backends.Cpu.Kernels;

/// <summary>Sorting, the place of an extremum, running sums and recurrences: the bits of their definitions, along every axis.</summary>
public sealed class OrderKernelsTests
{
    // lines on both sides of where sorting goes by digits and running sums go in groups
    public static TheoryData<int[], DType> Shapes
    {
        get
        {
            var data = new TheoryData<int[], DType>();
            int[][] shapes =
                [[1], [7], [2048], [5000], [8, 3], [9, 16], [17, 1], [3, 5, 7], [8, 7], [16, 30], [25, 4], [2, 600], [600, 2], [1, 3, 1]];
            foreach (int[] shape in shapes)
            {
                foreach (DType dtype in (DType[])[DType.Float64, DType.Float32, DType.Int32])
                {
                    data.Add(shape, dtype);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Kernel_AlongEveryAxis_IsTheDefinitionInEveryBit_AloneAndInAPlan(int[] shape, DType dtype)
    {
        Tensor x = Numbers(shape, dtype, seed: 1), y = Numbers(shape, dtype, seed: 2);
        for (int axis = 0; axis < shape.Length; axis++)
        {
            foreach (bool isOther in (bool[])[false, true])
            {
                Same(new ArgSort(axis, isOther), x);
                Same(isOther ? new ArgMax(axis) : new ArgMin(axis), x);
                if (dtype.IsFloating())
                {
                    Same(new LinearRecurrence(axis, isOther), x, y);
                    Same(new LinearRecurrence(axis, isOther), Tensor.OnesLike(x), y);
                }
            }
        }
    }

    [Fact]
    public void Recurrence_OnSeveralThreads_HasTheBitsOfOne()
    {
        foreach (int[] shape in (int[][])[[64, 1000], [1000, 1500]])
        {
            Tensor x = Numbers(shape, DType.Float32, seed: 3);
            foreach (int axis in (int[])[0, 1])
            {
                var recurrence = new LinearRecurrence(axis);
                BackendAssert.SameBits(CpuBackend.WithThreads(1).Execute(recurrence, [x, x])[0], CpuBackend.WithThreads(3).Execute(recurrence, [x, x])[0]);
            }
        }
    }

    private static void Same(Operation operation, params Tensor[] operands)
    {
        Tensor expected = ReferenceBackend.Instance.Execute(operation, [.. operands.Select(operand => Tensor.FromHost(operand.Read()))])[0];
        BackendAssert.SameBits(expected, CpuBackend.Instance.Execute(operation, operands)[0]);
        Tensor[] varying = [.. operands.Where(operand => operand.Storage is not UniformStorage)];
        Graph graph = TracedFunction.Of(
            inputs => [operation.Of([.. operands[..(operands.Length - varying.Length)], .. inputs])], varying).Graph;
        BackendAssert.SameBits(expected, CpuBackend.Instance.Compile(graph).Run(varying)[0]);
    }

    // many equal ones, both zeros, infinities, and now and then a NaN
    private static Tensor Numbers(int[] shape, DType dtype, int seed)
    {
        var random = new Random(seed);
        double[] elements = new double[new Shape(shape).ElementCount];
        for (int i = 0; i < elements.Length; i++)
        {
            elements[i] = random.Next(40) switch
            {
                0 => -0.0,
                1 => 0,
                2 => dtype.IsFloating() ? double.PositiveInfinity : int.MaxValue,
                3 => dtype.IsFloating() ? double.NegativeInfinity : int.MinValue,
                4 when dtype.IsFloating() && random.Next(4) == 0 => double.NaN,
                < 20 => random.Next(-5, 5),
                _ => dtype.IsFloating() ? random.NextDouble() - 0.5 : random.Next(),
            };
        }

        return Tensor.From<double>(elements, new Shape(shape)).To(dtype);
    }
}
