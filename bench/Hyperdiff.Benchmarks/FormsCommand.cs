using System.CommandLine;
using System.Diagnostics;
using System.Globalization;

namespace Hyperdiff.Benchmarks;

/// <summary><c>forms</c>: one step of training an equilibrium network, a hypergradient over the next batch, by a generated form, by functions that are promised
/// to be pure, in C# and F#, and by plain lambdas, in turns.</summary>
internal static class FormsCommand
{
    private const int Classes = 10;
    private const int Batches = 4;
    private const string Generated = "generated";

    private static readonly string[] s_measured = [Generated, "pure, C#", "pure, F#", "pure loss, C#", "lambda loss, C#", "lambda, C#", "lambda, F#"];

    private static readonly FunctionForm<Network, (Tensor X, Tensor Y, Tensor Start)> s_loss =
        DifferentiableFunction.OfData<(Tensor X, Tensor Y, Tensor Start), Network>(Loss);

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var states = new Option<int>("--states") { Description = "States of the network.", DefaultValueFactory = _ => 32 };
        var batch = new Option<int>("--batch") { Description = "Samples of a batch.", DefaultValueFactory = _ => 32 };
        var rounds = new Option<int>("--rounds") { Description = "Rounds of all in turns.", DefaultValueFactory = _ => 9 };
        var command = new Command("forms", "Times hypergradients of an equilibrium network by every way to write it.") { states, batch, rounds };
        command.SetAction(parsed => Run(parsed.GetValue(states), parsed.GetValue(batch), parsed.GetValue(rounds)));
        return command;
    }

    private static void Run(int states, int batch, int rounds)
    {
        var kinds = Kinds(states, batch);
        var first = s_measured.ToDictionary(kind => kind, kind => Milliseconds(kinds[kind], 1));
        Dictionary<string, List<double>> times = s_measured.ToDictionary(kind => kind, _ => new List<double>());
        for (int round = -3; round < rounds; round++)
        {
            foreach (string kind in s_measured)
            {
                double time = Milliseconds(kinds[kind], 20);
                if (round >= 0)
                {
                    times[kind].Add(time);
                }
            }
        }

        Console.WriteLine($"{"a step, ms",-18} {"first",8} {"median",8} {"least",8} {"most",8} {"to generated",13}");
        foreach (string kind in s_measured)
        {
            double[] sorted = [.. times[kind].Order()];

            // rounds are compared with their own neighbours, whatever the machine did then
            double[] ratios = [.. times[kind].Zip(times[Generated], (one, other) => one / other).Order()];
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{kind,-18} {first[kind],8:F1} {sorted[sorted.Length / 2],8:F3} {sorted[0],8:F3} {sorted[^1],8:F3} {ratios[ratios.Length / 2],13:F2}"));
        }
    }

    private static double Milliseconds(Action<int> step, int steps)
    {
        var clock = Stopwatch.StartNew();
        for (int i = 0; i < steps; i++)
        {
            step(i);
        }

        return clock.Elapsed.TotalMilliseconds / steps;
    }

    private static Dictionary<string, Action<int>> Kinds(int states, int batch)
    {
        RandomKey[] keys = RandomKey.FromSeed(1).Split(6);
        Tensor a = keys[0].Normal([states, states]);
        var net = new Network(0.5 / Linalg.SingularValues(a)[0] * a, keys[1].Normal([states, states]) / Math.Sqrt(states), keys[2].Normal([states]),
            keys[3].Normal([states, Classes]), Tensor.Zeros([Classes]));
        Tensor[] xs = [.. keys[4].Split(Batches).Select(key => key.Normal([batch, states]))], ys = [.. keys[5].Split(Batches).Select(
            key => key.Integers([batch], 0, Classes))];
        var start = Tensor.Zeros([batch, states]);
        void Compute(FixedPointMap<Activations, Network> map, Objective<Activations, Network> outer) =>
            Hypergradient.Implicit().Compute(Bilevel.Problem(map, outer), new Activations(start), net);
        Tensor X(int i) => xs[i % Batches];
        Tensor Y(int i) => ys[i % Batches];
        var same = (net.A, net.B, net.C, net.ReadOut, net.Bias);
        return new()
        {
            [Generated] = i => Compute(Equilibrium.StepMap(X(i)), Equilibrium.ValidateObjective(Y(i))),
            ["pure, C#"] = i => Compute(
                FixedPointMap.OfData((Tensor x, Activations w, Network h) => Equilibrium.Step(w, h, x)).Bind(X(i)),
                Objective.OfData((Tensor y, Activations w, Network h) => Equilibrium.Validate(w, h, y)).Bind(Y(i))),
            ["pure, F#"] = i => FSharp.EquilibriumForms.compiled.Invoke(X(i), Y(i), start, same),
            ["pure loss, C#"] = i => s_loss.Bind((X(i), Y(i), start)).ValueAndGrad(net),
            ["lambda loss, C#"] = i => Diff.ValueAndGrad((Network h) => Loss((X(i), Y(i), start), h), net),
            ["lambda, C#"] = i => Compute(
                FixedPointMap.From((Activations w, Network h) => Equilibrium.Step(w, h, X(i))),
                Objective.From((Activations w, Network h) => Equilibrium.Validate(w, h, Y(i)))),
            ["lambda, F#"] = i => FSharp.EquilibriumForms.lambda.Invoke(X(i), Y(i), start, same),
        };
    }

    // the fixed point as a value of a loss, by a map of a lambda that captures what is differentiated
    private static Tensor Loss((Tensor X, Tensor Y, Tensor Start) data, Network h)
    {
        FixedPointMap<Activations, ValueTuple> map = FixedPointMap.From((Activations w, ValueTuple _) => Equilibrium.Step(w, h, data.X));
        Activations w = FixedPoint.Of(map.SolvedBy(FixedPoint.Iteration()), new Activations(data.Start), default);
        return Equilibrium.Validate(w, h, data.Y);
    }
}
