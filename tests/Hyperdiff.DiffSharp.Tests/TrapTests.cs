using DiffSharp.Model;
using Microsoft.FSharp.Core;

namespace Hyperdiff.DiffSharp.Tests;

/// <summary>Where DiffSharp gives wrong numbers or throws, as seen in version 1.0.7: what it gives, and that what is made here of the same functions is
/// right.</summary>
public class TrapTests
{
    [Fact]
    public void AnInnerDerivativeOfWhatDoesNotDependOnItsArgumentIsZero()
    {
        // y · d/dx (y²) is 0, and so is its derivative
        DiffTensor at = Make.Scalar(3);
        Make.Close(6, dsharp.diff(Make.F(y => y * dsharp.diff(Make.F(x => y * y), Make.Scalar(1))), at), 0);
        Make.Close(0, dsharp.diff(Make.F(y => y * DiffSharpDerivative.Jvp(x => y * y, Make.Scalar(1), Make.Scalar(1)).Tangent), at), 0);
        Make.Close(0, dsharp.grad(Make.F(y => y * DiffSharpDerivative.Grad(x => y * y, Make.Scalar(1))), at), 0);
        Make.Close(0, dsharp.grad(Make.F(y => y * DiffSharpDerivative.Vjp(x => y * y, Make.Scalar(1), Make.Scalar(1)).Cotangent), at), 0);
    }

    [Fact]
    public void ForwardModeOverAConstantIsZeroInsteadOfAnException()
    {
        DiffTensor at = Make.Vector(1, 2), direction = Make.Vector(1, 1);
        Assert.ThrowsAny<Exception>(() => dsharp.jacobianv(Make.F(_ => Make.Scalar(7)), at, direction));
        Make.Close([0], DiffSharpDerivative.Jvp(_ => Make.Scalar(7), at, direction).Tangent, 0);
        Make.Close([0, 0], DiffSharpDerivative.Vjp(_ => Make.Scalar(7), at, Make.Scalar(1)).Cotangent, 0);
    }

    [Fact]
    public void AnEnclosingReversePassIsNotPollutedByAnInnerOne()
    {
        // d/dy [ y³ + Σ ∂(y²)/∂x ] = 3y²: an inner pass over what belongs to the outer one would leave its derivatives there
        DiffTensor at = Make.Scalar(2);
        Make.Close(12, dsharp.grad(Make.F(y => y * y * y + DiffSharpDerivative.Grad(x => y * y, Make.Scalar(1))), at), 0);
    }

