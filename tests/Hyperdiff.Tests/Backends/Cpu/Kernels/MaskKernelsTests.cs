using Hyperdiff.Backends.Cpu;
using Hyperdiff.Backends.Cpu.Kernels;
using Hyperdiff.Backends.Reference;
using Hyperdiff.Graphs;
using Hyperdiff.Primitives;
using Convert = Hyperdiff.Primitives.Convert;

namespace Hyperdiff.Tests.Backends.Cpu.Kernels;

public sealed class MaskKernelsTests
{
    // around the 64 elements that are taken at a time, and more than a tile
    private static readonly int[] s_lengths = [1, 7, 63, 64, 65, 128, 200, 3000];

    private static readonly double[] s_hard =
        [0, -0.0, 1, -1, 5e-324, -1e-310, 1e-45, double.MaxValue, double.PositiveInfinity, double.NegativeInfinity, double.NaN, 0.5];

    public static TheoryData<string, DType> Covered
    {
        get
        {
            var data = new TheoryData<string, DType>();
            foreach (Type type in MaskKernels.Covered)
            {
                foreach (DType dtype in (DType[])[DType.Float64, DType.Float32, DType.Int32])
                {
                    data.Add(type.Name, dtype);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Covered))]
    public void Kernel_OnHardInputs_IsTheDefinitionInEveryBit_AloneAndInAPlan(string name, DType dtype)
    {
        foreach (int length in s_lengths)
        {
            foreach ((Operation operation, Tensor[] operands) in Cases(name, dtype, length))
            {
                Tensor expected = ReferenceBackend.Instance.Execute(operation, [.. operands.Select(operand => Tensor.FromHost(operand.Read()))])[0];
                BackendAssert.SameBits(expected, CpuBackend.Instance.Execute(operation, operands)[0]);

                // a repeated number is a constant of the graph
                Tensor[] varying = [.. operands.Where(operand => operand.Storage is not UniformStorage)];
                Graph graph = TracedFunction.Of(
                    inputs =>
                    {
                        int next = 0;
                        return [operation.Of([.. operands.Select(operand => operand.Storage is UniformStorage ? operand : inputs[next++])])];
                    },
                    varying).Graph;
                BackendAssert.SameBits(expected, CpuBackend.Instance.Compile(graph).Run(varying)[0]);
            }
        }
    }

    private static IEnumerable<(Operation Operation, Tensor[] Operands)> Cases(string name, DType dtype, int length)
    {
        Type type = MaskKernels.Covered.Single(type => type.Name == name);
        Tensor x = Numbers(dtype, length, step: 1), y = Numbers(dtype, length, step: 5), mask = x.NotEqual(Numbers(dtype, length, step: 2));
        Tensor number = Tensor.Full(x.Shape, 1, dtype);
        if (type == typeof(Convert))
        {
            yield return (new Convert(dtype), [mask]);
        }
        else if (type == typeof(Where))
        {
            yield return (Where.Instance, [mask, x, y]);
            yield return (Where.Instance, [mask, x, number]);
            yield return (Where.Instance, [mask, number, y]);
            yield return (Where.Instance, [mask, number, Tensor.ZerosLike(number)]);
        }
        else
        {
            var operation = (Elementwise)type.GetProperty("Instance")!.GetValue(null)!;
            if (operation is IsFinite && !dtype.IsFloating())
            {
                yield break;
            }

            (Tensor left, Tensor right) = operation is Logic ? (mask, x.Equal(y)) : (x, y);
            yield return (operation, operation.Arity == 1 ? [left] : [left, right]);
            if (operation is Comparison)
            {
                yield return (operation, [x, number]);
                yield return (operation, [number, x]);
            }
        }
    }

    private static Tensor Numbers(DType dtype, int length, int step)
    {
        double[] elements = [.. Enumerable.Range(0, length).Select(i => s_hard[i * step % s_hard.Length])];
        Tensor numbers = Tensor.From(elements);
        return dtype.IsFloating() ? numbers.To(dtype) : Tensor.Where(numbers.IsFinite(), numbers, 7).Clamp(-9, 9).To(dtype);
    }
}
