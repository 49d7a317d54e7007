using Form = System.Func<double, Hyperdiff.Objective<Hyperdiff.Tensor, Hyperdiff.Tensor>>;
using Method = System.Func<Hyperdiff.Tensor, Hyperdiff.Tensor, double, Hyperdiff.Tensor>;

namespace Hyperdiff.Generators.IntegrationTests;

/// <summary>A number that is data takes the element type of the tensor that it meets, as a literal does, and functions of tensors may capture it: the form
/// gives what the method gives, to the last bit, in both types.</summary>
public sealed class NumbersBesideTensorsTests
{
    private static readonly Dictionary<string, (Form Form, Method Method)> s_cases = new()
    {
        [nameof(NumbersBesideTensors.Operators)] = (rate => NumbersBesideTensors.OperatorsObjective(rate), NumbersBesideTensors.Operators),
        [nameof(NumbersBesideTensors.Assignments)] = (rate => NumbersBesideTensors.AssignmentsObjective(rate), NumbersBesideTensors.Assignments),
        [nameof(NumbersBesideTensors.Functions)] = (rate => NumbersBesideTensors.FunctionsObjective(rate), NumbersBesideTensors.Functions),
        [nameof(NumbersBesideTensors.Choices)] = (rate => NumbersBesideTensors.ChoicesObjective(rate), NumbersBesideTensors.Choices),
        [nameof(NumbersBesideTensors.Names)] = (rate => NumbersBesideTensors.NamesObjective(rate), NumbersBesideTensors.Names),
        [nameof(NumbersBesideTensors.Branches)] = (rate => NumbersBesideTensors.BranchesObjective(rate), NumbersBesideTensors.Branches),
        [nameof(NumbersBesideTensors.Nested)] = (rate => NumbersBesideTensors.NestedObjective(rate), NumbersBesideTensors.Nested),
        [nameof(NumbersBesideTensors.Pulled)] = (rate => NumbersBesideTensors.PulledObjective(rate), NumbersBesideTensors.Pulled),
        [nameof(NumbersBesideTensors.Steps)] = (rate => NumbersBesideTensors.StepsObjective(rate), NumbersBesideTensors.Steps),
        [nameof(NumbersBesideTensors.Solved)] = (rate => NumbersBesideTensors.SolvedObjective(rate), NumbersBesideTensors.Solved),
    };

    public static TheoryData<string, DType, double> Cases
    {
        get
        {
            var cases = new TheoryData<string, DType, double>();
            foreach (string name in s_cases.Keys)
            {
                foreach (DType dtype in new[] { DType.Float32, DType.Float64 })
                {
                    cases.Add(name, dtype, 0.3);
                    cases.Add(name, dtype, 0.7);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Form_GivesWhatTheMethodGives(string name, DType dtype, double rate)
    {
        Tensor w = Tensor.From([0.5, 1.5]).To(dtype), h = Tensor.From([0.3, 0.7]).To(dtype);
        (Form form, Method method) = s_cases[name];

        // an exponent that is a tensor has its type, and x^p changes by |p ln x| ε with it; here that is below ε, in each of a few terms
        double within = name == nameof(NumbersBesideTensors.Functions) ? 8 * dtype.Epsilon() : 0;
        AssertSame(method(w, h, rate), form(rate).Evaluate(w, h), within);
        AssertSame(Diff.Grad((Tensor at) => method(at, h, rate), w), form(rate).Gradient(w, h), within);
    }

    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float64)]
    public void Map_GivesWhatTheMethodGives(DType dtype)
    {
        Tensor w = Tensor.From([0.5, 1.5]).To(dtype), h = Tensor.From([0.3, 0.7]).To(dtype);

        AssertSame(NumbersBesideTensors.Step(w, h, 0.3), NumbersBesideTensors.StepMap(0.3).Evaluate(w, h), within: 0);
    }

    private static void AssertSame(Tensor expected, Tensor actual, double within)
    {
        Assert.Equal(expected.Type, actual.Type);
        Assert.All(expected.To(DType.Float64).ToArray<double>().Zip(actual.To(DType.Float64).ToArray<double>()), pair =>
            Assert.InRange(pair.Second, pair.First - (within * Math.Abs(pair.First)), pair.First + (within * Math.Abs(pair.First))));
    }
}
