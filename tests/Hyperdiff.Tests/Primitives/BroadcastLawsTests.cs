using Hyperdiff.Testing.Samples;

namespace Hyperdiff.Tests.Primitives;

/// <summary>Every binary operation on every form of broadcasting: values, gradients and second derivatives are those of operands that were repeated by
/// hand.</summary>
public sealed class BroadcastLawsTests
{
    // floats of order 1, sums of at most 24 of them, and rules of at most 32 roundings
    private const double Roundings = 24 * 32;

    private static readonly (string Name, Func<Tensor, Tensor, Tensor> Function)[] s_operations =
    [
        ("Add", (x, y) => x + y),
        ("Subtract", (x, y) => x - y),
        ("Multiply", (x, y) => x * y),
        ("Divide", (x, y) => x / y),
        ("Maximum", (x, y) => x.Maximum(y)),
        ("Minimum", (x, y) => x.Minimum(y)),
        ("Pow", (x, y) => x.Pow(y)),
        ("Mod", (x, y) => x.Mod(y)),
        ("Atan2", (x, y) => x.Atan2(y)),
        ("Where", (x, y) => Tensor.Where(x > y, x.Square(), y * y * y)),
    ];

    // scalar, one element, row, column, leading axes, both stretched, nothing
    private static readonly (int[] Left, int[] Right)[] s_forms =
    [
        ([], [2, 3]), ([1], [2, 3]), ([3], [2, 3]), ([2, 1], [2, 3]), ([2, 3], [4, 2, 3]), ([2, 1], [1, 3]), ([2, 1, 3], [4, 1]), ([1, 1, 1], [3]),
        ([0, 3], [1]), ([], []),
    ];

    /// <summary>Operations by forms, with the operands in either order, in both types.</summary>
    public static TheoryData<string, int, bool, DType> Cases
    {
        get
        {
            var data = new TheoryData<string, int, bool, DType>();
            foreach ((string name, _) in s_operations)
            {
                for (int form = 0; form < s_forms.Length; form++)
                {
                    foreach (DType dtype in new[] { DType.Float64, DType.Float32 })
                    {
                        data.Add(name, form, false, dtype);
                        data.Add(name, form, true, dtype);
                    }
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Broadcasting_IsRepetition_InValuesAndDerivatives(string name, int form, bool exchanged, DType dtype)
    {
        Func<Tensor, Tensor, Tensor> function = s_operations.Single(operation => operation.Name == name).Function;
        (int[] left, int[] right) = exchanged ? (s_forms[form].Right, s_forms[form].Left) : s_forms[form];
        Tensor x = OperandSample.Active(new Shape(left), 0.55, 1.9, seed: 5).ToTensor(dtype);
        Tensor y = OperandSample.Active(new Shape(right), 0.6, 1.7, seed: 8).ToTensor(dtype);
        Assert.True(Shape.TryBroadcast(x.Shape, y.Shape, out Shape common));
        Tensor weights = OperandSample.Active(common, -1, 1, seed: 3).ToTensor(dtype);
        Tensor u = OperandSample.Active(x.Shape, -1, 1, seed: 6).ToTensor(dtype);
        Tensor v = OperandSample.Active(y.Shape, -1, 1, seed: 7).ToTensor(dtype);

        // repeated by an index per element, which knows nothing of broadcasting
        Tensor Repeated(Tensor tensor) => tensor.Flatten().Take(Places(tensor.Shape, common)).Reshape(common);
        Tensor Short((Tensor X, Tensor Y) at) => (weights * function(at.X, at.Y)).Sum();
        Tensor Long((Tensor X, Tensor Y) at) => (weights * function(Repeated(at.X), Repeated(at.Y))).Sum();

        AssertNear(function(Repeated(x), Repeated(y)), function(x, y));
        Tree<(Tensor, Tensor)> tree = Tree.Tuple(Tree.Tensor, Tree.Tensor);
        (Tensor X, Tensor Y) expected = Diff.Grad(Long, (x, y), tree);
        (Tensor X, Tensor Y) gradient = Diff.Grad(Short, (x, y), tree);
        AssertNear(expected.X, gradient.X);
        AssertNear(expected.Y, gradient.Y);
        expected = Diff.Hvp(Long, (x, y), (u, v), tree);
        gradient = Diff.Hvp(Short, (x, y), (u, v), tree);
        AssertNear(expected.X, gradient.X);
        AssertNear(expected.Y, gradient.Y);
    }

    // row-major: what is left of a place after every axis, from the last one on, is its index along the axes before
    private static Tensor Places(Shape from, Shape to) => Tensor.From<int>([.. Enumerable.Range(0, to.ElementCount).Select(place => Place(from, to, place))],
        new Shape(to.ElementCount));

    private static int Place(Shape from, Shape to, int place)
    {
        (int result, int stride) = (0, 1);
        for (int back = 1; back <= to.Rank; back++)
        {
            int size = back <= from.Rank ? from[^back] : 1;
            result += size == 1 ? 0 : place % to[^back] * stride;
            (stride, place) = (stride * size, place / to[^back]);
        }

        return result;
    }

    private static void AssertNear(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.Type, actual.Type);
        double[] exact = expected.To(DType.Float64).ToArray<double>();
        double tolerance = Roundings * expected.DType.Epsilon() * exact.Select(Math.Abs).Append(1).Max();
        Assert.All(exact.Zip(actual.To(DType.Float64).ToArray<double>()), pair => Assert.Equal(pair.First, pair.Second, tolerance));
    }
}
