namespace Hyperdiff.Tests.Forms;

public sealed class FormTests
{
    private static MapForm<Tensor, Tensor, Tensor> Descent() =>
        new("Step", static (w, h, rate) => w - (rate * (w - h)), Tree.Tensor, Tree.Tensor, Tree.Tensor);

    [Fact]
    public void StepSizeSchedule_OverAThousandSteps_CompilesOnce()
    {
        MapForm<Tensor, Tensor, Tensor> form = Descent();
        Tensor w = Tensor.Zeros([3]);
        FixedPointMap<Tensor, Tensor> map = form.Bind(Tensor.Scalar(1));
        for (int t = 0; t < 1000; t++)
        {
            map = form.Bind(Tensor.Scalar(1 / (1.0 + t)));
            w = map.Evaluate(w, Tensor.Ones([3]));
        }

        Assert.Equal(1, map.Traces);
        Assert.Equal([1.0, 1, 1], w.ToArray<double>());
    }

    [Fact]
    public void AnotherShape_IsTracedAnew_AndTheFirstIsKept()
    {
        FixedPointMap<Tensor, Tensor> map = Descent().Bind(Tensor.Scalar(0.5));
        map.Evaluate(Tensor.Zeros([3]), Tensor.Ones([3]));
        map.Evaluate(Tensor.Zeros([4]), Tensor.Ones([4]));
        map.Evaluate(Tensor.Zeros([3]), Tensor.Ones([3]));

        Assert.Equal(2, map.Traces);
    }

    [Fact]
    public void AnotherDType_IsTracedAnew()
    {
        MapForm<Tensor, Tensor, Tensor> form = Descent();
        form.Bind(Tensor.Scalar(0.5)).Evaluate(Tensor.Zeros([3]), Tensor.Ones([3]));
        FixedPointMap<Tensor, Tensor> single = form.Bind(Tensor.Scalar(0.5, DType.Float32));
        Tensor result = single.Evaluate(Tensor.Zeros([3], DType.Float32), Tensor.Ones([3], DType.Float32));

        Assert.Equal((2, DType.Float32), (single.Traces, result.DType));
    }

    [Fact]
    public void FormThatReadsAValue_IsTracedAtEveryCall()
    {
        var form = new MapForm<Tensor, Tensor, ValueTuple>("Branch", static (w, h, _) => w.ToScalar() > 0 ? w + h : w - h, Tree.Tensor, Tree.Tensor, Tree.Unit);
        FixedPointMap<Tensor, Tensor> map = form.Bind(default);

        Assert.Equal((3.0, -3.0), (map.Evaluate(Tensor.Scalar(1), Tensor.Scalar(2)).ToScalar(), map.Evaluate(Tensor.Scalar(-1), Tensor.Scalar(2)).ToScalar()));
        Assert.Equal(2, map.Traces);
    }

    [Fact]
    public void BatchParameters_WithDifferentNumbersOfSamples_Throw_NamingBoth()
    {
        var form = new ObjectiveForm<Tensor, Tensor, (Tensor, Tensor)>(
            "Train", static (w, h, d) => ((d.Item1.MatMul(w) - d.Item2).Square().Mean() * h), Tree.Tensor, Tree.Tensor, Tree.Tuple(Tree.Tensor, Tree.Tensor),
            "Item1", "Item2");
        ShapeMismatchException exception = Assert.Throws<ShapeMismatchException>(() => form.Bind((Tensor.Zeros([5, 2]), Tensor.Zeros([4]))));

        Assert.Equal("Train: [Batch] Item1 [5, 2] and Item2 [4] hold different numbers of samples; their first axes must agree.", exception.Message);
    }

    [Fact]
    public void ThousandShapes_AreNotAllKept()
    {
        // a form that kept every graph would not trace the first shape again
        FixedPointMap<Tensor, Tensor> map = Descent().Bind(Tensor.Scalar(0.5));
        for (int n = 1; n <= 100; n++)
        {
            map.Evaluate(Tensor.Zeros([n]), Tensor.Ones([n]));
        }

        map.Evaluate(Tensor.Zeros([1]), Tensor.Ones([1]));

        Assert.Equal(101, map.Traces);
    }
}
