using System.Collections;
using System.Reflection;
using Hyperdiff.Fixtures.Calls;
using Hyperdiff.Tests.Decompositions;

namespace Hyperdiff.Tests.Forms;

/// <summary>The law of pure forms: whatever is computed of them has the bits that it has of the same function as a lambda, which is traced anew each time,
/// and of a form with a constructor as generated code calls it; at the first call, at the next, and over other data.</summary>
public sealed class PureFormLawTests
{
    private const string Name = "f";

    // held in memory: a repeated scalar would be a constant of the lambda's graph, of which a certificate knows more than of data
    private static readonly (Tensor Quartic, Tensor Mix) s_data =
        (Tensor.From([0.1], Shape.Scalar), Tensor.From(new double[,] { { 0.3, 0.1, 0 }, { -0.2, 0.2, 0.1 }, { 0, 0.2, -0.3 } }));

    private static readonly (Tensor Quartic, Tensor Mix) s_others = (Tensor.From([0.2], Shape.Scalar), 0.9 * s_data.Mix);
    private static readonly Tree<(Tensor Quartic, Tensor Mix)> s_tree = Tree.Tuple(Tree.Tensor, Tree.Tensor);

    private static readonly ObjectiveForm<Tensor, Tensor, (Tensor Quartic, Tensor Mix)> s_inner =
        Objective.OfData<(Tensor, Tensor), Tensor, Tensor>(Inner, Name);
    private static readonly MapForm<Tensor, Tensor, (Tensor Quartic, Tensor Mix)> s_step =
        FixedPointMap.OfData<(Tensor, Tensor), Tensor, Tensor>(Step, Name);
    private static readonly ObjectiveForm<Tensor, Tensor, (Tensor Quartic, Tensor Mix)> s_outer =
        Objective.OfData<(Tensor, Tensor), Tensor, Tensor>(Outer, Name);

    public static TheoryData<string> Computations => [.. Results(Pure(s_data)).Keys];

    [Theory]
    [MemberData(nameof(Computations))]
    public void PureForm_IsTheLambda_AndTheGeneratedForm_BitForBit(string computation)
    {
        foreach ((Tensor Quartic, Tensor Mix) data in new[] { s_data, s_others, s_data })
        {
            string expected = Bits(Results(Lambda(data))[computation](0));
            Assert.NotEmpty(expected);
            Assert.Equal(expected, Bits(Results(Lambda(data))[computation](0)));
            Assert.Equal(expected, Bits(Results(Pure(data))[computation](0)));
            Assert.Equal(expected, Bits(Results(Generated(data))[computation](0)));
        }
    }

    [Fact]
    public void AllComputationsTogether_TraceAFunctionOnce()
    {
        (Objective<Tensor, Tensor> f, FixedPointMap<Tensor, Tensor> map, Objective<Tensor, Tensor> outer) = Pure(s_data);
        foreach (string computation in new[] { "evaluate", "implicit, minimum", "implicit, fixed point", "reverse", "forward", "DARTS", "SOBA" })
        {
            Results(Pure(s_data))[computation](0);
            Results(Pure(s_others))[computation](1);
        }

        Assert.Equal((1, 1, 1), (f.Traces, map.Traces, outer.Traces));
    }

    private static Tensor Inner((Tensor Quartic, Tensor Mix) d, Tensor w, Tensor h) =>
        ((w - h).Square().Sum() / 2) + (d.Quartic * w.Square().Square().Sum()) + w.Relu().Square().Sum();

    private static Tensor Step((Tensor Quartic, Tensor Mix) d, Tensor w, Tensor h) => d.Mix.MatMul(w.Tanh()) + h;

    private static Tensor Outer((Tensor Quartic, Tensor Mix) d, Tensor w, Tensor h) => ((w - d.Mix[0]).Square().Sum() / 2) + (0.01 * h.Square().Sum());

    private static (Objective<Tensor, Tensor> F, FixedPointMap<Tensor, Tensor> Map, Objective<Tensor, Tensor> Outer) Pure((Tensor, Tensor) data) =>
        (s_inner.Bind(data), s_step.Bind(data), s_outer.Bind(data));

    private static (Objective<Tensor, Tensor> F, FixedPointMap<Tensor, Tensor> Map, Objective<Tensor, Tensor> Outer) Lambda((Tensor, Tensor) data) => (
        Objective.From<Tensor, Tensor>((w, h) => Inner(data, w, h), Name),
        FixedPointMap.From<Tensor, Tensor>((w, h) => Step(data, w, h), Name),
        Objective.From<Tensor, Tensor>((w, h) => Outer(data, w, h), Name));

    private static (Objective<Tensor, Tensor> F, FixedPointMap<Tensor, Tensor> Map, Objective<Tensor, Tensor> Outer) Generated((Tensor, Tensor) data) => (
        new ObjectiveForm<Tensor, Tensor, (Tensor, Tensor)>(Name, static (w, h, d) => Inner(d, w, h), Tree.Tensor, Tree.Tensor, s_tree).Bind(data),
        new MapForm<Tensor, Tensor, (Tensor, Tensor)>(Name, static (w, h, d) => Step(d, w, h), Tree.Tensor, Tree.Tensor, s_tree).Bind(data),
        new ObjectiveForm<Tensor, Tensor, (Tensor, Tensor)>(Name, static (w, h, d) => Outer(d, w, h), Tree.Tensor, Tree.Tensor, s_tree).Bind(data));

    private static Dictionary<string, Func<int, object?>> Results((Objective<Tensor, Tensor> F, FixedPointMap<Tensor, Tensor> Map,
        Objective<Tensor, Tensor> Outer) forms) => PublicCalls.Results(forms.F, forms.Map, forms.Outer).ToDictionary(call => call.Name, call => call.Result);

    /// <summary>All numbers, tensors, reports and warnings of a result, to the last bit.</summary>
    private static string Bits(object? result, int depth = 0) => result switch
    {
        null => "-",
        Tensor tensor => $"{tensor.Type}[{string.Join(' ', tensor.ToDoubles().Select(BitConverter.DoubleToInt64Bits))}]",
        double number => BitConverter.DoubleToInt64Bits(number).ToString(System.Globalization.CultureInfo.InvariantCulture),
        string or Enum or int or long or bool => result.ToString()!,
        IEnumerable items when depth < 6 => $"[{string.Join(", ", items.Cast<object?>().Select(item => Bits(item, depth + 1)))}]",
        Delegate or LinearSolver or Preconditioner => string.Empty,
        _ when depth < 6 => $"{{{string.Join(", ", result.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.GetIndexParameters().Length == 0 && property.PropertyType.Name is not ("TimeSpan" or "Type"))
            .Select(property => $"{property.Name}: {Bits(Read(property, result), depth + 1)}"))}}}",
        _ => string.Empty,
    };

    // forward mode says so of the gradient in the start
    private static object? Read(PropertyInfo property, object of)
    {
        try
        {
            return property.GetValue(of);
        }
        catch (TargetInvocationException exception) when (exception.InnerException is InvalidOperationException refused)
        {
            return refused.Message;
        }
    }
}