    [Fact]
    public void ElementTypesAreThoseThatWereSaid()
    {
        // double[] becomes Float32 unless told otherwise, and an objective of it is refused instead of rounded
        double[] numbers = [1, 2];
        DiffTensor unsaid = dsharp.tensor(numbers, Make.Host, null, Make.Reference);
        Assert.Equal(DiffDtype.Float32, unsaid.dtype);
        Assert.Equal(DType.Float32, unsaid.ToHyperdiff().DType);
        Objective<DiffTensor, DiffTensor> mixed = DiffSharpFunction.Objective(
            (DiffTensor w, DiffTensor _) => (w.cast(DiffDtype.Float32) * unsaid).sum(null), "mixed");
        Assert.Contains("dtype", Assert.Throws<ShapeMismatchException>(() => mixed.Evaluate(Make.Vector(1, 2), Make.Scalar(0))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void TensorsWithAndWithoutDerivativesArePackedTogether()
    {
        DiffTensor at = Make.Vector(1, 2), constant = Make.Vector(3, 4);
        Assert.ThrowsAny<Exception>(() => dsharp.grad(Make.F(x => dsharp.cat(new[] { constant, x }, FSharpOption<int>.Some(0)).sum(null)), at));
        Make.Close([6, 8], dsharp.grad(Make.F(x => (PackedTensors.Pack(constant, x) * PackedTensors.Pack(x, constant)).sum(null)), at), 0);
    }

    [Fact]
    public void RowsOfASoftmaxDoNotShareTheirMaximum()
    {
        DiffTensor x = Make.Matrix(new double[,] { { 0, 0 }, { 1000, 1000 } });
        Assert.True(double.IsNaN(Make.Elements(x.softmax(1))[0]));
        DiffSharpBackend backend = DiffSharpBackend.Of(DiffDevice.CPU, DiffBackend.Reference);
        Assert.Equal([0.5, 0.5, 0.5, 0.5], backend.Wrap(x).Softmax(1).ToArray<double>());
    }

    [Fact]
    public void ProductsOfBatchesHaveTheirReverseMode()
    {
        DiffTensor a = dsharp.ones([2, 2, 3], Make.Host, Make.Float64, Make.Reference), b = dsharp.ones([2, 3, 2], Make.Host, Make.Float64, Make.Reference);
        string message = Assert.Throws<NotSupportedException>(() => DiffSharpDerivative.Grad(x => x.matmul(b).sum(null), a)).Message;
        Assert.Contains("DiffSharp cannot differentiate", message, StringComparison.Ordinal);
        var product = DiffSharpOperation.Of((x, y) => x.MatMul(y).Sum());
        Make.Close([.. Enumerable.Repeat(2.0, 12)], DiffSharpDerivative.Grad(x => product(x, b), a), 0);
    }

    [Fact]
    public void ANumberLessAnIntegerTensorIsADifference()
    {
        int[] numbers = [1, 2];
        DiffTensor integers = Make.Of(numbers, DiffDtype.Int32);
        DiffSharpBackend backend = DiffSharpBackend.Of(DiffDevice.CPU, DiffBackend.Reference);
        Assert.Equal([2, 1], (3 - backend.Wrap(integers)).ToArray<int>());
    }

    [Fact]
    public void LevelsAreStrippedByNobodyButTheCaller()
    {
        dsharp.nest();
        DiffTensor once = Make.Scalar(2).forwardDiff(Make.Scalar(1), null);
        dsharp.nest();
        DiffTensor twice = once.forwardDiff(Make.Scalar(1), null);
        Assert.Contains("2 levels", Assert.Throws<InvalidOperationException>(() => twice.ToHyperdiff()).Message, StringComparison.Ordinal);
        Make.Close(2, twice.noDiff(), 0);
    }

    [Fact]
    public void DerivativesThatAFunctionBeganAndDidNotEndAreRefused()
    {
        DiffTensor Begun(DiffTensor w)
        {
            dsharp.nest();
            return w.sum(null).forwardDiff(Make.Scalar(1), null);
        }

        Assert.Contains("begun within it", Assert.Throws<InvalidOperationException>(() => DiffSharpDerivative.Grad(Begun, Make.Vector(1, 2))).Message,
            StringComparison.Ordinal);
        Assert.Contains("takes part", Assert.Throws<InvalidOperationException>(
            () => DiffSharpFunction.Objective((DiffTensor w, DiffTensor _) => Begun(w), "begun").Evaluate(Make.Vector(1, 2), Make.Scalar(0))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void ParametersOfAModelAsOneVectorAreRefusedInsteadOfLosingTheirDerivative()
    {
        // DiffSharp makes a new leaf of them in reverse mode: here it would say that |w|² does not depend on w
        var model = new Linear(2, 1, null);
        model.move(null, Make.Float64, null);
        Objective<ModelParameters, DiffTensor> vector = DiffSharpModel.Objective(
            model, (DiffTensor _) => (model.parametersVector * model.parametersVector).sum(null), "vector");
        var w = ModelParameters.Of(model);
        Assert.Contains("parametersVector", Assert.Throws<NotSupportedException>(() => vector.Gradient(w, Make.Scalar(0))).Message, StringComparison.Ordinal);
        Objective<ModelParameters, DiffTensor> single = DiffSharpModel.Objective(
            model, (DiffTensor _) => model.parameters.Select(p => (p.Item2.value * p.Item2.value).sum(null)).Aggregate((a, b) => a + b), "one by one");
        ModelParameters gradient = single.Gradient(w, Make.Scalar(0));
        Assert.All(w.Parameters.Zip(gradient.Parameters), pair => Make.Close(Make.Elements(pair.First.Value * 2), pair.Second.Value, 1e-15));
    }

    [Fact]
    public void AskingForABackendThatIsNotThereChangesNoDefaults()
    {
        DiffBackend before = global::DiffSharp.BackendModule.Default;
        Assert.Throws<InvalidOperationException>(() => DiffSharpBackend.Of(DiffDevice.CPU, DiffBackend.Torch));
        Assert.Equal(before, global::DiffSharp.BackendModule.Default);
    }

    [Fact]
    public void ThreadsDoNotConfuseEachOthersLevels()
    {
        // f = w³: each thread asks for second derivatives, which nest
        Objective<DiffTensor, DiffTensor> cubic = DiffSharpFunction.Objective((DiffTensor w, DiffTensor h) => (w * w * w * h).sum(null), "cubic");
        Parallel.For(0, 32, i =>
        {
            DiffTensor w = Make.Vector(i, 2);
            Make.Close([3.0 * i * i, 12], cubic.Gradient(w, Make.Scalar(1)), 1e-14);
            DiffTensor second = DiffSharpDerivative.Jvp(x => DiffSharpDerivative.Grad(y => (y * y * y).sum(null), x), w, Make.Vector(1, 1)).Tangent;
            Make.Close([6.0 * i, 12], second, 1e-14);
        });
    }
}
