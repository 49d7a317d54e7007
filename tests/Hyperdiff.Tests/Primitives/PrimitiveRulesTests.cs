using Hyperdiff.Graphs;
using Hyperdiff.Testing.Samples;
using Hyperdiff.Transforms;

namespace Hyperdiff.Tests.Primitives;

/// <summary>The laws that are not about derivatives: kernels, constants, simplification, equality; and that no primitive escapes the laws.</summary>
public sealed class PrimitiveRulesTests
{
    public static TheoryData<string, DType> Cases => PrimitiveTheory.InBothTypes(PrimitiveCases.All);

    [Fact]
    public void EveryPrimitive_HasACase()
    {
        IEnumerable<Type> primitives = typeof(Primitive).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Primitive)) && !type.IsAbstract);
        IEnumerable<Type> covered = PrimitiveCases.All.Select(item => item.Primitive.GetType());

        Assert.Empty(primitives.Except(covered).Select(type => $"{type.Name} has no line in {nameof(PrimitiveCases)}"));
    }

    [Fact]
    public void EveryCase_HasItsOwnName() => Assert.Equal(PrimitiveCases.All.Count, PrimitiveCases.All.Select(item => item.Name).Distinct().Count());

    [Theory]
    [MemberData(nameof(Cases))]
    public void Kernel_WritesEveryElementOfTheInferredShape_WhateverWasThere(string name, DType dtype)
    {
        PrimitiveCase item = PrimitiveTheory.Find(name);
        if (item.Primitive is not Operation operation)
        {
            return;
        }

        Tensor[] operands = item.At(dtype);
        TensorType type = operation.InferResult([.. operands.Select(operand => operand.Type)]);
        HostArray Evaluated(double before)
        {
            // room on both sides, so that a kernel that ignores offsets or writes too much is seen
            HostArray room = HostArray.Allocate(new TensorType(type.DType, [type.Shape.ElementCount + 2]));
            UniformStorage.Fill(room, before);
            operation.Evaluate([.. operands.Select(Shifted)], new HostArray(type, room.Data, 1));
            return room;
        }

        double[] first = Numbers(Evaluated(0));
        double[] second = Numbers(Evaluated(1));

        Assert.Equal(first[1..^1], second[1..^1]);
        Assert.Equal((0, 0, 1, 1), (first[0], first[^1], second[0], second[^1]));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void FoldUniform_AgreesWithTheKernel(string name, DType dtype)
    {
        PrimitiveCase item = PrimitiveTheory.Find(name);
        if (item.Primitive is not Operation operation)
        {
            return;
        }

        TensorType[] types = [.. item.At(dtype).Select(operand => operand.Type)];
        foreach (double[] scalars in Scalars(types))
        {
            if (operation.FoldUniform(types, scalars) is not { } folded)
            {
                continue;
            }

            Tensor[] stored = [.. types.Select((type, i) => Tensor.FromHost(Tensor.Full(type.Shape, scalars[i], type.DType).Read()))];
            Assert.All(Numbers(HostExecution.Backend.Execute(operation, stored)[0].Read()),
                element => Assert.Equal(BitConverter.DoubleToInt64Bits(folded), BitConverter.DoubleToInt64Bits(element)));
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void SimplifiedGraphs_ComputeTheSameBits(string name, DType dtype)
    {
        PrimitiveCase item = PrimitiveTheory.Find(name);
        Tensor[] point = item.At(dtype);
        Tensor[] directions = PrimitiveTheory.Directions(point.Select(operand => operand.Type), seed: 31);

        // value, tangent rule and the rule's tangent, recorded as the rules say, without any simplification
        TracedFunction traced = TracedFunction.Of(
            arguments =>
            {
                Tensor[] x = arguments[..point.Length];
                Tensor[] results = item.Primitive.Apply(x);
                return item.Active.Count == 0 || results[0].Storage is UniformStorage
                    ? results : [.. results, .. Tangents(item, x, results, arguments[point.Length..])];
            },
            [.. point, .. directions]);
        Tensor[] operands = [.. point, .. directions, .. traced.Captures];

        double[][] expected = [.. traced.Graph.Call(operands).Outputs.Select(output => Numbers(output.Read()))];
        double[][] simplified = [.. Simplification.Of(traced.Graph).Call(operands).Outputs.Select(output => Numbers(output.Read()))];

        Assert.Equal(expected.Select(Bits), simplified.Select(Bits));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Primitive_IsAValue(string name, DType dtype)
    {
        Primitive primitive = PrimitiveTheory.Find(name).Primitive;
        Primitive copy = primitive with { };

        Assert.Equal(primitive, copy);
        Assert.Equal(primitive.GetHashCode(), copy.GetHashCode());
        Assert.Equal(PrimitiveTheory.Graph(PrimitiveTheory.Find(name), dtype).Outputs[0].Type,
            copy.Infer([.. PrimitiveTheory.Find(name).At(dtype).Select(operand => operand.Type)])[0]);
    }

    private static IEnumerable<Tensor> Tangents(PrimitiveCase item, Tensor[] x, Tensor[] results, Tensor[] directions)
    {
        Tensor?[] tangents = [.. x.Select((_, i) => item.Active.Contains(i) ? directions[i] : null)];
        return item.Primitive.Tangent(x, results, tangents).Where(tangent => tangent is not null).Select(tangent => tangent!);
    }

    // −0 and infinities where the type has them; truth values and the first index otherwise
    private static IEnumerable<double[]> Scalars(TensorType[] types)
    {
        double[] floating = [0, -0.0, 1, -1, 2.5, double.PositiveInfinity];
        double[] discrete = [0, 1];
        return types.Aggregate(
            (IEnumerable<double[]>)[[]],
            (prefixes, type) => prefixes.SelectMany(prefix => (type.DType.IsFloating() ? floating : discrete).Select(scalar => (double[])[.. prefix, scalar])));
    }

    private static HostArray Shifted(Tensor tensor)
    {
        HostArray array = tensor.Read();
        HostArray room = HostArray.Allocate(new TensorType(tensor.DType, [tensor.Count + 3]));
        Array.Copy(array.Data, array.Offset, room.Data, 3, array.Count);
        return new HostArray(tensor.Type, room.Data, 3);
    }

    private static double[] Numbers(HostArray array)
    {
        HostArray doubles = HostArray.Allocate(array.Type with { DType = DType.Float64 });
        new Hyperdiff.Primitives.Convert(DType.Float64).Evaluate([array], doubles);
        return doubles.AsSpan<double>().ToArray();
    }

    private static long[] Bits(double[] numbers) => [.. numbers.Select(BitConverter.DoubleToInt64Bits)];
}
