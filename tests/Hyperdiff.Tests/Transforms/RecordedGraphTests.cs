using Hyperdiff.Backends.Cpu;
using Hyperdiff.Backends.Cpu.Planning;
using Hyperdiff.Graphs;
using Hyperdiff.Primitives;
using Hyperdiff.Transforms;

namespace Hyperdiff.Tests.Transforms;

/// <summary>Graphs are simplified while they are recorded, passes that change nothing return what they were given, and what does not change is the same
/// object in all graphs. So a gradient makes few equations more than stand in it: counted, and not timed.</summary>
public sealed class RecordedGraphTests
{
    private static readonly Dictionary<string, (Func<Tensor, Tensor> Link, Tensor At, int Made)> s_chains = new()
    {
        // of the function; the derivative, its product, the product once more with residuals for inputs, transposed, and with residuals again
        ["sines"] = (y => y.Sin(), Tensor.From([0.3, 0.4]), 6),
        ["written out"] = (y => y - (0.1 * ((y * y) - 0.5)), Tensor.From([0.3, 0.4]), 19),
        ["layers"] = (y => y.MatMul(Tensor.Full([4, 4], 0.1)).Tanh(), Tensor.Ones([2, 4]), 11),

        // of the function 3, of masks and shares 6, of tangents 6 twice, of cotangents 6, and with masks 12 twice
        ["Maximum"] = (y => (y * 1.1).Maximum(y * 0.9), Tensor.From([0.3, 0.4]), 51),
        ["Where"] = (y => Tensor.Where(y > 0.3, y.Sin(), 0.9 * y), Tensor.From([0.2, 0.4]), 36),
        ["Relu"] = (y => (y - 0.1).Relu() + 0.01, Tensor.From([0.2, 0.4]), 11),
    };

    public static TheoryData<string> Chains => [.. s_chains.Keys];

    [Theory]
    [MemberData(nameof(Chains))]
    public void GradientOfAChain_MakesFewEquationsForALink(string chain)
    {
        (Func<Tensor, Tensor> link, Tensor at, int most) = s_chains[chain];
        long Made(int links)
        {
            long before = GraphBuilder.Made;
            Graph gradient = Derivatives.Gradient(Recorded(link, at, links), [0]);
            _ = CpuBackend.Instance.Compile(gradient);
            return GraphBuilder.Made - before;
        }

        (long one, long two, long four) = (Made(50), Made(100), Made(200));

        Assert.Equal(four - two, 2 * (two - one));
        Assert.InRange((four - two) / 100.0, 0, most);
    }

    [Theory]
    [MemberData(nameof(Chains))]
    public void PassesThatChangeNothing_ReturnWhatTheyAreGiven(string chain)
    {
        (Func<Tensor, Tensor> link, Tensor at, _) = s_chains[chain];
        Graph graph = Simplification.Of(Recorded(link, at, 5));
        Graph gradient = Derivatives.Gradient(graph, [0]);

        Assert.All([graph, gradient], each =>
        {
            Assert.Same(each, Simplification.Of(each));
            Assert.Same(each, WindowRewrites.Of(each));
            Assert.Same(each, Expansion.Of(each));
            Assert.Same(each, Smoothing.Of(each));
        });
    }

    [Theory]
    [MemberData(nameof(Chains))]
    public void EquationsOfAFunction_AreTheSameObjectsInItsGradient(string chain)
    {
        (Func<Tensor, Tensor> link, Tensor at, _) = s_chains[chain];
        Graph graph = Simplification.Of(Recorded(link, at, 5));

        Assert.Empty(graph.Equations.Except(Derivatives.Gradient(graph, [0]).Equations));
    }

    [Fact]
    public void WhatAPassChanges_IsMadeAnew_AndTheRestStays()
    {
        Graph graph = Recorded(y => y.Sin() + y.Abs().Square(), Tensor.From([0.3, -0.4]), 1);
        Graph smooth = Smoothing.Of(graph);

        Assert.DoesNotContain(smooth.Equations, equation => equation.Primitive is Abs);
        Assert.Contains(graph.Equations.Single(equation => equation.Primitive is Sin), smooth.Equations);
        Assert.Equal(smooth.Equations.SelectMany(equation => equation.Results).Select(value => value.Number).Distinct().Count(), smooth.Equations.Length);
    }

    /// <summary>A multiple of 1 is no multiple, but shapes and types are checked before.</summary>
    [Fact]
    public void WhatDoesNotFit_IsRefused_ThoughSomethingSimplerStoodForIt()
    {
        GraphBuilder builder = GraphBuilder.Simplifying();
        Value x = builder.Input(new TensorType(DType.Float64, [2]));
        Value one = builder.Add(new Fill(1, x.Type))[0], long1 = builder.Add(new Fill(1, x.Type with { Shape = [3] }))[0];

        Assert.Same(x, builder.Add(Multiply.Instance, x, one)[0]);
        Assert.Throws<ShapeMismatchException>(() => builder.Add(Multiply.Instance, x, long1));
    }

    [Fact]
    public void WhatIsRecordedTwice_IsOneEquation()
    {
        Graph sines = TracedFunction.Of(x => [x[0].Sin(), x[0].Sin()], [new TensorType(DType.Float64, [2])]).Graph;

        Assert.Single(sines.Equations);
        Assert.Same(sines.Outputs[0], sines.Outputs[1]);
    }

    private static Graph Recorded(Func<Tensor, Tensor> link, Tensor at, int links) =>
        TracedFunction.Of(x => [Enumerable.Range(0, links).Aggregate(x[0], (y, _) => link(y)).Sum()], [at.Type]).Graph;
}
