using Hyperdiff.Decompositions;
using Hyperdiff.Testing.Samples;
using Hyperdiff.Graphs;
using Hyperdiff.TorchSharp.Kernels;

namespace Hyperdiff.TorchSharp.Tests.Kernels;

/// <summary>All primitives: which libtorch computes, and that it computes them.</summary>
public sealed class PrimitiveKernelTests
{
    public static TheoryData<string, DType> Cases
    {
        get
        {
            var data = new TheoryData<string, DType>();
            foreach (PrimitiveCase item in PrimitiveCases.All.Where(item => item.Primitive is Operation or MatrixPrimitive))
            {
                foreach (DType dtype in item.DTypes)
                {
                    data.Add(item.Name, dtype);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Primitive_IsItsDefinition(string name, DType dtype)
    {
        PrimitiveCase item = PrimitiveCases.All.Single(found => found.Name == name);
        Agreement.Assert(item.Primitive, item.At(dtype), ulps: 16, scale: 1);
    }

    [Fact]
    public void EveryOperation_IsLibtorchs_OrCopiedForAReason()
    {
        Type[] all = [.. typeof(Primitive).Assembly.GetTypes().Where(
            type => !type.IsAbstract && (type.IsSubclassOf(typeof(Operation)) || type.IsSubclassOf(typeof(MatrixPrimitive))))];
        Type[] copied = [.. all.Where(type => KernelTable.Find(type) is null)];

        Assert.True(all.Length > 100);
        Assert.Equal(copied.Select(type => type.Name).Order(), KernelTable.Copied.Keys.Select(type => type.Name).Order());
        Assert.All(KernelTable.Copied.Values, reason => Assert.InRange(reason.Length, 20, 200));
    }
}
