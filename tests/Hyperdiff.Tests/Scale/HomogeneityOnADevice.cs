using Hyperdiff.Testing;

namespace Hyperdiff.Tests.Scale;

/// <summary>The same functions, which are all public ones, on a device: nothing is read there, neither for the value nor for derivatives, and it has the same
/// bits.</summary>
public sealed partial class HomogeneityTests
{
    [Theory]
    [MemberData(nameof(Cases))]
    public void OnADevice_NothingIsRead(string name, DType dtype)
    {
        Homogeneous f = s_cases[name];
        Tensor x = Random(f.Shape, dtype, 1), v = Random(f.Shape, dtype, 11);
        var guarded = new GuardedBackend(allowance: 0);
        Tensor[] there = Derivatives(f, x.To(guarded), v.To(guarded), 1), here = Derivatives(f, x, v, 1);

        using (guarded.Allow())
        {
            Assert.All(there.Zip(here), pair =>
            {
                // a repeated scalar, as a second derivative that is zero, lies nowhere
                Assert.True(pair.First.Storage is UniformStorage || ReferenceEquals(guarded, pair.First.Backend), $"{name} lies on {pair.First.Backend.Name}");
                Assert.Null(Closeness.Accumulated.Difference(pair.Second, pair.First));
            });
        }
    }
}
