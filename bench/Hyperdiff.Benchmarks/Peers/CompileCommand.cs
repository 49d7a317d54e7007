using System.CommandLine;
using System.Diagnostics;
using System.Globalization;

namespace Hyperdiff.Benchmarks.Peers;

/// <summary><c>compile</c>: what the first call of a form costs, in a process that is new and in one that is warm, and what a call of a known one costs beside
/// its arithmetic.</summary>
internal static class CompileCommand
{
    private const int Pixels = 784;
    private const int Hidden = 128;
    private const int Classes = 10;
    private const int Shapes = 12;

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("compile",
            "Times tracing and compiling of the perceptron's step, its linearization and transpose, and the overhead of a call.");
        command.SetAction(_ =>
        {
            // each batch size is a shape that was never seen
            double[] first = [.. Enumerable.Range(0, Shapes).Select(i => Milliseconds(8 + i))];
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"step, linearization and transpose of the perceptron, first call with a shape: cold "
                    + $"{first[0]:F0} ms, then {string.Join(", ", first[1..].Select(time => $"{time:F1}"))} ms"));

            FixedPointMap<Weights, Penalty> tiny = Logistic.StepMap(Tensor.Ones([1, 1]), Tensor.Zeros([1]), Tensor.Scalar(0.1));
            var (state, hyper) = (new Weights(Tensor.Zeros([1])), new Penalty(Tensor.Zeros([1])));
            Timing call = Timing.Of(() => tiny.Evaluate(state, hyper), TimeSpan.FromSeconds(1));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"a step of a logistic regression of one sample and one feature: "
                    + $"{call.MedianMicroseconds:F2} µs (least {call.MinMicroseconds:F2}), {call.AllocatedBytes} B"));
        });
        return command;
    }

    private static double Milliseconds(int batch)
    {
        FixedPointMap<TwoLayers, LayerPenalties> map = Perceptron.StepMap(Tensor.Ones([batch, Pixels]), Tensor.Zeros([batch], DType.Int32), Tensor.Scalar(0.1));
        var state = new TwoLayers(Tensor.Zeros([Pixels, Hidden]), Tensor.Zeros([Hidden]), Tensor.Zeros([Hidden, Classes]), Tensor.Zeros([Classes]));
        var hyper = new LayerPenalties(Tensor.Scalar(-6), Tensor.Scalar(-6));
        var clock = Stopwatch.StartNew();
        Linearized<TwoLayers, TwoLayers> linear = Diff.Linearize(w => map.Evaluate(w, hyper), state);
        linear.Vjp(linear.Value);
        return clock.Elapsed.TotalMilliseconds;
    }
}
