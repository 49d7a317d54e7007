using System.Collections.Immutable;

namespace Hyperdiff.Tests.Forms;

/// <summary>A key says without another key whether it is that of given structures, as equal keys would.</summary>
public sealed class FormKeyTests
{
    private static readonly ImmutableArray<Leaf>[] s_parts =
    [
        [], [Of(Tensor.Zeros([2]))], [Of(Tensor.Zeros([2]), frozen: true)], [Of(Tensor.Zeros([2], DType.Float32))], [Of(Tensor.Zeros([1, 2]))],
        [Of(Tensor.Ones([2]), "b")], [Of(Tensor.Zeros([2])), Of(Tensor.Scalar(1))], [Of(Tensor.Scalar(1)), Of(Tensor.Zeros([2]))],
    ];

    private static readonly ImmutableArray<object>[] s_statics =
    [
        [], [("k", 1)], [("k", 2)], [("k", 1), ("l", "a")], [("l", "a"), ("k", 1)], [("k", 1.0)], [("k", 0.0)], [("k", -0.0)],
    ];

    [Fact]
    public void IsOf_IsWhatEqualKeysSay()
    {
        (ImmutableArray<Leaf>[] Leaves, ImmutableArray<object>[] Statics)[] all =
        [
            .. s_parts.SelectMany(first => s_parts.Select(second => (first, second)))
                .SelectMany(parts => s_statics.Select(statics => (new[] { parts.first, parts.second }, new[] { statics, [] }))),
            .. s_statics.Select(statics => (new[] { s_parts[1], s_parts[1] }, new[] { [], statics })),
        ];
        int equal = 0;
        foreach ((ImmutableArray<Leaf>[] leaves, ImmutableArray<object>[] statics) in all)
        {
            var key = new FormKey(leaves, statics);
            foreach ((ImmutableArray<Leaf>[] others, ImmutableArray<object>[] otherStatics) in all)
            {
                bool expected = key.Equals(new FormKey(others, otherStatics));
                Assert.True(expected == key.IsOf(others, otherStatics), $"{Text(leaves, statics)} and {Text(others, otherStatics)}: equal {expected}");
                equal += expected ? 1 : 0;
            }
        }

        // leaves of one part or the other, and names, are no difference
        Assert.True(equal > all.Length, $"{equal} of {all.Length}");
    }

    [Fact]
    public void MinusZero_IsAnotherStaticMember() =>
        Assert.NotEqual(new FormKey([s_parts[1]], [[("k", 0.0)]]), new FormKey([s_parts[1]], [[("k", -0.0)]]));

    // the arguments before were others; what is asked for in turn is what each has
    [Fact]
    public void AFormThatIsAskedInTurn_GivesEachItsOwn()
    {
        ObjectiveForm<Tensor, Tensor, Tensor> form = Objective.OfData((Tensor x, Tensor w, Tensor h) => (h * (w - x.To(w.DType)).Square()).Sum());
        Objective<Tensor, Tensor>[] bound = [form.Bind(Tensor.Zeros([2])), form.Bind(Tensor.Ones([2])), form.Bind(Tensor.Ones([3]))];
        for (int i = 0; i < 4; i++)
        {
            foreach (DType type in new[] { DType.Float64, DType.Float32 })
            {
                Assert.Equal(18, bound[0].Evaluate(Tensor.Full([2], 3, type), Tensor.Scalar(1).To(type)).ToScalar());
                Assert.Equal(8, bound[1].Evaluate(Tensor.Full([2], 3, type), Tensor.Scalar(1).To(type)).ToScalar());
                Assert.Equal(24, bound[2].Evaluate(Tensor.Full([3], 3, type), Tensor.Scalar(2).To(type)).ToScalar());
            }
        }
    }

    private static Leaf Of(Tensor value, string name = "a", bool frozen = false) => new(name, value, frozen);

    private static string Text(ImmutableArray<Leaf>[] leaves, ImmutableArray<object>[] statics) =>
        $"({string.Join("; ", leaves.Select(part => string.Join(", ", part)))} | {string.Join("; ", statics.Select(part => string.Join(", ", part)))})";
}
