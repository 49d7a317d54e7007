namespace Hyperdiff.Tests.Transforms;

/// <summary>No derivative, in any mode or order, is infinite or no number because of a branch of a choice that was not taken.</summary>
/// <remarks>At 0, where the root has an infinite slope and every choice is against it, all that is left of F is <c>½ Σ (xᵢ − 1)²</c>: the gradient is −1 and
/// the Hessian 1, exactly.</remarks>
public sealed class ChoiceTests
{
    /// <summary>Where a choice and an infinite slope stand around a function.</summary>
    private static readonly Dictionary<string, Func<Func<Tensor, Tensor>, Tensor, Tensor>> s_places = new()
    {
        ["choice of a function of roots"] = (f, x) => Tensor.Where(x.Square().Sum() > 0, f(x.Sqrt()).Sum(), 0),
        ["choice of a root of a function"] = (f, x) => Tensor.Where(x.Square().Sum() > 0, Root(f(x)).Sum(), 0),
        ["choice of every element of a root of a function of roots"] = (f, x) => Where(x, Root(f(x.Sqrt()))).Sum(),
        ["root of a function of a choice"] = (f, x) => Root(f(Tensor.Where(x > 0, x.Sqrt(), 0))).Sum(),
        ["function of a choice of a loop of roots"] = (f, x) => f(Tensor.Where(x > 0, Loop.Iterate(2, c => c.Sqrt(), x), 0)).Sum(),
        ["the same in a checkpoint, in loops"] = (f, x) => Diff.Checkpoint(
            (Tensor y) => f(Tensor.Where(y > 0, Loop.Iterate(2, c => Loop.Iterate(2, d => d.Sqrt(), c), y), 0)).Sum())(x),
        ["choice of a function of a quotient"] = (f, x) => Tensor.Where(x.Square().Sum() <= 0, 0, f(x / x.Square().Sum().Sqrt()).Sum()),
    };

    /// <summary>A batch of products adds up in another order than one: some hundred roundings of terms whose size is at most 100.</summary>
    private const double Tolerance = 1e4 * 2.3e-16;

    public static TheoryData<string> Rows => [.. ChoiceForms.All.Keys];

    public static TheoryData<string, string, DType> Forms
    {
        get
        {
            var data = new TheoryData<string, string, DType>();
            foreach (string place in s_places.Keys)
            {
                foreach (string form in ChoiceForms.All.Keys)
                {
                    // what is 0/0 cannot be factored, and a solve of it has no solution
                    if (place != "choice of a function of a quotient" || !ChoiceForms.NeedsNumbers.Contains(form))
                    {
                        data.Add(place, form, DType.Float64);
                        data.Add(place, form, DType.Float32);
                    }
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void ABranchNotTaken_HasNoPartInAnyDerivative(string place, string form, DType dtype)
    {
        Tensor F(Tensor x) => s_places[place](ChoiceForms.All[form], x).To(dtype) + (0.5 * (x - 1).Square().Sum());
        Tensor zero = Tensor.Zeros([4], dtype), v = ChoiceForms.Numbers(zero), w = v.Flip();
        double[] direction = Elements(v);

        Assert.Equal([-1, -1, -1, -1], Elements(Diff.Grad(F, zero)));
        Assert.Equal(-direction.Sum(), Elements(Diff.Jvp(F, zero, v).Tangent)[0], 4 * dtype.Epsilon());
        Assert.Equal(direction, Elements(Diff.Hvp(F, zero, v)));
        Assert.Equal(direction, Elements(Diff.Grad(x => Diff.Grad(F, x).Dot(v), zero)));
        Assert.Equal(direction, Elements(Diff.Grad(x => Diff.Jvp(F, x, v).Tangent, zero)));
        Assert.Equal(Elements(v.Dot(w))[0], Elements(Diff.Jvp(x => Diff.Jvp(F, x, v).Tangent, zero, w).Tangent)[0], 4 * dtype.Epsilon());
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void AnItemNotTaken_HasNoPart_AndTheOthersHaveTheirOwn(string form)
    {
        Func<Tensor, Tensor> f = ChoiceForms.All[form];
        Tensor taken = Tensor.From([0.25, 0.5, 1, 0.04]), v = ChoiceForms.Numbers(taken);
        Tensor batch = Tensor.Stack(0, taken, Tensor.Zeros([4]));

        static Tensor Items(Func<Tensor, Tensor> each, Tensor x) => Diff.Vmap(each, x).Sum();
        Tensor Alone(Tensor x) => f(x.Sqrt()).Sum();
        Tensor Chosen(Tensor x) => Items(row => Tensor.Where(row.Sum() > 0, f(row.Sqrt()).Sum(), 0), x);

        AssertRows(Diff.Grad(Alone, taken), Diff.Grad(Chosen, batch));
        AssertRows(Diff.Hvp(Alone, taken, v), Diff.Hvp(Chosen, batch, Tensor.Stack(0, v, v)));
        Assert.Equal(Diff.Jvp(Alone, taken, v).Tangent.ToScalar(), Diff.Jvp(Chosen, batch, Tensor.Stack(0, v, v)).Tangent.ToScalar(), Tolerance);
    }

    private static void AssertRows(Tensor taken, Tensor batch)
    {
        double[] expected = Elements(taken), actual = Elements(batch);

        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, Tolerance * Math.Max(1, Math.Abs(pair.First))));
        Assert.Equal(new double[4], actual[4..]);
    }

    private static Tensor Root(Tensor y) => (y - y.StopGradient()).Sqrt();

    private static Tensor Where(Tensor x, Tensor y) => Tensor.Where(x.Sum() > 0, y, 0);

    private static double[] Elements(Tensor tensor) => tensor.To(DType.Float64).ToArray<double>();
}
